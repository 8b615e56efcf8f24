package report

import (
	"ocx.dev/runtime/catalog"
	"ocx.dev/runtime/plan"
	"ocx.dev/runtime/verdict"
)

// Plan of a report: the files in load order in one process of the host.
type Plan struct {
	HostOpens plan.Opens `json:"host_opens"`
	Loads     int        `json:"loads"`
	Of        int        `json:"of"`
	DiesAt    *int       `json:"dies_at"`
	Best      Best       `json:"best"`
}

// Best order that was found.
type Best struct {
	Loads int `json:"loads"`
	// Order has paths; null where none was found that loads more than the one at hand.
	Order      []string `json:"order"`
	Exhaustive bool     `json:"exhaustive"`
	LeftOut    []string `json:"left_out"`
}

// Step is the place of one plugin in the plan.
type Step struct {
	Opened     plan.Opened `json:"opened"`
	Brings     []string    `json:"brings"`
	BrokenBy   []int       `json:"broken_by"`
	Breaks     []int       `json:"breaks"`
	BelowCrash *int        `json:"below_crash"`
}

// Alone is how a file fares with nothing else in the process.
type Alone struct {
	Verdict verdict.Verdict `json:"verdict"`
	Load    verdict.Load    `json:"load"`
	Cause   string          `json:"cause"`
}

func planOf(p *plan.Plan) *Plan {
	if p == nil {
		return nil
	}
	paths := func(indices []int) []string {
		if indices == nil {
			return nil
		}
		list := make([]string, len(indices))
		for at, i := range indices {
			list[at] = p.Steps[i].Candidate.Path
		}
		return list
	}
	return &Plan{
		HostOpens: p.Opens,
		Loads:     p.Loads,
		Of:        len(p.Steps),
		DiesAt:    placeOrNull(p.DiesAt),
		Best:      Best{p.Best.Loads, paths(p.Best.Order), p.Best.Exhaustive, paths(p.Best.LeftOut)},
	}
}

func placeOrNull(place int) *int {
	if place == 0 {
		return nil
	}
	return &place
}

func stepOf(record catalog.Record, of *plan.Plan) *Step {
	if record.Step == nil || of == nil {
		return nil
	}
	s := record.Step
	return &Step{s.Opened, notNil(s.Packages), notNil(s.BrokenBy), notNil(of.Breaks[s.Candidate.Order]), placeOrNull(s.Below)}
}

// aloneOf is nil where the file fares alone as it does at its place.
func aloneOf(record catalog.Record) *Alone {
	if record.Alone.Verdict == record.Judgement.Verdict {
		return nil
	}
	return &Alone{record.Alone.Verdict, record.Alone.Load, record.AloneCause()}
}
