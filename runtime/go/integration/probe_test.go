package integration

import (
	"encoding/json"
	"testing"
	"time"
)

type probed struct {
	Outcome    string
	Message    *string
	Components []struct{ Kind, Type string }
}

// A plugin may do what it likes: the answer comes from outside its process, and in time.
func TestProbeSaysWhatBecameOfAPlugin(t *testing.T) {
	for how, want := range map[string]struct{ outcome, message string }{
		"well":             {"loads", ""},
		"init panics":      {"panics", "panic while opening it: out of"},
		"call panics":      {"panics", "assignment to entry in nil map"},
		"call fails":       {"fails", "no licence"},
		"init exits":       {"exits", "exit code 3"},
		"init hangs":       {"hangs", "within 1.5s"},
		"init segfaults":   {"crashes", "SIGSEGV"},
		"goroutine panics": {"crashes", "panic: elsewhere"},
	} {
		t.Run(how, func(t *testing.T) {
			plugin := misbehaving(t, how)
			started := time.Now()
			o := collector(t, "plugins", "probe", "--timeout", "1.5s", plugin)
			if took := time.Since(started); took > 5*time.Second {
				t.Errorf("it took %s", took)
			}
			var p probed
			if err := json.Unmarshal([]byte(o.stdout), &p); err != nil {
				t.Fatalf("%v: %v", err, o)
			}
			if p.Outcome != want.outcome || (o.code == 0) != (want.outcome == "loads") {
				t.Error(o)
			}
			if want.message != "" {
				if p.Message == nil {
					t.Fatal(o)
				}
				mustContain(t, *p.Message, want.message)
			}
			if want.outcome == "loads" && (len(p.Components) != 1 || p.Components[0].Type != "mis") {
				t.Error(o)
			}
		})
	}
}

func TestValidateTriesWhatWouldLoadAndOnlyThat(t *testing.T) {
	good := collector(t, "plugins", "validate", buildPlugin(t, recipe{source: "five"}))
	if good.code != 0 {
		t.Error(good)
	}
	mustContain(t, good.stdout, "+ loads", "tried in a child process: loads", "receiver five")
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
