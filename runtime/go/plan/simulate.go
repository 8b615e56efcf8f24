package plan

import (
	"fmt"
	"regexp"
	"slices"

	"ocx.dev/runtime/verdict"
)

// Step is one plugin at its place in the order.
type Step struct {
	Candidate *Candidate
	// Judgement is with what is in the process by then.
	Judgement verdict.Judgement
	Opened    Opened
	// Dies: opening it kills the host.
	Dies bool
	// Below is the place of the plugin above that killed the host, 0 for none: from there on nothing is really tried.
	Below int
	// Packages that the host lacks and nobody had before: from here on their versions are fixed.
	Packages []string
	// BrokenBy are the places of those whose being there first is why it does not load.
	BrokenBy []int
}

// Simulation opens candidates one after the other in one process that is not there.
type Simulation struct {
	host    Host
	process *process
	died    *Step
}

// NewSimulation begins with a host that has opened nothing.
func NewSimulation(host Host) *Simulation { return &Simulation{host: host, process: newProcess()} }

func simulate(candidates []*Candidate, host Host) []Step {
	s := NewSimulation(host)
	steps := make([]Step, len(candidates))
	for i, c := range candidates {
		steps[i] = s.Next(c)
	}
	return steps
}

// Next opens one more.
func (s *Simulation) Next(given *Candidate) Step {
	p, host := s.process, &s.host
	c := p.loaded.besides(given)
	byPlugin := c.Evidence != nil && verdict.OpensAsGo(c.Evidence)
	sealed := host.Opens == Nothing || isSealed(c, host)
	var add []verdict.Finding
	var same *outcome
	if !sealed {
		if byPlugin {
			same = sameModule(c, p, host)
		} else {
			same = sameLibrary(c, p, host)
		}
		if same != nil {
			add = append(add, same.finding)
		}
	}
	found := clashes{firstIndex: -1}
	if !sealed && byPlugin && same == nil {
		found = packageClashes(c, p, host)
		add = append(add, found.findings...)
	}
	component := 0
	if !sealed && (same == nil || same.load != verdict.LoadFails) {
		var f *verdict.Finding
		if f, component = componentClash(c, p, host); f != nil {
			add = append(add, *f)
		}
	}
	var notChecked []string
	step := Step{Candidate: given, Packages: []string{}, BrokenBy: []int{}}
	if s.died != nil {
		step.Below = s.died.Candidate.Order
		notChecked = []string{fmt.Sprintf("as if %d, which kills the host, were left out", step.Below)}
	}
	load := loadInPlan(c.Alone, same, add)
	demote := same != nil && load != verdict.LoadCrashes
	step.Judgement = revised(namedFirst(c, found.firstIndex), load, add, demote, notChecked)
	step.Opened = openedBy(host, step.Judgement)
	step.Dies = step.Opened == Yes && load == verdict.LoadCrashes
	entered := !byPlugin && load == verdict.LoadLoads
	// What is mapped already brings nothing more.
	isMapped := p.isMapped(c)
	if byPlugin && step.Opened != No && !step.Dies {
		if as, enters := entersAs(step.Judgement); enters {
			entered = true
			by := origin{c, step.Opened == Yes && as.certain}
			step.Packages = enter(as, by, same, p, host)
		}
	}
	if entered && step.Opened == Yes && !step.Dies {
		if _, known := inodeOf(c, p); !byPlugin && c.File != nil && !known {
			p.inodes[c.File.Inode] = origin{c, true}
		}
		if !isMapped {
			p.loaded.add(given, byPlugin)
		}
		if !isMapped && c.bringsLibraries() {
			given.Linking.Libraries(func(_ string, library *verdict.Library) {
				if _, known := p.libraryInodes[library.Inode]; !known {
					p.libraryInodes[library.Inode] = origin{c, true}
				}
			})
		}
	}
	if step.Judgement.Verdict != verdict.Loads {
		step.BrokenBy = culprits(same, found.brokenBy, component)
	}
	if step.Dies && s.died == nil {
		s.died = &step
	}
	return step
}

func inodeOf(c *Candidate, p *process) (origin, bool) {
	if c.File == nil {
		return origin{}, false
	}
	known, ok := p.inodes[c.File.Inode]
	return known, ok
}

func culprits(same *outcome, packages []int, component int) []int {
	all := slices.Clone(packages)
	if same != nil {
		all = append(all, same.by.order())
	}
	if component != 0 {
		all = append(all, component)
	}
	slices.Sort(all)
	return append([]int{}, slices.Compact(all)...)
}

// isSealed: alone it does not come so far that what is in the process matters.
func isSealed(c *Candidate, host *Host) bool {
	if c.Alone.Load == verdict.LoadCrashes {
		return !bringsNoModule(c, host)
	}
	return c.Alone.Load == verdict.LoadFails && beforeItsModule(firstFailing(c.Alone.Findings).Code)
}

func firstFailing(findings []verdict.Finding) verdict.Finding {
	if i := slices.IndexFunc(findings, func(f verdict.Finding) bool { return f.Severity == verdict.SeverityFails }); i >= 0 {
		return findings[i]
	}
	return verdict.Finding{}
}

// beforeItsModule: the dynamic linker refuses it, or the host has no loader.
func beforeItsModule(code string) bool { return code < "OCX0300" || code == "OCX0402" }

func loadInPlan(alone verdict.Judgement, same *outcome, added []verdict.Finding) verdict.Load {
	if same != nil && same.load != verdict.LoadLoads {
		if alone.Load == verdict.LoadUnknown && same.load == verdict.LoadCrashes {
			return verdict.LoadUnknown
		}
		return same.load
	}
	if alone.Load == verdict.LoadCrashes || alone.Load == verdict.LoadFails {
		return alone.Load
	}
	load := alone.Load
	for _, f := range added {
		switch f.Severity {
		case verdict.SeverityFails:
			return verdict.LoadFails
		case verdict.SeverityUnknown:
			load = verdict.LoadUnknown
		}
	}
	return load
}

// namedFirst: the runtime names one package, the first in its table: who says it second says nothing of the loader's words.
func namedFirst(c *Candidate, firstIndex int) verdict.Judgement {
	alone := c.Alone
	i := slices.IndexFunc(alone.Findings, func(f verdict.Finding) bool { return f.Code == "OCX0410" })
	if i < 0 || firstIndex < 0 {
		return alone
	}
	for index, entry := range c.Evidence.Go.LinkHashes {
		if entry.Package == alone.Findings[i].Subject && index < firstIndex {
			return alone
		}
	}
	alone.Findings = slices.Clone(alone.Findings)
	alone.Findings[i].LoaderMessage = ""
	return alone
}

func openedBy(host *Host, j verdict.Judgement) Opened {
	switch {
	case host.Opens == Nothing, host.Opens == WhatLoads && j.Verdict != verdict.Loads:
		return No
	case host.Opens == WhatLoads:
		return Yes
	case host.Opens == WhatIsNotRefused && j.Policy == verdict.PolicyRefused:
		return No
	}
	if j.Load == verdict.LoadUnknown {
		if as, enters := entersAs(j); !enters || !as.certain {
			return Maybe
		}
	}
	return Yes
}

// entering is how a plugin that was opened is in the process afterwards.
type entering struct {
	state   state
	memory  memory
	certain bool
	// words of the error, of one that failed.
	words string
}

var (
	// Undecided is only the type of its entry symbol, or what a host does with its components: it is in the process whatever that may be.
	afterOpening = []string{"OCX0502", "OCX0503", "OCX0504"}
	// lastmoduleinit marks the module as bad; it stays in the list, and its packages stay in scope.
	markedBad = []string{"OCX0305", "OCX0410", "OCX0411"}
)

// entersAs is false when nothing of it is in the process.
func entersAs(j verdict.Judgement) (entering, bool) {
	certain := !slices.ContainsFunc(j.Findings, func(f verdict.Finding) bool {
		return f.Severity == verdict.SeverityUnknown && !slices.Contains(afterOpening, f.Code)
	})
	switch j.Load {
	case verdict.LoadLoads:
		return entering{good, open, true, ""}, true
	case verdict.LoadUnknown:
		return entering{good, open, certain, ""}, true
	}
	first := firstFailing(j.Findings)
	if beforeItsModule(first.Code) {
		return entering{}, false
	}
	if slices.Contains(markedBad, first.Code) {
		return entering{bad, failed, certain, errorOf(j.Findings)}, true
	}
	if first.Code == "OCX0501" && first.Plugin == verdict.Hidden {
		return entering{good, stuck, certain, ""}, true
	}
	return entering{good, open, certain, ""}, true
}

var openingWords = regexp.MustCompile(`^plugin\.Open\("(?:[^"\\]|\\.)*"\): `)

// errorOf is what plugin.Open says, without the name of the file (plugin/plugin_dlopen.go: open keeps it so).
func errorOf(findings []verdict.Finding) string {
	for _, f := range findings {
		if slices.Contains(markedBad, f.Code) && f.LoaderMessage != "" {
			return openingWords.ReplaceAllLiteralString(f.LoaderMessage, "")
		}
	}
	return ""
}

func enter(as entering, by origin, same *outcome, p *process, host *Host) []string {
	c := by.candidate
	if c.File != nil {
		if _, known := p.realPaths[c.File.RealPath]; !known {
			p.realPaths[c.File.RealPath] = remembered{by, as.memory, as.words}
		}
	}
	if c.File != nil {
		if _, known := p.inodes[c.File.Inode]; !known {
			p.inodes[c.File.Inode] = by
		}
	}
	if cutsList(c, host) && p.cutBy == nil {
		p.cutBy = &by
	}
	// It stays loaded, module or not: what it brings is in scope.
	if same != nil && !same.addsModule {
		return provide(by, p, host)
	}
	p.addModule(as.state, by)
	if as.state == good {
		if path := pluginPath(c); path != "" {
			if _, known := p.pluginPaths[path]; !known {
				p.pluginPaths[path] = by
			}
		}
		for _, component := range c.Components {
			if _, known := p.components[component]; !known {
				p.components[component] = by
			}
		}
	}
	return provide(by, p, host)
}
