package integration

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// None of these can be caught in a process: each would be the end of the Collector.
var fatal = map[string]string{
	"init exits":       "it exits: it ended the process with exit code 3",
	"init segfaults":   "it crashes: ",
	"goroutine panics": "it crashes: panic: elsewhere",
	"init hangs":       "it hangs: it did not come back within 6s",
	"init panics":      `it panics: panic while opening it: out of \x1b[31mcheese`,
}

// A plugin that does what no process survives is opened in a child process first, is refused with what it did there, and nothing of it runs here:
// the Collector starts without it when it is told to, and ends with that reason when it is not.
func TestAPluginThatKillsItsProcessIsRefusedBeforeItEntersTheCollector(t *testing.T) {
	five := buildPlugin(t, recipe{source: "five"})
	for how, reason := range fatal {
		t.Run(how, func(t *testing.T) {
			bad := misbehaving(t, how)
			place := directory(t, bad, five)
			args := []string{"components", "list", "--plugins", "--plugin-dir", place}
			if how == "init hangs" {
				args = append(args, "--plugin-probe-timeout=6s")
			}
			o := collector(t, args...)
			if o.code != 1 {
				t.Error(o)
			}
			mustContain(t, o.stderr, "1 of 2 plugins not loaded: the Collector does not start", filepath.Base(bad)+": not opened: tried in a child process, "+reason)
			o = collector(t, append(args, "--plugin-policy=skip")...)
			if o.code != 0 {
				t.Error(o)
			}
			mustContain(t, o.stderr, "WARNING: 1 of 2 plugins not loaded", reason)
			mustContain(t, o.stdout, "five", "not loaded")
		})
	}
}

// The same, in a Collector that runs: it gets ready, with the components of the healthy plugin.
func TestTheCollectorRunsBesideAPluginThatWouldKillIt(t *testing.T) {
	healthy := []string{buildPlugin(t, recipe{source: "five"}), buildPlugin(t, recipe{source: "factory"})}
	place := directory(t, append(healthy, misbehaving(t, "init segfaults"), misbehaving(t, "init exits"))...)
	out := filepath.Join(t.TempDir(), "out.json")
	command := exec.Command(host(t), "--plugin-dir", place, "--plugin-policy=skip", "--config", configure(t, out))
	command.Env = append(os.Environ(), "GOTRACEBACK=none")
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	var data []byte
	for deadline := time.Now().Add(30 * time.Second); len(data) == 0 && time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		data, _ = os.ReadFile(out)
	}
	_ = command.Process.Signal(syscall.SIGTERM)
	if err := command.Wait(); err != nil {
		t.Errorf("the Collector ended with %v", err)
	}
	mustContain(t, string(data), "made by a plugin")
}

// Turned off by flag or by environment, nothing is tried, and what no process survives this one does not survive.
func TestProbingBeforeLoadingCanBeTurnedOff(t *testing.T) {
	five := directory(t, buildPlugin(t, recipe{source: "five"}))
	if o := collector(t, "components", "--plugin-dir", five); o.code != 0 || strings.Count(o.marks, "five\n") != 2 {
		t.Error(o)
	}
	exits := []string{"components", "--plugin-dir", directory(t, misbehaving(t, "init exits")), "--plugin-policy=skip"}
	for _, word := range []string{"off", "unknown"} {
		if o := collector(t, "components", "--plugin-dir", five, "--plugin-probe="+word); o.code != 0 || o.marks != "five\n" {
			t.Error(o)
		}
		if o := collector(t, append(exits, "--plugin-probe", word)...); o.code != 3 {
			t.Error(o)
		}
	}
	t.Setenv("OTELCOL_PLUGIN_PROBE", "off")
	if o := collector(t, exits...); o.code != 3 {
		t.Error(o)
	}
	for flag, sentence := range map[string]string{
		"--plugin-probe=never":       `--plugin-probe is "never", must be all, unknown or off`,
		"--plugin-probe-timeout=now": `--plugin-probe-timeout is "now", must be a time like 30s`,
	} {
		o := collector(t, "components", "--plugin-dir", five, flag)
		if o.code != 2 {
			t.Error(o)
		}
		mustContain(t, o.stderr, sentence)
	}
}

// How much thread-local storage is left when a plugin is opened no byte of it tells: the child process does.
func TestWhatTheBytesDoNotTellTheChildProcessTells(t *testing.T) {
	fits, huge := buildPlugin(t, recipe{source: "threadlocal"}), buildPlugin(t, recipe{source: "threadlocalaligned"})
	five := buildPlugin(t, recipe{source: "five"})
	place := directory(t, five, fits, huge)
	args := []string{"components", "list", "--plugins", "--plugin-dir", place, "--plugin-policy=skip", "--plugin-probe=unknown"}
	judged := collector(t, "plugins", "check-all", place, "--no-load")
	if judged.code != 3 {
		t.Error(judged)
	}
	o := collector(t, args...)
	if o.code != 0 {
		t.Error(o)
	}
	mustContain(t, o.stderr, "WARNING: 1 of 3 plugins not loaded", "threadlocalaligned.so: not opened: tried in a child process, it fails: ", "static TLS block")
	mustContain(t, o.stdout, "receiver   threadlocal")
	// It is tried after what is open by then: once in the child, once here.
	if o.marks != "five\nfive\nfive\n" {
		t.Error(o)
	}
	off := collector(t, append(args[:len(args)-1], "--plugin-probe=off")...)
	mustContain(t, off.stderr, "WARNING: 2 of 3 plugins not loaded", "OCX0209")
}
