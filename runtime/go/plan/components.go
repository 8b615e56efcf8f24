package plan

import (
	"fmt"
	"slices"

	"ocx.dev/runtime/verdict"
)

// componentClash: types are unique within a kind (go.opentelemetry.io/collector/otelcol: MakeFactoryMap), and this runtime refuses the
// plugin that comes second. What another host does is in its code, so it is only said. Both sides by their descriptors, which are a claim.
// by is 0 where the component is built into the host.
func componentClash(c *Candidate, p *process, host *Host) (found *verdict.Finding, by int) {
	var taken []verdict.Item
	for _, name := range c.Components {
		if _, known := p.components[name]; known || slices.Contains(host.Components, name) {
			taken = append(taken, verdict.Item{Subject: name})
		}
	}
	if taken == nil {
		return nil, 0
	}
	first := taken[0].Subject
	where := "built into the host"
	if !slices.Contains(host.Components, first) {
		other := p.components[first]
		where, by = "of "+whose(other), other.order()
	}
	what := first
	if len(taken) > 1 {
		what = fmt.Sprintf("%s, first %s,", verdict.Count(len(taken), "component"), first)
	}
	f := verdict.Finding{
		Subject:  first,
		Plugin:   c.Name,
		Host:     where,
		Evidence: "descriptors of both",
		Message:  fmt.Sprintf("%s is there already: %s", what, where),
		Fix:      "take one of the two away: a component type is unique within its kind",
		Items:    taken,
	}
	code := "OCX0504"
	if host.Opens == WhatLoads {
		code, f.Cause = "OCX0503", fmt.Sprintf("%sfails: %s is %s", aloneWords(c), first, where)
	}
	f = verdict.New(code, f)
	return &f, by
}
