package loader

import (
	"fmt"
	"os"

	"ocx.dev/runtime/catalog"
	"ocx.dev/runtime/plan"
	"ocx.dev/runtime/verdict"
)

// session is the state of loading one plugin after the other.
type session struct {
	host *catalog.Host
	// taken tells of each component where it is from.
	taken map[key]string
	// plan knows what earlier plugins left in the process, and judges the next by it.
	plan *plan.Simulation
	// libraries are plugins that dlopen opened.
	libraries []string
	// opened are the plugins that are in this process, in order.
	opened []string
	how    How
}

// load opens a plugin that was judged alone, unless its bytes, what is open already, or a child process that opened it says that it
// can't be. wait gives what the child process said of it alone; nil when none was asked.
func (s *session) load(record catalog.Record, wait func() Tried) Plugin {
	if wait != nil {
		if err := tried(record, wait()); err != nil {
			// It never enters the process, so what comes after it fares as if it were not there.
			return Plugin{Record: record, Err: err}
		}
	}
	p := Plugin{Record: record.At(s.plan.Next(record.Candidate()))}
	if p.Err = s.refusal(p.Record, wait != nil); p.Err != nil {
		return p
	}
	// Of a copy it does not matter: those are the bytes that were judged.
	if p.Copy == "" && p.Changed() {
		p.Err = fmt.Errorf("%s: the file changed after it was judged", p.Path)
		return p
	}
	// From here on, code of the plugin runs.
	registry := newRegistry(p.Record, func(k key) (string, bool) {
		origin, ok := s.taken[k]
		return origin, ok
	})
	s.opened = append(s.opened, p.Path)
	if p.Err = openAny(p.Record, s.how.Collector, registry); p.Err == nil {
		p.Err = registry.err()
	}
	if p.Err != nil {
		p.Err = fmt.Errorf("%s: %w", p.Path, p.Err)
		return p
	}
	p.Components = registry.found
	for _, c := range registry.found {
		for _, name := range c.names {
			s.taken[key{c.Kind, name}] = "of " + p.Path
		}
	}
	return p
}

// refusal: only what loads by its own bytes, and next to what is loaded already, is opened. Of what these don't tell, a child process
// tells it, that opens the same before. wasTried: alone, which says the same where the bytes do.
func (s *session) refusal(record catalog.Record, wasTried bool) error {
	j := record.Judgement
	unknown := j.Verdict == verdict.Unknown && s.how.Probing != ProbeOff
	if j.Verdict != verdict.Loads && !unknown {
		return &Refusal{record.Path, j.Verdict, j.Findings}
	}
	if unknown || s.how.Probing == ProbeAll && !wasTried {
		if err := tried(record, s.how.Prober(Attempt{Path: record.Path, After: s.opened, Unknown: unknown})); err != nil {
			return err
		}
	}
	if !isGo(record) {
		return s.sameFile(record)
	}
	return nil
}

// sameFile: a library that is open already, by whatever name, is not opened again by dlopen, and would register twice.
func (s *session) sameFile(record catalog.Record) error {
	mine, err := os.Stat(record.Path)
	if err != nil {
		return fmt.Errorf("%s: %s", record.Path, catalog.Reason(err))
	}
	for _, earlier := range s.libraries {
		if theirs, err := os.Stat(earlier); err == nil && os.SameFile(mine, theirs) {
			return fmt.Errorf("%s: plugin already loaded: it is the same file as %s", record.Path, earlier)
		}
	}
	s.libraries = append(s.libraries, record.Path)
	return nil
}
