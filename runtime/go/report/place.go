package report

import (
	"fmt"
	"strings"

	"ocx.dev/runtime/catalog"
	"ocx.dev/runtime/verdict"
)

// InDirectory is how a file that was named alone fares where it lies.
type InDirectory struct {
	Directory string          `json:"directory"`
	Order     int             `json:"order"`
	Verdict   verdict.Verdict `json:"verdict"`
	Load      verdict.Load    `json:"load"`
	Cause     string          `json:"cause"`
	BrokenBy  []string        `json:"broken_by"`
}

// WithPlaces adds to a report of files that were named one by one how each fares where it lies.
func WithPlaces(r Report, places []*catalog.InDirectory) Report {
	for i, plugin := range r.Plugins {
		judged, ok := plugin.(*Judged)
		if !ok || places[i] == nil {
			continue
		}
		place := places[i]
		j := place.Record.Judgement
		judged.InDirectory = &InDirectory{place.Directory, place.Record.Order, j.Verdict, j.Load, place.Record.Cause, []string{}}
		for _, by := range place.BrokenBy {
			judged.InDirectory.BrokenBy = append(judged.InDirectory.BrokenBy, by.Path)
		}
	}
	return r
}

// InDirectory writes how a file fares where it lies, if anything is opened there before it; each finding that it has only there.
func (p *Printer) InDirectory(place *catalog.InDirectory) {
	if place == nil || place.Record.Order == 1 {
		return
	}
	r := place.Record
	j := r.Judgement
	p.Line("")
	if r.Alone.Verdict == j.Verdict {
		p.Line("  at place %d of its directory: %s there too", r.Order, string(j.Verdict))
		return
	}
	by := ""
	if len(place.BrokenBy) > 0 {
		var who []string
		for _, other := range place.BrokenBy {
			who = append(who, fmt.Sprintf("%d is %s", other.Order, other.Name))
		}
		by = " (" + strings.Join(who, ", ") + ")"
	}
	p.Line("  at place %d of its directory: %s %s  %s%s", r.Order, verdictSigns[j.Verdict], string(j.Verdict), r.Cause, by)
	known := map[string]bool{}
	for _, f := range r.Alone.Findings {
		known[f.Code] = true
	}
	var more []verdict.Finding
	for _, f := range j.Findings {
		if !known[f.Code] {
			more = append(more, f)
		}
	}
	p.Findings(more, r.Name)
}
