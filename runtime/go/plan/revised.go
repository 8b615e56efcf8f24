package plan

import (
	"slices"

	"ocx.dev/runtime/verdict"
)

// revised is the judgement at a place in the order: findings of others are added; those that decided alone and don't here
// stay as warnings.
func revised(alone verdict.Judgement, load verdict.Load, add []verdict.Finding, demote bool, notChecked []string) verdict.Judgement {
	j := alone
	j.Load = load
	j.Verdict = verdict.Of(load, alone.Policy)
	if add != nil {
		j.Checked = append(slices.Clone(alone.Checked), "plugins before it")
	}
	j.NotChecked = append(slices.Clone(alone.NotChecked), notChecked...)
	j.Findings = slices.Clone(alone.Findings)
	for i, f := range j.Findings {
		if demote && hasNoModule(f) {
			j.Findings[i].Severity = verdict.SeverityWarning
		}
	}
	slices.SortStableFunc(j.Findings, func(a, b verdict.Finding) int { return a.Rank(load) - b.Rank(load) })
	for _, f := range add {
		j.Findings = inserted(j.Findings, f, load)
	}
	return j
}

// inserted: by what decides, and within a severity by code, which is the order of the loader; what is there stays in its order.
func inserted(findings []verdict.Finding, added verdict.Finding, load verdict.Load) []verdict.Finding {
	rank := added.Rank(load)
	before := slices.IndexFunc(findings, func(f verdict.Finding) bool {
		theirs := f.Rank(load)
		return theirs > rank || theirs == rank && f.Code > added.Code
	})
	if before < 0 {
		before = len(findings)
	}
	return slices.Insert(findings, before, added)
}
