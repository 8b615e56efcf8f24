package integration

import (
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

type probed struct {
	Outcome     string
	Message     *string
	Components  []struct{ Kind, Type string }
	AsPredicted *bool `json:"as_predicted"`
}

// A plugin may do what it likes: the answer comes from outside its process, and in time. Of what it
// does no byte tells, so only that it loads is as predicted.
func TestProbeSaysWhatBecameOfAPlugin(t *testing.T) {
	for how, want := range map[string]struct{ outcome, message string }{
		"well":             {"loads", ""},
		"init panics":      {"panics", "panic while opening it: out of"},
		"call panics":      {"panics", "assignment to entry in nil map"},
		"call fails":       {"fails", "no licence"},
		"registers twice":  {"fails", "is registered twice by it"},
		"init exits":       {"exits", "exit code 3"},
		"init hangs":       {"hangs", "within 1.5s"},
		"init segfaults":   {"crashes", "SIGSEGV"},
		"goroutine panics": {"crashes", "panic: elsewhere"},
	} {
		t.Run(how, func(t *testing.T) {
			plugin := misbehaving(t, how)
			started := time.Now()
			o := collector(t, "plugins", "probe", "--timeout", "1.5s", plugin)
			if took := time.Since(started); took > 10*time.Second {
				t.Errorf("it took %s", took)
			}
			var p probed
			if err := json.Unmarshal([]byte(o.stdout), &p); err != nil {
				t.Fatalf("%v: %v", err, o)
			}
			loads := want.outcome == "loads"
			if p.Outcome != want.outcome || (o.code == 0) != loads || (p.AsPredicted == nil) == loads {
				t.Error(o)
			}
			if want.message != "" {
				if p.Message == nil {
					t.Fatal(o)
				}
				mustContain(t, *p.Message, want.message)
			}
			if loads && (len(p.Components) != 1 || p.Components[0].Type != "mis" || !*p.AsPredicted) {
				t.Error(o)
			}
		})
	}
}

func TestCheckAllTriesEachThatWouldLoadAndOnlyThose(t *testing.T) {
	place := directory(t,
		buildPlugin(t, recipe{source: "five"}),
		misbehaving(t, "init exits"),
		buildPlugin(t, recipe{source: "factory", file: "unsigned", unsigned: true}))
	o := collector(t, "plugins", "check-all", place)
	if o.code != 1 || o.marks != "five\n" {
		t.Error(o)
	}
	mustContain(t, o.stdout, "+ five.so  tried in a child process: loads", ", as predicted",
		"! misbehaves-init-exits.so  tried in a child process: exits", "exit code 3")

	var report struct {
		Plugins []struct {
			Path, Verdict string
			Probe         *probed
		}
	}
	o = collector(t, "plugins", "check-all", place, "-o", "json")
	if err := json.Unmarshal([]byte(o.stdout), &report); err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{"loads", "exits", "not probed"} {
		if p := report.Plugins[i].Probe; p == nil || p.Outcome != want {
			t.Errorf("%s: %+v, want %s", report.Plugins[i].Path, p, want)
		}
	}
	// The exit code is that of what opening showed, though every verdict is loads.
	if o := collector(t, "plugins", "check-all", directory(t, misbehaving(t, "init exits"))); o.code != 1 {
		t.Error(o)
	}
}

func TestSignalEndsThePluginsThatAreBeingTried(t *testing.T) {
	pids := filepath.Join(t.TempDir(), "pids")
	for _, args := range [][]string{{"plugins", "probe"}, {"plugins", "validate"}} {
		command := exec.Command(host(t), append(args, "--timeout=1m", misbehaving(t, "init hangs"))...)
		command.Env = append(os.Environ(), "OCX_TEST_PIDS="+pids)
		if err := command.Start(); err != nil {
			t.Fatal(err)
		}
		child := waitForPid(t, pids)
		_ = command.Process.Signal(syscall.SIGINT)
		var exit *exec.ExitError
		if err := command.Wait(); !errors.As(err, &exit) || exit.ExitCode() != 130 {
			t.Errorf("%v: %v", args, err)
		}
		for deadline := time.Now().Add(10 * time.Second); syscall.Kill(child, 0) == nil; time.Sleep(10 * time.Millisecond) {
			if time.Now().After(deadline) {
				t.Fatalf("%v: process %d of the plugin goes on", args, child)
			}
		}
		_ = os.Remove(pids)
	}
}

func waitForPid(t *testing.T, file string) int {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		text, _ := os.ReadFile(file)
		if pid, err := strconv.Atoi(strings.TrimSpace(string(text))); err == nil {
			return pid
		}
	}
	t.Fatal("the plugin was not opened")
	return 0
}

func TestValidateTriesWhatWouldLoadAndOnlyThat(t *testing.T) {
	good := collector(t, "plugins", "validate", buildPlugin(t, recipe{source: "five"}))
	if good.code != 0 {
		t.Error(good)
	}
	mustContain(t, good.stdout, "+ loads", "tried in a child process: loads", "receiver five")
	if strings.Contains(good.stdout, "what init functions do") {
		t.Errorf("it was opened, and yet they are not checked: %s", good.stdout)
	}
	bad := collector(t, "plugins", "validate", "--timeout", "1s", misbehaving(t, "init hangs"))
	if bad.code != 1 {
		t.Error(bad)
	}
	mustContain(t, bad.stdout, "+ loads", "tried in a child process: hangs")
	untried := collector(t, "plugins", "validate", "--no-load", misbehaving(t, "init hangs"))
	if untried.code != 0 {
		t.Error(untried)
	}
	refused := collector(t, "plugins", "validate", buildPlugin(t, recipe{source: "factory", file: "unsigned", unsigned: true}))
	if refused.code != 1 || refused.marks != "" {
		t.Error(refused)
	}
	mustContain(t, refused.stdout, "- refused", "OCX0601")
}
