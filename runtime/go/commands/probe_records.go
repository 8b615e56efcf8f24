package commands

import (
	"fmt"
	"os"
	"runtime"
	"strings"
	"sync"

	"github.com/spf13/cobra"

	"ocx.dev/runtime/catalog"
	"ocx.dev/runtime/report"
	"ocx.dev/runtime/verdict"
)

// mostAtOnce bounds how many plugins are open in child processes at a time.
const mostAtOnce = 4

// probeRecords tries each plugin that would load in a child process of its own. A nil map: --no-load.
// The records of those that were opened say so: what init does is no longer among what was not checked.
// The error is that of a signal: the children are ended, and nothing is to be printed.
func (v *view) probeRecords(cmd *cobra.Command, records []catalog.Record) (map[string]*report.Probe, error) {
	if v.noLoad {
		return nil, nil
	}
	ctx, stop := untilSignal(cmd.Context())
	defer stop()
	probes := map[string]*report.Probe{}
	places := make(chan struct{}, min(mostAtOnce, runtime.NumCPU()))
	var running sync.WaitGroup
	for _, r := range records {
		if r.Judgement == nil || probes[r.Path] != nil {
			continue
		}
		if because := v.notProbed(r); because != "" {
			probes[r.Path] = &report.Probe{Outcome: outcomeNotProbed, Message: &because, Components: []report.ProbedComponent{}}
			continue
		}
		result := &report.Probe{}
		probes[r.Path] = result
		running.Go(func() {
			places <- struct{}{}
			defer func() { <-places }()
			*result = *v.probe(ctx, r.Path, map[string]string{r.Path: r.SHA256})
		})
	}
	running.Wait()
	if ctx.Err() != nil {
		return nil, exitCode(exitStopped)
	}
	for i, r := range records {
		if p := probes[r.Path]; p != nil && p.Outcome != outcomeNotProbed {
			opened := *r.Judgement
			opened.NotChecked = verdict.AfterOpening(opened.NotChecked)
			records[i].Judgement = &opened
		}
	}
	return probes, nil
}

// notProbed says why a plugin is not opened; empty when it is. What would not load is not opened,
// and only this Collector can be asked to open anything.
func (v *view) notProbed(r catalog.Record) string {
	switch {
	case r.Judgement.Verdict == verdict.Unknown:
		return "whether it loads is unknown: only what is known to load is opened"
	case r.Judgement.Verdict != verdict.Loads:
		return "it would not load"
	case v.collector != "" && !isSelf(v.collector):
		return "it was judged against another Collector, and this one can open nothing in its place"
	}
	return ""
}

// isSelf: a discovery file may name the very Collector that reads it.
func isSelf(path string) bool {
	mine, err := os.Stat(catalog.Self)
	if err != nil {
		return false
	}
	theirs, err := os.Stat(path)
	return err == nil && os.SameFile(mine, theirs)
}

// withProbes puts them into the report.
func withProbes(data report.Report, probes map[string]*report.Probe) report.Report {
	for _, plugin := range data.Plugins {
		if judged, ok := plugin.(*report.Judged); ok {
			judged.Probe = probes[judged.Path]
		}
	}
	return data
}

// exitWith: a plugin that did not live up to its verdict is bad.
func exitWith(records []catalog.Record, probes map[string]*report.Probe) error {
	for _, p := range probes {
		if p.Outcome != outcomeLoads && p.Outcome != outcomeNotProbed {
			return exitCode(exitBad)
		}
	}
	return exitOf(records)
}

var probeSigns = map[string]string{outcomeLoads: "+", outcomeFails: "x", outcomeNotProbed: "?"}

// probeLines are one line for each plugin that was tried, why others that would load were not,
// once; and a blank one.
func probeLines(p *report.Printer, records []catalog.Record, probes map[string]*report.Probe) {
	untried, said := "", false
	for _, r := range records {
		tried := probes[r.Path]
		switch {
		case tried == nil:
		case tried.Outcome == outcomeNotProbed:
			if r.Judgement.Verdict == verdict.Loads && untried == "" {
				untried = *tried.Message
			}
		default:
			sign := "!"
			if known, ok := probeSigns[tried.Outcome]; ok {
				sign = known
			}
			said = true
			p.Line("%s %s  %s", sign, r.Name, probeText(tried))
			disagreement(p, r, tried)
		}
	}
	if untried != "" {
		said = true
		p.Line("%s: %s", outcomeNotProbed, untried)
	}
	if said {
		p.Line("")
	}
}

// disagreement says what to attach when the rules said that a plugin loads, and it does not.
func disagreement(p *report.Printer, r catalog.Record, tried *report.Probe) {
	if tried.AsPredicted == nil || *tried.AsPredicted {
		return
	}
	p.Line("  ! not as predicted: this is a bug of ocx. Attach the plugin, and what these print:")
	self, path := verdict.Quoted(os.Args[0]), verdict.Quoted(r.Path)
	p.Line("      %s plugins probe %s", self, path)
	p.Line("      %s plugins inspect %s --output json", self, path)
}

func probeText(p *report.Probe) string {
	if p.Outcome == outcomeNotProbed {
		return outcomeNotProbed + ": " + *p.Message
	}
	took := ""
	if p.Milliseconds != nil {
		took = fmt.Sprintf(" (%d ms)", *p.Milliseconds)
	}
	text := "tried in a child process: " + p.Outcome + took
	if p.Message != nil {
		text += ": " + *p.Message
	}
	var list []string
	for _, c := range p.Components {
		list = append(list, c.Kind+" "+c.Type)
	}
	if list != nil {
		text += ": " + strings.Join(list, ", ")
	}
	if p.AsPredicted != nil && *p.AsPredicted {
		text += ", as predicted"
	}
	return text
}
