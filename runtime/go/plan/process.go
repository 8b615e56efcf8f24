package plan

import (
	"slices"

	"ocx.dev/runtime/verdict"
)

// origin is who brought something into the process.
type origin struct {
	candidate *Candidate
	// certain is false where it is not certain that it got in.
	certain bool
}

func (o *origin) order() int { return o.candidate.Order }

type provider struct {
	origin
	hash string
}

// memory is what became of a file that plugin.Open was given: it remembers by real path (plugin/plugin_dlopen.go: plugins).
type memory int

const (
	open memory = iota
	failed
	// stuck: it failed when it looked up its exports, and whoever opens it again waits for a channel that nobody closes.
	stuck
)

// state of a module in the runtime's list, which only grows (runtime/symtab.go: lastmoduledatap).
type state int

const (
	none state = iota
	good
	bad
	unsure
)

type remembered struct {
	origin
	memory memory
	// words are the error of one that failed, without the file: it is given again.
	words string
}

// process is what earlier plugins left in one process of the host. plugin.Open uses RTLD_GLOBAL and closes nothing, so that
// a plugin that failed its hash check stays, and its packages with it.
type process struct {
	// packages the host lacks, in scope order; what comes behind the first that is certain is never asked.
	packages map[string][]provider
	// pluginPaths of modules that passed their checks: what activeModules of the runtime gives.
	pluginPaths map[string]origin
	inodes      map[string]origin
	realPaths   map[string]remembered
	// libraryInodes are files that are mapped because a plugin needs them as libraries.
	libraryInodes map[string]origin
	components    map[string]origin
	// tail is the last module of the list, last whose it is.
	tail state
	last *origin
	// cutBy is a plugin of another layout, which wrote its link into the wrong field of the last module: the runtime finds no
	// module that comes after.
	cutBy *origin
	// loaded are libraries and symbols.
	loaded loaded
}

func newProcess() *process {
	return &process{
		packages:      map[string][]provider{},
		pluginPaths:   map[string]origin{},
		inodes:        map[string]origin{},
		realPaths:     map[string]remembered{},
		libraryInodes: map[string]origin{},
		components:    map[string]origin{},
		loaded:        loaded{libraries: map[string]*verdict.Library{}},
	}
}

// isMapped: the file is in the process, as a plugin or as a library of one.
func (p *process) isMapped(c *Candidate) bool {
	if c.File == nil {
		return false
	}
	_, opened := p.inodes[c.File.Inode]
	_, needed := p.libraryInodes[c.File.Inode]
	return opened || needed
}

// provide adds a provider unless an earlier one is certain to have the package, and tells whether it did.
func (p *process) provide(packagePath string, added provider) bool {
	known := p.packages[packagePath]
	if slices.ContainsFunc(known, func(other provider) bool { return other.certain }) {
		return false
	}
	p.packages[packagePath] = append(known, added)
	return true
}

func (p *process) addModule(s state, by origin) {
	p.tail, p.last = s, &by
	if !by.certain {
		p.tail = unsure
	}
}
