package catalog

import (
	"path/filepath"

	"ocx.dev/runtime/evidence"
	"ocx.dev/runtime/plan"
	"ocx.dev/runtime/verdict"
)

// Planned gives the records of a place the judgements they have at their places, and the plan they are of; nil without a host.
// A plugin among others fares as the load plan says; what is ignored is left out of it. It asks the host, which must be open.
func Planned(records []Record, host *Host) *plan.Plan {
	if host == nil {
		return nil
	}
	var candidates []*plan.Candidate
	var places []int
	for i, r := range records {
		if r.Judgement != nil {
			candidates = append(candidates, r.Candidate())
			places = append(places, i)
		}
	}
	p := plan.Of(candidates, host.Plan())
	for at, i := range places {
		records[i] = records[i].At(p.Steps[at])
	}
	return p
}

// Candidate is what the plan needs to know of a record.
func (r Record) Candidate() *plan.Candidate {
	c := &plan.Candidate{Path: r.Path, Name: r.Name, Order: r.Order, Evidence: r.Evidence, Alone: *r.Alone, Linking: r.linking, Components: componentNames(r.Evidence)}
	if r.inode == "" {
		return c
	}
	if real, err := filepath.EvalSymlinks(r.Path); err == nil {
		c.File = &plan.FileIdentity{Inode: r.inode, RealPath: real}
	}
	return c
}

func linkingOf(e *evidence.Evidence, host *verdict.Host, bytes string, complete func(verdict.Judgement) verdict.Judgement) *plan.Linking {
	return &plan.Linking{
		JudgeAfter: func(before verdict.Before) verdict.Judgement {
			return complete(verdict.JudgeAfter(e, host, SystemLibraries, before))
		},
		Libraries: func(call func(string, *verdict.Library)) { verdict.LibrariesOf(e, host, SystemLibraries, call) },
		StaticBlocks: func(before verdict.Before) []verdict.StaticBlock {
			return verdict.StaticBlocksOf(e, host, SystemLibraries, before)
		},
		Defines: func(symbol string) bool {
			again, file, err := evidence.Gather(bytes)
			if err != nil {
				return false
			}
			defer file.Close()
			return again.Defines(symbol)
		},
	}
}

// At is the record with the judgement it has at a place in the order.
func (r Record) At(step plan.Step) Record {
	r.Step, r.Judgement = &step, &step.Judgement
	r.Cause = causeOf(step.Judgement, r.Evidence)
	return r
}

// AloneCause is the line a list would show of the file alone.
func (r Record) AloneCause() string { return causeOf(*r.Alone, r.Evidence) }

// Plan is what the load plan needs to know of a host.
func (h *Host) Plan() plan.Host { return plan.HostOf(h.Host, componentNames(h.Evidence)) }

func componentNames(e *evidence.Evidence) []string {
	if e == nil {
		return nil
	}
	var names []string
	for _, c := range ComponentsOf(e) {
		names = append(names, c.Kind+" "+c.Type)
	}
	return names
}
