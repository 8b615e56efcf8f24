package catalog_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"sort"
	"strings"
	"testing"

	"ocx.dev/runtime/catalog"
	"ocx.dev/runtime/internal/clean"
	"ocx.dev/runtime/internal/conformance"
	"ocx.dev/runtime/trust"
	"ocx.dev/runtime/verdict"
)

var update = flag.Bool("update", false, "write spec/conformance/fixtures.json")

type expectation struct {
	Verdict  verdict.Verdict `json:"verdict"`
	Load     verdict.Load    `json:"load"`
	Policy   verdict.Policy  `json:"policy"`
	Findings []string        `json:"findings"`
}

var (
	hosts       = []string{"otelcol", "other-hosts/otelcol-go1.25", "other-hosts/otelcol-no-cgo", "other-hosts/otelcol-no-manifest", "other-hosts/otelcol-no-trimpath"}
	directories = []string{"damaged", "other-objects", "plugins"}
)

func fixtures(t testing.TB) string {
	t.Helper()
	path := filepath.Join(conformance.Root(t), "fixtures")
	if _, err := os.Stat(filepath.Join(path, "otelcol")); err != nil {
		t.Skip("the fixtures are not unpacked (node fixtures/unpack.mjs)")
	}
	return path
}

func judgeAll(t *testing.T, root, hostFile string) map[string]expectation {
	t.Helper()
	host, err := catalog.OpenHost(filepath.Join(root, hostFile))
	if err != nil {
		t.Fatal(err)
	}
	defer host.Close()
	found := map[string]expectation{}
	for _, directory := range directories {
		listing, err := catalog.ListPlace(catalog.Place{Directories: []string{filepath.Join(root, directory)}})
		if err != nil {
			t.Fatal(err)
		}
		for _, listed := range listing.Plugins {
			record := listed.Judge(host)
			e := expectation{record.Judgement.Verdict, record.Judgement.Load, record.Judgement.Policy, []string{}}
			for _, f := range record.Judgement.Findings {
				e.Findings = append(e.Findings, f.Code+" "+f.Subject)
			}
			found[directory+"/"+listed.Name] = e
		}
	}
	return found
}

// The same verdict as ocx for every fixture and every host, and the reasons in the same order.
func TestFixturesAreJudgedAsTheVectorsSay(t *testing.T) {
	root := fixtures(t)
	if *update {
		write(t, root)
	}
	var want map[string]map[string]expectation
	conformance.Read(t, "fixtures.json", &want)
	for _, host := range hosts {
		got := judgeAll(t, root, host)
		for file, expected := range want[host] {
			if !reflect.DeepEqual(got[file], expected) {
				t.Errorf("%s in %s:\n got %+v\nwant %+v", file, host, got[file], expected)
			}
		}
		for file := range got {
			if _, known := want[host][file]; !known {
				t.Errorf("%s in %s is not in fixtures.json", file, host)
			}
		}
	}
}

func write(t *testing.T, root string) {
	t.Helper()
	var out bytes.Buffer
	out.WriteString("{\n")
	for i, host := range hosts {
		if i > 0 {
			out.WriteString(",\n")
		}
		fmt.Fprintf(&out, "  %q: {\n", host)
		found := judgeAll(t, root, host)
		var files []string
		for file := range found {
			files = append(files, file)
		}
		sort.Strings(files)
		for j, file := range files {
			name, _ := json.Marshal(file)
			line, _ := json.Marshal(found[file])
			fmt.Fprintf(&out, "    %s: %s", name, line)
			if j < len(files)-1 {
				out.WriteString(",")
			}
			out.WriteString("\n")
		}
		out.WriteString("  }")
	}
	out.WriteString("\n}\n")
	if err := os.WriteFile(filepath.Join(root, "../spec/conformance/fixtures.json"), []byte(clean.JSON(out.String())), 0o644); err != nil {
		t.Fatal(err)
	}
}

// What was judged to load did load in the real loader, and nothing else did.
func TestVerdictsHoldAgainstTheRealLoader(t *testing.T) {
	root := fixtures(t)
	text, err := os.ReadFile(filepath.Join(root, "expected.json"))
	if err != nil {
		t.Fatal(err)
	}
	var measured map[string]map[string]struct{ Outcome string }
	if err := json.Unmarshal(text, &measured); err != nil {
		t.Fatal(err)
	}
	for _, host := range hosts {
		got := judgeAll(t, root, host)
		for file, real := range measured[host] {
			e, listed := got[file]
			// A host without dlopen measures nothing of libraries; what is not decided is not wrong.
			if !listed || real.Outcome == "not measured" || e.Load == verdict.LoadUnknown {
				continue
			}
			if string(e.Load) != real.Outcome {
				t.Errorf("%s in %s: judged %s, it %s (%s)", file, host, e.Load, real.Outcome, strings.Join(e.Findings, ", "))
			}
		}
	}
}

func TestLoadOrderIsByTheBytesOfNames(t *testing.T) {
	directory := t.TempDir()
	names := []string{"b.so", "a.so", "B.so", "é.so", "a.so.bak", ".hidden.so", "\xff.so"}
	for _, name := range names {
		if err := os.WriteFile(filepath.Join(directory, name), nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	listing, err := catalog.ListPlace(catalog.Place{Directories: []string{directory}})
	if err != nil {
		t.Fatal(err)
	}
	var order []string
	for _, plugin := range listing.Plugins {
		order = append(order, plugin.Name)
	}
	if want := []string{"B.so", "a.so", "b.so", "é.so", "\xff.so"}; !slices.Equal(order, want) {
		t.Errorf("%q, want %q", order, want)
	}
}

func TestDiscoveryFileSaysWhereItIsWrong(t *testing.T) {
	sum := strings.Repeat("0", 64)
	for text, want := range map[string]string{
		"plugins: []": "",
		"host: ../otelcol\nplugins:\n- path: a.so\n  sha256: " + sum: "",
		"- a.so":                           ":1: the file must be a mapping with the field plugins",
		"host: x":                          ":1: plugins is missing",
		"plugins: a.so":                    ":1: plugins must be a list",
		"plugins:\n- a.so":                 ":2: plugins[0] must be a mapping with the field path",
		"plugins:\n- sha256: " + sum:       ":2: plugins[0].path is missing",
		"plugins:\n- path: 7":              ":2: plugins[0].path must be a path",
		"plugins:\n- path: a\n  sha256: 1": ":3: plugins[0].sha256 must be 64 hex digits",
		"plugins:\n- path: a\n  md5: 1":    ":3: plugins[0].md5 is not a field of a plugin (path, sha256)",
		"plugins: []\nnext: 1":             ":2: next is not a field of a discovery file (host, plugins)",
	} {
		file := filepath.Join(t.TempDir(), "plugins.yaml")
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		discovery, err := catalog.ReadDiscovery(file)
		switch {
		case want == "" && err != nil:
			t.Errorf("%q: %v", text, err)
		case want == "" && len(discovery.Plugins) == 1 && discovery.Plugins[0].Path != filepath.Join(filepath.Dir(file), "a.so"):
			t.Errorf("%q: %+v", text, discovery.Plugins)
		case want != "" && (err == nil || err.Error() != file+want):
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
}

func TestPinnedFileThatChangedIsRefused(t *testing.T) {
	root := fixtures(t)
	host, err := catalog.OpenHost(filepath.Join(root, "otelcol"))
	if err != nil {
		t.Fatal(err)
	}
	defer host.Close()
	plugin := filepath.Join(root, "plugins/go-match.so")
	digests, err := trust.DigestsOf(plugin)
	if err != nil {
		t.Fatal(err)
	}
	for sha256, want := range map[string]verdict.Verdict{digests.SHA256: verdict.Loads, strings.Repeat("0", 64): verdict.Refused} {
		file := filepath.Join(t.TempDir(), "plugins.json")
		list := fmt.Sprintf(`{"plugins": [{"path": %q, "sha256": %q}]}`, plugin, sha256)
		if err := os.WriteFile(file, []byte(list), 0o644); err != nil {
			t.Fatal(err)
		}
		listing, err := catalog.ListPlace(catalog.Place{Discovery: file})
		if err != nil {
			t.Fatal(err)
		}
		if got := listing.Plugins[0].Judge(host).Judgement.Verdict; got != want {
			t.Errorf("sha256 %s: %s, want %s", sha256, got, want)
		}
	}
}

// In the words of ocx: test/commands/notACollector.test.ts.
func TestAPluginIsNotTakenForACollector(t *testing.T) {
	root := fixtures(t)
	for name, because := range map[string]string{
		"go-match":    "it is a Go plugin",
		"go-c-shared": "it is a Go library for C programs (-buildmode=c-shared)",
		"rust-match":  "it is a plugin (it exports register_collector_plugin)",
		"c-library":   "it is a shared library",
	} {
		path := filepath.Join(root, "plugins", name+".so")
		host, err := catalog.OpenHost(path)
		if want := "host " + path + " is not a Collector: " + because + "; name the program that opens it"; err == nil || err.Error() != want {
			t.Errorf("%v, want %s", err, want)
		}
		host.Close()
	}
	host, err := catalog.OpenHost("/bin/sh")
	if err != nil {
		t.Error(err)
	}
	host.Close()
}
