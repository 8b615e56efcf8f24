package loader

import (
	"fmt"
	"runtime"
	"slices"

	"ocx.dev/runtime/catalog"
	"ocx.dev/runtime/plan"
	"ocx.dev/runtime/verdict"
)

// Probing is which plugins are opened in a child process first, so that one that crashes, exits, hangs or panics when its
// init functions run never enters this process.
type Probing string

// What an operator can choose. No byte tells what init functions do, so all are tried unless somebody says otherwise.
const (
	ProbeAll Probing = "all"
	// ProbeUnknown tries those of which the bytes don't tell whether they load; else they are not opened at all.
	ProbeUnknown Probing = "unknown"
	ProbeOff     Probing = "off"
)

// ParseProbing reads all, unknown or off.
func ParseProbing(text string) (Probing, error) {
	if probing := Probing(text); slices.Contains([]Probing{ProbeAll, ProbeUnknown, ProbeOff}, probing) {
		return probing, nil
	}
	return "", &catalog.PlaceError{Sentence: fmt.Sprintf("--%s is %q, must be %s, %s or %s", ProbeFlag, text, ProbeAll, ProbeUnknown, ProbeOff)}
}

// Attempt is a plugin to try in a child process of this Collector.
type Attempt struct {
	Path string
	// After are plugins to open before it, as they are open here by then.
	After []string
	// Pins are the SHA-256 of plugins that a discovery file pins, by path: the child process looks again.
	Pins map[string]string
	// Unknown: it is opened though the bytes don't tell that it loads.
	Unknown bool
}

// Tried is what became of it. Loads and NotTried are the outcomes that the loader knows; others say what the plugin did.
type Tried struct{ Outcome, Message string }

// Outcomes of an attempt that decide something here.
const (
	TriedLoads = "loads"
	NotTried   = "not probed"
)

// Prober tries a plugin, and comes back in time whatever the plugin does.
type Prober func(Attempt) Tried

// pinning tells a prober what is pinned.
func pinning(prober Prober, plugins []catalog.Listed) Prober {
	pins := map[string]string{}
	for _, plugin := range plugins {
		if isPinned(plugin) {
			pins[plugin.Path] = plugin.SHA256
		}
	}
	return func(attempt Attempt) Tried {
		attempt.Pins = pins
		return prober(attempt)
	}
}

// Misbehaved is a plugin that was tried in a child process and did not load there: nothing of it ran in this one.
type Misbehaved struct {
	Path string
	Tried
}

func (m *Misbehaved) Error() string {
	what := map[string]string{"panics": "it panics", "exits": "it exits", "crashes": "it crashes", "hangs": "it hangs"}[m.Outcome]
	if what == "" {
		what = "it " + m.Outcome
	}
	return fmt.Sprintf("%s: not opened: tried in a child process, %s: %s", m.Path, what, m.Message)
}

// mostAtOnce bounds how many child processes try plugins at a time.
const mostAtOnce = 4

// tryAlone starts to try each plugin that loads by its bytes, alone and at its place, several at a time, and gives the way to wait for
// one of them: nil where none was started. Nothing of a plugin that is refused runs, in a child process neither.
func tryAlone(steps []plan.Step, how How) []func() Tried {
	waits := make([]func() Tried, len(steps))
	if how.Probing != ProbeAll {
		return waits
	}
	places := make(chan struct{}, min(mostAtOnce, runtime.NumCPU()))
	for i, step := range steps {
		if step.Candidate.Alone.Verdict != verdict.Loads || step.Judgement.Verdict != verdict.Loads {
			continue
		}
		done := make(chan Tried, 1)
		go func() {
			places <- struct{}{}
			defer func() { <-places }()
			done <- how.Prober(Attempt{Path: step.Candidate.Path})
		}()
		waits[i] = func() Tried { return <-done }
	}
	return waits
}

// tried is what keeps a plugin out after it was tried; nil when nothing does. That no child could be started is not the
// plugin's doing: what loads by its bytes is opened all the same.
func tried(record catalog.Record, result Tried) error {
	if result.Outcome == TriedLoads || result.Outcome == NotTried && record.Judgement.Verdict == verdict.Loads {
		return nil
	}
	return &Misbehaved{record.Path, result}
}
