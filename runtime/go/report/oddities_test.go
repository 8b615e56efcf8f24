package report_test

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	"ocx.dev/runtime/internal/conformance"
)

const entry = "int register_collector_plugin(void *host) { return host != 0; }"

// What linkers can be made to do to a plugin: the verdicts, and with OCX_CLI that ocx prints the same.
// test/toolchain/linkerOddities.test.ts opens such plugins in a Collector.
func TestOddlyLinkedPlugins(t *testing.T) {
	if testing.Short() {
		t.Skip("builds plugins")
	}
	root := conformance.Root(t)
	host := filepath.Join(root, "fixtures/otelcol")
	if _, err := os.Stat(host); err != nil {
		t.Skip("the fixtures are not unpacked: ", err)
	}
	directory := t.TempDir()
	hide := filepath.Join(t.TempDir(), "hide.map")
	write(t, hide, "{ local: runtime.lastmoduledatap; };")
	goPlugin(t, directory, "bsymbolic.so", "-extldflags=-Wl,-Bsymbolic")
	goPlugin(t, directory, "hidden.so", "-extldflags=-Wl,--version-script="+hide)
	goPlugin(t, directory, "functions.so", "-extldflags=-Wl,-Bsymbolic-functions")
	goPlugin(t, directory, "path.so", "-pluginpath=custom/path")
	cPlugin(t, directory, "tls.so", `static __thread char block[65536] __attribute__((tls_model("initial-exec"))); char *use(void) { return block; } `+entry)
	cPlugin(t, directory, "tls-fits.so", `static __thread char block[1600] __attribute__((tls_model("initial-exec"))); char *use(void) { return block; } `+entry)
	cPlugin(t, directory, "tls-near.so", `static __thread char block[1700] __attribute__((tls_model("initial-exec"))); char *use(void) { return block; } `+entry)
	cPlugin(t, directory, "tls-dynamic.so", `static __thread char block[65536] __attribute__((tls_model("global-dynamic"))); char *use(void) { return block; } `+entry)
	library := t.TempDir()
	cPlugin(t, library, "liblonely.so", "int of_nobody(void); int lonely(void) { return of_nobody(); }", "-Wl,-soname,liblonely.so")
	cPlugin(t, directory, "wants.so", "int lonely(void); int use(void) { return lonely(); } "+entry, "-L"+library, "-llonely", "-Wl,-rpath,"+library)
	cPlugin(t, directory, "filter.so", entry, "-Wl,-F,libnotthere.so")
	cPlugin(t, directory, "runpath.so", entry, "-Wl,-rpath,/opt/lib", "-Wl,--no-as-needed", "-lgcc_s")
	cPlugin(t, directory, "named.so", "int my_entry(void *host) { return host != 0; }")
	write(t, filepath.Join(directory, "named.so.manifest.json"), `{"language": "rust", "toolchain_version": "rustc 1.95.0 (59807616e 2026-04-14)",
		"build_profile": "release", "dependency_hashes": {}, "build_flags": [], "target": "x86_64-unknown-linux-gnu",
		"build_time": "2026-01-01T00:00:00Z", "entry_symbol": "my_entry"}`)
	whole, err := os.ReadFile(filepath.Join(root, "fixtures/plugins/go-cut-after-segments.so"))
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(directory, "short.so"), string(whole[:len(whole)-8]))

	ours := checkAll(t, host, directory)
	var printed struct {
		Plugins []struct {
			Path, Load string
			Findings   []struct{ Code, Severity string }
		}
	}
	if err := json.Unmarshal(ours, &printed); err != nil {
		t.Fatal(err)
	}
	want := map[string]string{
		"bsymbolic.so": "crashes OCX0304", "hidden.so": "crashes OCX0304", "functions.so": "loads", "path.so": "fails OCX0501",
		"tls.so": "fails OCX0218", "tls-fits.so": "loads", "tls-near.so": "unknown OCX0209", "tls-dynamic.so": "loads", "wants.so": "fails OCX0213", "filter.so": "fails OCX0210", "runpath.so": "loads", "named.so": "loads", "short.so": "unknown OCX0111",
	}
	for _, plugin := range printed.Plugins {
		got, name := plugin.Load, filepath.Base(plugin.Path)
		// These have no manifest of the host's liking, and are refused for that too: only what decides the load counts.
		for _, f := range plugin.Findings {
			if slices.Contains([]string{"crashes", "fails", "unknown"}, f.Severity) {
				got += " " + f.Code
				break
			}
		}
		if expected, built := want[name]; built && got != expected {
			t.Errorf("%s: %s, want %s", name, got, expected)
		}
		delete(want, name)
	}
	if len(want) > 0 {
		t.Errorf("not judged: %v", want)
	}
	if cli := os.Getenv("OCX_CLI"); cli != "" {
		if theirs := ocxCheckAll(t, cli, host, directory); !bytes.Equal(ours, theirs) {
			t.Errorf("differs: %s", firstDifference(ours, theirs))
		}
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func goPlugin(t *testing.T, directory, name, linkerFlag string) {
	t.Helper()
	build := exec.Command("go", "build", "-trimpath", "-buildmode=plugin", "-ldflags=-s -w "+linkerFlag, "-o", filepath.Join(directory, name), "./light")
	build.Dir = filepath.Join(conformance.Root(t), "fixtures/src/go/plugins")
	build.Env = append(os.Environ(), "CGO_ENABLED=1", "GOFLAGS=-buildvcs=false")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", name, err, out)
	}
}

func cPlugin(t *testing.T, directory, name, source string, flags ...string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), name+".c")
	write(t, file, source)
	arguments := append([]string{"-shared", "-fPIC", "-O2", "-o", filepath.Join(directory, name), file}, flags...)
	if out, err := exec.Command("gcc", arguments...).CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", name, err, out)
	}
}

// What one plugin brings, the next need not find: in the Collector's plan as in that of ocx.
func TestLibrariesOfEarlierPlugins(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles libraries")
	}
	root := conformance.Root(t)
	host := filepath.Join(root, "fixtures/other-hosts/otelcol-no-manifest")
	if _, err := os.Stat(host); err != nil {
		t.Skip("the fixtures are not unpacked: ", err)
	}
	directory, library := t.TempDir(), t.TempDir()
	cPlugin(t, library, "libown.so", "int own(void) { return 7; }", "-Wl,-soname,libown.so")
	needs := "int own(void); int use(void) { return own(); } " + entry
	cPlugin(t, directory, "a.so", needs, "-L"+library, "-lown")
	cPlugin(t, directory, "b.so", needs, "-L"+library, "-lown", "-Wl,-rpath,"+library)
	cPlugin(t, directory, "c.so", needs, "-L"+library, "-lown")
	ours := checkAll(t, host, directory)
	var printed struct {
		Plugins []struct{ Load string }
	}
	if err := json.Unmarshal(ours, &printed); err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{"fails", "loads", "loads"} {
		if got := printed.Plugins[i].Load; got != want {
			t.Errorf("%d: %s, want %s", i+1, got, want)
		}
	}
	if cli := os.Getenv("OCX_CLI"); cli != "" {
		if theirs := ocxCheckAll(t, cli, host, directory); !bytes.Equal(ours, theirs) {
			t.Errorf("differs: %s", firstDifference(ours, theirs))
		}
	}
}
