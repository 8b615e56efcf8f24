package integration

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"ocx.dev/runtime/internal/conformance"
)

// The Collector and ocx print the same, byte for byte, and end with the same code: of every fixture, in every host and in this
// Collector itself, of every vector of spec/conformance made a file, and of what this package builds to be refused.
// It asks the two programs, where report.TestJSONIsThatOfOCX asks the packages.

var fixtureHosts = []string{"otelcol", "other-hosts/otelcol-go1.25", "other-hosts/otelcol-no-cgo", "other-hosts/otelcol-no-manifest", "other-hosts/otelcol-no-trimpath"}

func TestEveryFixtureInEveryHostIsJudgedAsByOCX(t *testing.T) {
	cli := ocxCLI(t)
	hosts := []string{host(t)}
	for _, name := range fixtureHosts {
		hosts = append(hosts, fixture(t, name))
	}
	for _, hostFile := range hosts {
		for _, place := range []string{"plugins", "damaged", "other-objects"} {
			t.Run(filepath.Base(hostFile)+" "+place, func(t *testing.T) {
				same(t, cli, "check-all", fixture(t, place), "--no-load", "--collector", hostFile)
			})
		}
	}
}

func TestEveryFixtureIsInspectedAsByOCX(t *testing.T) {
	cli := ocxCLI(t)
	files, err := filepath.Glob(filepath.Join(fixture(t, "plugins"), "*.so"))
	if err != nil || len(files) < 40 {
		t.Fatalf("%d fixtures, %v", len(files), err)
	}
	for _, file := range files {
		if _, err := os.Stat(file); err != nil {
			continue // A link to nothing: check-all has it.
		}
		t.Run(fmt.Sprintf("%q", filepath.Base(file)), func(t *testing.T) {
			same(t, cli, "inspect", file, "--collector", fixture(t, "otelcol"))
		})
	}
}

// By name: each alone, and after what its directory has before it.
func TestFixturesAreValidatedAsByOCX(t *testing.T) {
	cli := ocxCLI(t)
	args := []string{"validate", "--no-load", "--collector", fixture(t, "otelcol")}
	for _, name := range []string{"go-cut-after-segments.so", "go-match.so", "go-other-minor.so", "rust-match.so", "text-file.so"} {
		args = append(args, fixture(t, "plugins/"+name))
	}
	same(t, cli, args...)
}

func TestRefusedPluginsAreJudgedAsByOCX(t *testing.T) {
	cli := ocxCLI(t)
	var files []string
	for plugin := range refused(t) {
		files = append(files, plugin)
	}
	files = append(files, buildPlugin(t, recipe{source: "five"}))
	same(t, cli, "check-all", directory(t, files...), "--no-load", "--collector", host(t))
}

// A vector is a pair of manifests; here each is a file with that manifest in a note, by a real linker.
func TestEveryPolicyVectorIsJudgedAsByOCX(t *testing.T) {
	cli := ocxCLI(t)
	var file struct {
		Base    map[string]any
		Vectors []struct {
			Name         string
			Plugin, Host json.RawMessage
		}
	}
	conformance.Read(t, "policy.json", &file)
	places := map[string]string{}
	for i, vector := range file.Vectors {
		place, known := places[string(vector.Host)]
		if !known {
			place = t.TempDir()
			places[string(vector.Host)] = place
			linked(t, "-pie", filepath.Join(place, "host"), manifestNote(t, file.Base, vector.Host))
		}
		library(t, filepath.Join(place, fmt.Sprintf("vector-%02d.so", i)), manifestNote(t, file.Base, vector.Plugin))
	}
	if len(places) < 5 {
		t.Fatalf("%d hosts: what happened to the vectors?", len(places))
	}
	for _, place := range places {
		same(t, cli, "check-all", place, "--no-load", "--collector", filepath.Join(place, "host"))
	}
}

func TestEveryManifestVectorIsReadAsByOCX(t *testing.T) {
	cli := ocxCLI(t)
	var file struct{ Vectors []struct{ Name, Text string } }
	conformance.Read(t, "manifests.json", &file)
	place := t.TempDir()
	for i, vector := range file.Vectors {
		library(t, filepath.Join(place, fmt.Sprintf("manifest-%02d.so", i)), note(1, []byte(vector.Text)))
	}
	same(t, cli, "check-all", place, "--no-load", "--collector", host(t))
	for i := range file.Vectors {
		same(t, cli, "inspect", filepath.Join(place, fmt.Sprintf("manifest-%02d.so", i)), "--collector", host(t))
	}
}

func ocxCLI(t *testing.T) string {
	t.Helper()
	cli := os.Getenv("OCX_CLI")
	if cli == "" {
		t.Skip("OCX_CLI names no dist/cli.js to compare with")
	}
	if !filepath.IsAbs(cli) {
		cli = filepath.Join(conformance.Root(t), cli)
	}
	return cli
}

// same runs `plugins` with these arguments in both programs.
func same(t *testing.T, cli string, args ...string) {
	t.Helper()
	args = append([]string{"plugins"}, append(args, "--output", "json")...)
	ours := collector(t, args...)
	command := exec.Command("node", append([]string{cli}, args...)...)
	var stdout, stderr bytes.Buffer
	command.Stdout, command.Stderr = &stdout, &stderr
	if err := command.Run(); err != nil {
		if _, ended := err.(*exec.ExitError); !ended {
			t.Fatal(err)
		}
	}
	if code := command.ProcessState.ExitCode(); code != ours.code {
		t.Errorf("exit code %d, ocx's %d\n%s\n%s", ours.code, code, ours.stderr, stderr.String())
	}
	if ours.stdout == "" || ours.marks != "" {
		t.Fatal(ours)
	}
	if ours.stdout != stdout.String() {
		t.Errorf("differs: %s", firstDifference(ours.stdout, stdout.String()))
	}
}

func firstDifference(ours, theirs string) string {
	a, b := strings.Split(ours, "\n"), strings.Split(theirs, "\n")
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return fmt.Sprintf("line %d: ours %s, ocx's %s", i+1, a[i], b[i])
		}
	}
	return "in length"
}

// manifestNote is the base with a JSON merge patch (RFC 7396) over it; of null nothing.
func manifestNote(t *testing.T, base map[string]any, patch json.RawMessage) string {
	t.Helper()
	if string(patch) == "null" {
		return ""
	}
	var changes map[string]any
	if err := json.Unmarshal(patch, &changes); err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(merged(base, changes))
	if err != nil {
		t.Fatal(err)
	}
	return note(1, text)
}

func merged(base, patch map[string]any) map[string]any {
	result := map[string]any{}
	for name, value := range base {
		result[name] = value
	}
	for name, value := range patch {
		change, isObject := value.(map[string]any)
		old, wasObject := result[name].(map[string]any)
		switch {
		case value == nil:
			delete(result, name)
		case isObject && wasObject:
			result[name] = merged(old, change)
		case isObject:
			result[name] = merged(map[string]any{}, change)
		default:
			result[name] = value
		}
	}
	return result
}

// library links assembler into a shared object that holds nothing else.
func library(t *testing.T, path, source string) {
	t.Helper()
	linked(t, "-shared", path, source)
}

func linked(t *testing.T, how, path, source string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "note.S")
	if err := os.WriteFile(file, []byte(source+"\t.text\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("gcc", how, "-nostdlib", "-Wl,--entry=0", "-o", path, file).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
}
