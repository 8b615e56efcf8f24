package loader

import (
	"fmt"

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
}

func (s *session) load(listed catalog.Listed) Plugin {
	record := listed.Judge(s.host)
	p := Plugin{Record: record.At(s.plan.Next(record.Candidate()))}
	if p.Err = s.refusal(p.Record); p.Err != nil {
		return p
	}
	if p.Changed() {
		p.Err = fmt.Errorf("%s: the file changed after it was judged", p.Path)
		return p
	}
	// From here on, code of the plugin runs.
	registry := &registry{plugin: p.Path, info: p.Evidence.Go.BuildInfo, taken: func(k key) (string, bool) {
		origin, ok := s.taken[k]
		return origin, ok
	}}
	if p.Err = Open(p.Path, entrySymbols(p.Record), registry); p.Err == nil {
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

// refusal: only what loads by its own bytes, and next to what is loaded already, is opened.
func (s *session) refusal(record catalog.Record) error {
	j := record.Judgement
	if j.Verdict != verdict.Loads {
		return &Refusal{record.Path, j.Verdict, j.Findings}
	}
	if record.Evidence.Go == nil || !record.Evidence.Go.HasTable {
		return fmt.Errorf("%s: it is no Go plugin, and this Collector loads no other", record.Path)
	}
	return nil
}
