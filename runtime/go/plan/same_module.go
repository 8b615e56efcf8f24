package plan

import (
	"fmt"

	"ocx.dev/runtime/verdict"
)

// outcome is what the loader does before it compares a hash, because of what is in the process already.
type outcome struct {
	load    verdict.Load
	finding verdict.Finding
	by      origin
	// addsModule is false where no module of its own gets into the runtime's list.
	addsModule bool
}

// sameModule follows plugin/plugin_dlopen.go (open) and runtime/plugin.go (lastmoduleinit): the same real path is remembered; the
// same inode is the same object for dlopen, so that the runtime looks at the last module of its list instead; a plugin path
// is open once. Nil: none of it.
func sameModule(c *Candidate, p *process, host *Host) *outcome {
	if c.File != nil {
		if known, ok := p.realPaths[c.File.RealPath]; ok {
			return again(c, known, host.Opens == WhatLoads)
		}
	}
	if found := withoutModule(c, p, host); found != nil {
		return found
	}
	return samePluginPath(c, p)
}

// sameLibrary: for dlopen the same file is the same object, whatever its name: this runtime refuses to have it register twice. Another host's
// affair is its own.
func sameLibrary(c *Candidate, p *process, host *Host) *outcome {
	if c.File == nil || host.Opens != WhatLoads {
		return nil
	}
	known, ok := p.inodes[c.File.Inode]
	if !ok {
		return nil
	}
	return &outcome{verdict.LoadFails, already(c, known, "the same file as "+whose(known), "the same file"), known, false}
}

func again(c *Candidate, known remembered, refusesSamePath bool) *outcome {
	same := "the same file as " + whose(known.origin)
	switch {
	case known.memory == stuck:
		return &outcome{verdict.LoadCrashes, hangs(c, known.origin), known.origin, false}
	case known.memory == failed:
		finding := already(c, known.origin, same+", which failed", "the same file failed")
		finding.LoaderMessage = ""
		if known.words != "" {
			// Of a path that failed plugin.Open keeps the error.
			finding.LoaderMessage = verdict.PreviousFailure(c.Path, known.words)
		}
		return &outcome{verdict.LoadFails, finding, known.origin, false}
	case refusesSamePath:
		return &outcome{verdict.LoadFails, already(c, known.origin, same, "the same file"), known.origin, false}
	}
	return &outcome{c.Alone.Load, verdict.New("OCX0307", verdict.Finding{
		Subject:  known.candidate.Name,
		Plugin:   c.Name,
		Host:     whose(known.origin),
		Evidence: "real paths of both",
		Message:  same + ": it is opened once, and its entry symbol is called twice",
		Fix:      "take one of the two away",
	}), known.origin, false}
}

func withoutModule(c *Candidate, p *process, host *Host) *outcome {
	var linked *origin
	isNeeded := false
	if c.File != nil {
		if known, ok := p.inodes[c.File.Inode]; ok {
			linked = &known
		} else if known, ok := p.libraryInodes[c.File.Inode]; ok {
			linked, isNeeded = &known, true
		}
	}
	if linked == nil && p.cutBy == nil && !bringsNoModule(c, host) {
		return nil
	}
	if p.tail == none || p.last == nil {
		return nil // Alone it is told.
	}
	short, what, by, evidence := "no module of its own", "it has no module that the runtime finds", *p.last, "moduledata"
	switch {
	case linked == nil && p.cutBy != nil:
		short, by = "its runtime layout broke the list", *p.cutBy
		what = whose(*p.cutBy) + " has another runtime layout and broke the list of modules"
	case isNeeded:
		short, what, by, evidence = "a library of it", fmt.Sprintf("%s needs it as a library, so that it is loaded", whose(*linked)), *linked, "inodes of both"
	case linked != nil:
		short, what, by, evidence = "the same file", fmt.Sprintf("the same file as %s under another name", whose(*linked)), *linked, "inodes of both"
	}
	last := whose(*p.last)
	switch p.tail {
	case good:
		return &outcome{verdict.LoadFails, already(c, by, fmt.Sprintf("%s, and the runtime finds %s instead", what, last), short), by, false}
	case unsure:
		return &outcome{verdict.LoadUnknown, undecided(c, by, what+", and what the runtime finds instead is unknown", short), by, false}
	}
	return &outcome{verdict.LoadCrashes, verdict.New("OCX0306", verdict.Finding{
		Subject:       "runtime.moduledata",
		Plugin:        c.Name,
		Host:          last,
		Evidence:      evidence,
		Message:       fmt.Sprintf("%s, and the last module is the one of %s, which failed: opening it kills the Collector", what, last),
		Cause:         fmt.Sprintf("%scrashes after %d: %s", aloneWords(c), p.last.order(), short),
		LoaderMessage: "fatal error: runtime: no plugin module data",
		Fix:           "take one of the two away",
	}), by, false}
}

func samePluginPath(c *Candidate, p *process) *outcome {
	path := pluginPath(c)
	other, ok := p.pluginPaths[path]
	if path == "" || !ok {
		return nil
	}
	words := whose(other) + " has the same plugin path"
	if other.certain {
		return &outcome{verdict.LoadFails, already(c, other, words, "the same plugin path"), other, true}
	}
	finding := undecided(c, other, words+", and whether that one gets in is unknown", "the same plugin path")
	return &outcome{verdict.LoadUnknown, finding, other, true}
}

func pluginPath(c *Candidate) string {
	if c.Evidence == nil || c.Evidence.Go == nil {
		return ""
	}
	return c.Evidence.Go.PluginPath
}

func subject(c *Candidate) string {
	if path := pluginPath(c); path != "" {
		return path
	}
	return c.Name
}

func hangs(c *Candidate, by origin) verdict.Finding {
	return verdict.New("OCX0309", verdict.Finding{
		Subject:  c.Name,
		Host:     whose(by),
		Evidence: "real paths of both; the exports of the plugin (ptab)",
		Message:  fmt.Sprintf("the same file as %s, which failed after its init functions ran: plugin.Open waits for ever", whose(by)),
		Cause:    fmt.Sprintf("%shangs after %d: the same file", aloneWords(c), by.order()),
		Fix:      "take one of the two away, and build it without -ldflags=-pluginpath",
	})
}

func already(c *Candidate, by origin, because, short string) verdict.Finding {
	f := verdict.Finding{
		Subject:  subject(c),
		Plugin:   c.Name,
		Host:     whose(by),
		Evidence: "plugin paths, real paths and inodes of both",
		Message:  "plugin already loaded: " + because,
		Cause:    fmt.Sprintf("%sfails after %d: %s", aloneWords(c), by.order(), short),
		Fix:      "take one of the two away, or give their main packages different import paths",
	}
	if c.Evidence != nil && verdict.OpensAsGo(c.Evidence) {
		f.LoaderMessage = verdict.OpenMessage(c.Path, "plugin already loaded")
	}
	return verdict.New("OCX0305", f)
}

func undecided(c *Candidate, by origin, because, short string) verdict.Finding {
	return verdict.New("OCX0308", verdict.Finding{
		Subject:  subject(c),
		Plugin:   c.Name,
		Host:     whose(by),
		Evidence: "plugin paths, real paths and inodes of both",
		Message:  because,
		Cause:    fmt.Sprintf("%smay fail after %d: %s", aloneWords(c), by.order(), short),
		Fix:      "take one of the two away",
	})
}
