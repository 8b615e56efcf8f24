package plan

import "ocx.dev/runtime/verdict"

// Plan is a directory in load order against one host.
type Plan struct {
	Steps []Step
	Opens Opens
	// Loads is how many load in this order.
	Loads int
	// DiesAt is the place of the plugin that kills the host, 0 when none does. What comes after it is judged as if it were left out.
	DiesAt int
	// Breaks tells who breaks whom, by the place of who came first.
	Breaks map[int][]int
	Best   Best
}

// Of says what opening the candidates one after the other in one process of the host would do.
func Of(candidates []*Candidate, host Host) *Plan {
	p := &Plan{Steps: simulate(candidates, host), Opens: host.Opens, Breaks: map[int][]int{}}
	p.Loads = loading(p.Steps)
	for _, step := range p.Steps {
		if step.Dies && p.DiesAt == 0 {
			p.DiesAt = step.Candidate.Order
		}
		for _, by := range step.BrokenBy {
			p.Breaks[by] = append(p.Breaks[by], step.Candidate.Order)
		}
	}
	p.Best = bestOrder(candidates, p.Steps, host)
	return p
}

// Sequence is one order, without a look at others.
func Sequence(candidates []*Candidate, host Host) []Step { return simulate(candidates, host) }

func loading(steps []Step) int {
	count := 0
	for _, step := range steps {
		if step.Judgement.Verdict == verdict.Loads {
			count++
		}
	}
	return count
}
