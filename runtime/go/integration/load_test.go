package integration

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

const configuration = `
extensions:
  five: {}
  quiet: {}
receivers:
  five: {interval: 5ms}
processors:
  five: {}
connectors:
  five: {}
exporters:
  five: {path: %q}
  nop: {}
service:
  extensions: [five, quiet]
  telemetry: {metrics: {level: none}}
  pipelines:
    logs/in: {receivers: [five], processors: [five], exporters: [five, nop]}
    logs/out: {receivers: [five], exporters: [five]}
`

// A connector has to be an exporter of one pipeline and a receiver of the other, under a name of its own.
func configure(t *testing.T, out string) string {
	t.Helper()
	text := fmt.Sprintf(configuration, out)
	text = strings.Replace(text, "connectors:\n  five: {}", "connectors:\n  five/joint: {}", 1)
	text = strings.Replace(text, "exporters: [five, nop]", "exporters: [five/joint, nop]", 1)
	text = strings.Replace(text, "logs/out: {receivers: [five]", "logs/out: {receivers: [five/joint]", 1)
	file := filepath.Join(t.TempDir(), "config.yaml")
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestPluginsOfAllFiveKindsLoadAndDataFlowsThroughThem(t *testing.T) {
	plugins := directory(t, buildPlugin(t, recipe{source: "five"}), buildPlugin(t, recipe{source: "factory"}))
	out := filepath.Join(t.TempDir(), "out.json")
	config := configure(t, out)

	if o := collector(t, "validate", "--plugin-dir", plugins, "--config", config); o.code != 0 {
		t.Fatalf("validate: %v", o)
	}
	command := exec.Command(host(t), "--plugin-dir="+plugins, "--config", config, "--feature-gates=five.louder")
	var log bytes.Buffer
	command.Stderr = &log
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	var data []byte
	for deadline := time.Now().Add(20 * time.Second); len(data) == 0 && time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		data, _ = os.ReadFile(out)
	}
	_ = command.Process.Signal(syscall.SIGTERM)
	err := command.Wait()
	if err != nil {
		t.Errorf("the Collector ended with %v\n%s", err, log.String())
	}
	mustContain(t, string(data), "made by a plugin", `"processor"`, `"connector"`, "dep one louder=true")
	mustContain(t, log.String(), "Plugin loaded", "five.so")
}

func TestEmptyDirectoryLoadsNothing(t *testing.T) {
	o := collector(t, "components", "--plugin-dir", t.TempDir())
	if o.code != 0 || o.stderr != "" {
		t.Error(o)
	}
}

func TestADirectoryWithoutPluginsIsSaidInTheLog(t *testing.T) {
	empty, wrong := t.TempDir(), t.TempDir()
	config := filepath.Join(t.TempDir(), "config.yaml")
	for file, text := range map[string]string{
		filepath.Join(wrong, "README.md"): "no plugin",
		config:                            "receivers: {nop: {}}\nexporters: {nop: {}}\nservice: {telemetry: {metrics: {level: none}}, pipelines: {traces: {receivers: [nop], exporters: [nop]}}}\n",
	} {
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	command := exec.Command(host(t), "--plugin-dir", empty, "--plugin-dir", wrong, "--config", config)
	log, err := command.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	tooLong := time.AfterFunc(20*time.Second, func() { _ = command.Process.Kill() })
	defer tooLong.Stop()
	var said []string
	for lines := bufio.NewScanner(log); lines.Scan(); {
		if said = append(said, lines.Text()); strings.Contains(lines.Text(), "Everything is ready") {
			_ = command.Process.Signal(syscall.SIGTERM)
		}
	}
	// It says that it is ready shortly before it listens for signals: on a busy machine ours ends it in between.
	if err := command.Wait(); err != nil && err.Error() != "signal: terminated" {
		t.Errorf("the Collector ended with %v", err)
	}
	mustContain(t, strings.Join(said, "\n"), "No plugins in "+empty+": it is empty", "No plugins in "+wrong+": it has README.md")
}

func TestMissingDirectoryIsUsage(t *testing.T) {
	o := collector(t, "components", "--plugin-dir", "/nowhere")
	if o.code != 2 {
		t.Error(o)
	}
	mustContain(t, o.stderr, "/nowhere: no such file or directory")
}

// refused has a plugin for each reason, with every code that says so, and what it says.
func refused(t *testing.T) map[string][]string {
	t.Helper()
	lie := func(manifest map[string]any) {
		manifest["toolchain_version"] = "go1.26.99"
		manifest["build_flags"] = []string{"-buildmode=plugin", "-trimpath"}
	}
	return map[string][]string{
		buildPlugin(t, recipe{source: "light", file: "other-toolchain", toolchain: "go1.26.7"}):                             {"OCX0801  toolchain go1.26.7, host go1.26"},
		buildPlugin(t, recipe{source: "light", file: "other-tags", flags: []string{"-trimpath", "-tags=verbose"}}):          {"OCX0802", "-tags=verbose"},
		buildPlugin(t, recipe{source: "light", file: "other-goamd64", goamd64: "v3"}):                                       {"OCX0804  GOAMD64 v3, host is v1"},
		buildPlugin(t, recipe{source: "light", file: "other-flags", flags: []string{"-trimpath", "-gcflags=all=-l"}}):       {"OCX0410", "OCX0802", "-gcflags=all=-l"},
		buildPlugin(t, recipe{source: "dependency", file: "other-dependency", replace: "example.com/dep=./dep/two"}):        {"OCX0410", "OCX0806", "example.com/dep"},
		buildPlugin(t, recipe{source: "factory", file: "lying", flags: []string{"-trimpath", "-tags=verbose"}, claim: lie}): {"OCX0602  manifest claims toolchain_version go1.26.99", "OCX0602  manifest claims build_flags", "OCX0801"},
		buildPlugin(t, recipe{source: "factory", file: "unsigned", unsigned: true}):                                         {"OCX0601"},
		tampered(t, buildPlugin(t, recipe{source: "factory"}), "tampered-value", `"release"`, `"relaxed"`):                  {"OCX0805", "relaxed"},
		tampered(t, buildPlugin(t, recipe{source: "factory"}), "tampered-text", `"language"`, `"languish"`):                 {"OCX0603"},
		buildPlugin(t, recipe{source: "mistyped"}):                                                                          {"OCX0505  CollectorPluginInit is func() string, which this Collector does not take"},
		fixture(t, "plugins/go-arm64.so"): {"OCX0106"},
	}
}

func tampered(t *testing.T, plugin, name, old, replacement string) string {
	t.Helper()
	content, err := os.ReadFile(plugin)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Count(content, []byte(old)) != 1 {
		t.Fatalf("%s is not once in %s", old, plugin)
	}
	path := filepath.Join(t.TempDir(), name+".so")
	if err := os.WriteFile(path, bytes.Replace(content, []byte(old), []byte(replacement), 1), 0o755); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestRefusedPluginsStopTheCollectorWithEveryReasonAndLeaveNoTrace(t *testing.T) {
	plugins := refused(t)
	for plugin, reasons := range plugins {
		name := filepath.Base(plugin)
		t.Run(name, func(t *testing.T) {
			o := collector(t, "components", "--plugin-dir", directory(t, plugin))
			if o.code != 1 || o.marks != "" {
				t.Error(o)
			}
			mustContain(t, o.stderr, append(reasons, name, "1 of 1 plugin not loaded")...)
			judged := collector(t, "plugins", "validate", plugin)
			if judged.code != 1 || judged.marks != "" {
				t.Error(judged)
			}
			mustContain(t, judged.stdout, reasons...)
		})
	}
	t.Run("all at once", func(t *testing.T) {
		var files []string
		for plugin := range plugins {
			files = append(files, plugin)
		}
		o := collector(t, "--config", configure(t, "unused"), "--plugin-dir", directory(t, files...))
		if o.code != 1 || o.marks != "" || strings.Contains(o.stderr, "Everything is ready") {
			t.Error(o)
		}
		mustContain(t, o.stderr, fmt.Sprintf("%d of %d plugins not loaded: the Collector does not start", len(plugins), len(plugins)))
		for plugin, reasons := range plugins {
			mustContain(t, o.stderr, append(reasons, filepath.Base(plugin))...)
		}
	})
}

func TestSkipStartsWithoutARefusedPluginAndSaysSo(t *testing.T) {
	plugins := directory(t,
		buildPlugin(t, recipe{source: "five"}),
		buildPlugin(t, recipe{source: "factory", file: "unsigned", unsigned: true}))
	o := collector(t, "components", "list", "--plugins", "--plugin-dir", plugins, "--plugin-policy=skip")
	if o.code != 0 || strings.Contains(o.marks, "factory") || !strings.Contains(o.marks, "five") {
		t.Error(o)
	}
	mustContain(t, o.stderr, "WARNING", "OCX0601", "unsigned.so")
	mustContain(t, o.stdout, "five", "not loaded", "unsigned.so")
	classic := collector(t, "components", "--plugin-dir", plugins, "--plugin-policy", "skip")
	mustContain(t, classic.stdout, "plugins_not_loaded:", "unsigned.so", "no manifest, and the host refuses plugins without one")
}

func TestSkipIsInTheLogOfTheCollectorToo(t *testing.T) {
	config := filepath.Join(t.TempDir(), "config.yaml")
	text := "receivers: {nop: {}}\nexporters: {nop: {}}\nservice: {telemetry: {metrics: {level: none}}, pipelines: {logs: {receivers: [nop], exporters: [nop]}}}\n"
	if err := os.WriteFile(config, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	unsigned := buildPlugin(t, recipe{source: "factory", file: "unsigned", unsigned: true})
	command := exec.Command(host(t), "--plugin-dir", directory(t, unsigned), "--plugin-policy=skip", "--config", config)
	stderr, err := command.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	late := time.AfterFunc(30*time.Second, func() { _ = command.Process.Kill() })
	defer late.Stop()
	var log []string
	for lines := bufio.NewScanner(stderr); lines.Scan(); {
		log = append(log, lines.Text())
		if strings.Contains(lines.Text(), "Everything is ready") {
			// Signals are heard only some time after this line: all there is to see has been said.
			_ = command.Process.Kill()
		}
	}
	_ = command.Wait()
	all := strings.Join(log, "\n")
	mustContain(t, all, "WARNING: 1 of 1 plugin not loaded", "Everything is ready")
	for _, line := range log {
		if strings.Contains(line, "Plugin is not loaded: its components are missing") {
			mustContain(t, line, "warn", "unsigned.so", "no manifest")
			return
		}
	}
	t.Errorf("the log does not name the plugin that is missing:\n%s", all)
}

// Directories as they are given; in each, by the bytes of the names.
func TestOrderOfLoadingIsThatOfDirectoriesAndOfTheBytesOfNames(t *testing.T) {
	places := []string{t.TempDir(), t.TempDir()}
	for name, place := range map[string]string{"b": places[0], "a": places[1], "B": places[1]} {
		plugin := buildPlugin(t, recipe{source: "clash", file: "order-" + name, define: "name=called_" + name})
		copyFile(t, plugin, filepath.Join(place, name+".so"))
	}
	o := collector(t, "components", "list", "--plugins", "--plugin-dir", places[0], "--plugin-dir="+places[1], "--plugin-probe=off")
	if o.code != 0 || o.marks != "called_b 2\ncalled_B 2\ncalled_a 2\n" {
		t.Error(o)
	}
}

// Each is good by itself; the second of the two would fail its hash check, after it was opened.
func TestTwoPluginsThatOnlyClashWithEachOther(t *testing.T) {
	first := buildPlugin(t, recipe{source: "clash", file: "clash-a", define: "name=first"})
	second := buildPlugin(t, recipe{source: "clash", file: "clash-b", define: "name=second", replace: "example.com/own=./own/two"})
	third := buildPlugin(t, recipe{source: "clash", file: "clash-c", define: "name=third"})
	o := collector(t, "components", "--plugin-dir", directory(t, first, second, third))
	if o.code != 1 || strings.Contains(o.marks, "second") {
		t.Error(o)
	}
	mustContain(t, o.stderr, "1 of 3 plugins not loaded", "OCX0411", "another version of package example.com/own than 1: clash-a.so, which comes first")
	mustContain(t, o.marks, "first 2", "third 2")

	// The same is known without starting: the second is not opened to find out.
	checked := collector(t, "plugins", "check-all", directory(t, first, second, third))
	if checked.code != 1 || strings.Contains(checked.marks, "second") {
		t.Error(checked)
	}
	mustContain(t, checked.stdout, "OCX0411")
	mustContain(t, checked.marks, "first 2", "third 2")

	alone := collector(t, "components", "--plugin-dir", directory(t, second))
	if alone.code != 0 {
		t.Error(alone)
	}
}

func TestPluginsThatFailWhenTheyRegister(t *testing.T) {
	for how, want := range map[string]string{
		"init panics":        `panic while opening it: out of \x1b[31mcheese`,
		"call panics":        "panic while calling its CollectorPluginInit: assignment to entry in nil map",
		"call fails":         `no licence for \x1b[31mthis`,
		"half":               "changed my mind",
		"registers built-in": `receiver "nop" of`,
		"registers twice":    `extension "mis" of`,
	} {
		t.Run(how, func(t *testing.T) {
			plugin := misbehaving(t, how)
			o := collector(t, "components", "--plugin-dir", directory(t, plugin))
			if o.code != 1 {
				t.Error(o)
			}
			mustContain(t, o.stderr, want, filepath.Base(plugin))
			if how == "registers built-in" {
				mustContain(t, o.stderr, "built into this Collector")
			}
			skipped := collector(t, "components", "list", "--plugins", "--plugin-dir", directory(t, plugin), "--plugin-policy", "skip")
			if skipped.code != 0 || strings.Contains(skipped.stdout, "extension  mis") {
				t.Error(skipped)
			}
		})
	}
}

func TestDuplicateTypesAreNamedWithBothOrigins(t *testing.T) {
	good, same := misbehaving(t, "well"), buildPlugin(t, recipe{source: "misbehaves", file: "the-same"})
	o := collector(t, "components", "--plugin-dir", directory(t, good, same))
	if o.code != 1 {
		t.Error(o)
	}
	mustContain(t, o.stderr, `extension "mis" of`, "the-same.so is already registered: it is of", "misbehaves-well.so")
}

func misbehaving(t *testing.T, how string) string {
	t.Helper()
	return buildPlugin(t, recipe{source: "misbehaves", file: "misbehaves-" + strings.ReplaceAll(how, " ", "-"), define: "how=" + how})
}
