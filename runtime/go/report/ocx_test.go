package report_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"ocx.dev/runtime/catalog"
	"ocx.dev/runtime/internal/conformance"
	"ocx.dev/runtime/report"
	"ocx.dev/runtime/trust"
)

// The Collector and ocx print the same JSON, byte for byte, of every fixture in every host:
// OCX_CLI=dist/cli.js go test ./report
func TestJSONIsThatOfOCX(t *testing.T) {
	cli := os.Getenv("OCX_CLI")
	if cli == "" {
		t.Skip("OCX_CLI names no dist/cli.js to compare with")
	}
	root := conformance.Root(t)
	for _, hostFile := range []string{"otelcol", "other-hosts/otelcol-go1.25", "other-hosts/otelcol-no-cgo", "other-hosts/otelcol-no-manifest", "other-hosts/otelcol-no-trimpath"} {
		for _, directory := range []string{"damaged", "other-objects", "plugins"} {
			t.Run(hostFile+" "+directory, func(t *testing.T) {
				hostPath, err := filepath.Abs(filepath.Join(root, "fixtures", hostFile))
				if err != nil {
					t.Fatal(err)
				}
				place, err := filepath.Abs(filepath.Join(root, "fixtures", directory))
				if err != nil {
					t.Fatal(err)
				}
				theirs := ocxCheckAll(t, cli, hostPath, place)
				if ours := checkAll(t, hostPath, place); !bytes.Equal(ours, theirs) {
					t.Errorf("differs: %s", firstDifference(ours, theirs))
				}
			})
		}
	}
}

// One process, in this order: copies, links, a failed one, one of another release, and what comes after each.
func TestLoadPlanIsThatOfOCX(t *testing.T) {
	cli := os.Getenv("OCX_CLI")
	if cli == "" {
		t.Skip("OCX_CLI names no dist/cli.js to compare with")
	}
	fixtures := filepath.Join(conformance.Root(t), "fixtures")
	if _, err := os.Stat(filepath.Join(fixtures, "otelcol")); err != nil {
		t.Skip("the fixtures are not unpacked: ", err)
	}
	for name, orders := range map[string][]string{
		"links":   {"go-match", "hard 0", "symbolic 0", "go-match", "go-c-shared"},
		"failed":  {"go-match", "go-other-trimpath", "hard 1", "symbolic 1", "hard 0", "go-match-newfactory"},
		"release": {"go-match", "go-other-minor", "go-match-newfactory", "go-no-entry", "rust-match"},
		"unknown": {"go-wrong-signature", "go-darwin", "go-match", "go-match"},
	} {
		t.Run(name, func(t *testing.T) {
			place := t.TempDir()
			file := func(i int) string { return filepath.Join(place, fmt.Sprintf("%d.so", i)) }
			for i, what := range orders {
				kind, of, _ := strings.Cut(what, " ")
				var err error
				switch kind {
				case "hard":
					err = os.Link(filepath.Join(place, of+".so"), file(i))
				case "symbolic":
					err = os.Symlink(of+".so", file(i))
				default:
					var content []byte
					if content, err = os.ReadFile(filepath.Join(fixtures, "plugins", what+".so")); err == nil {
						err = os.WriteFile(file(i), content, 0o600)
					}
				}
				if err != nil {
					t.Fatal(err)
				}
			}
			host := filepath.Join(fixtures, "other-hosts/otelcol-no-manifest")
			if ours, theirs := checkAll(t, host, place), ocxCheckAll(t, cli, host, place); !bytes.Equal(ours, theirs) {
				t.Errorf("differs: %s", firstDifference(ours, theirs))
			}
		})
	}
}

func ocxCheckAll(t *testing.T, cli, hostPath, place string, keys ...string) []byte {
	t.Helper()
	if !filepath.IsAbs(cli) {
		cli = filepath.Join(conformance.Root(t), cli)
	}
	args := []string{cli, "plugins", "check-all", place, "--collector", hostPath, "--no-load", "--output", "json"}
	for _, key := range keys {
		args = append(args, "--trusted-key", key)
	}
	out, err := exec.Command("node", args...).Output()
	if _, judged := err.(*exec.ExitError); err != nil && !judged {
		t.Fatal(err)
	}
	return out
}

func checkAll(t *testing.T, hostPath, place string, keys ...string) []byte {
	t.Helper()
	host, err := catalog.OpenHost(hostPath)
	if err != nil {
		t.Fatal(err)
	}
	defer host.Close()
	for _, named := range keys {
		key, err := trust.ReadKey(named)
		if err != nil {
			t.Fatal(err)
		}
		host.Trusted = append(host.Trusted, key)
	}
	listing, err := catalog.ListPlace(catalog.Place{Directories: []string{place}})
	if err != nil {
		t.Fatal(err)
	}
	var records []catalog.Record
	for _, plugin := range listing.Plugins {
		records = append(records, plugin.Judge(host))
	}
	p := catalog.Planned(records, host)
	for _, entry := range listing.Ignored {
		records = append(records, catalog.Record{Entry: entry})
	}
	var out bytes.Buffer
	if err := report.WriteData(&out, report.Of(host, "", records, p), "json"); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func firstDifference(ours, theirs []byte) string {
	a, b := bytes.Split(ours, []byte("\n")), bytes.Split(theirs, []byte("\n"))
	for i := range min(len(a), len(b)) {
		if !bytes.Equal(a[i], b[i]) {
			return "ours " + string(a[i]) + ", ocx's " + string(b[i])
		}
	}
	return "in length"
}

func TestYAMLHasTheSameDataAsJSON(t *testing.T) {
	data := map[string]any{"text": "a: b", "escape": "\x1b[31m\u202e", "lines": "one\ntwo", "list": []any{}, "none": nil, "yes": "yes"}
	var out bytes.Buffer
	if err := report.WriteData(&out, data, "yaml"); err != nil {
		t.Fatal(err)
	}
	if bytes.ContainsAny(out.Bytes(), "\x1b") || bytes.Contains(out.Bytes(), []byte("\u202e")) {
		t.Errorf("raw control characters in %q", out.String())
	}
	back := decodeYAML(t, out.Bytes())
	want, err := json.Marshal(data)
	if err != nil {
		t.Fatal(err)
	}
	got, err := json.Marshal(back)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s, want %s", got, want)
	}
}
