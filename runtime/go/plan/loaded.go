package plan

import (
	"slices"

	"ocx.dev/runtime/verdict"
)

// lacking: a library, a version of one or a symbol, which a plugin before may have brought.
var lacking = []string{"OCX0201", "OCX0203", "OCX0210", "OCX0211", "OCX0212", "OCX0213", "OCX0214"}

func (c *Candidate) lacksSomething() bool {
	return c.Linking != nil && slices.ContainsFunc(c.Alone.Findings, func(f verdict.Finding) bool { return slices.Contains(lacking, f.Code) })
}

// bringsLibraries: it needs a library that is not the system's C library: of a name that is loaded already it gets another.
func (c *Candidate) bringsLibraries() bool {
	return c.Linking != nil && c.Evidence != nil && c.Evidence.Linker != nil &&
		slices.ContainsFunc(c.Evidence.Linker.Needed, func(name string) bool { return !verdict.IsGlibc(name) })
}

// loaded are libraries and symbols of plugins that were opened. A SONAME that is loaded satisfies, whoever asked for it (elf/dl-load.c:
// _dl_map_object); symbols are found in what plugin.Open opened, with RTLD_GLOBAL, and not in what dlopen did with RTLD_LOCAL.
type loaded struct {
	libraries map[string]*verdict.Library
	global    []definer
	// taken of static thread-local storage, in order.
	taken []verdict.StaticBlock
	// opened are asked for what they brought when somebody lacks something.
	opened []opening
}

// definer is a file in the global scope; library is nil for a plugin.
type definer struct {
	library *verdict.Library
	defines func(symbol string) bool
}

type opening struct {
	linking  *Linking
	isGlobal bool
}

func (l *loaded) add(c *Candidate, isGlobal bool) {
	if c.Linking == nil {
		return
	}
	if c.hasThreadLocal() || c.bringsLibraries() {
		l.look()
		l.taken = append(l.taken, c.Linking.StaticBlocks(l)...)
	}
	l.opened = append(l.opened, opening{c.Linking, isGlobal})
}

// hasThreadLocal: it has thread-local storage that is not Go's: of the static block everybody takes.
func (c *Candidate) hasThreadLocal() bool { return c.Evidence != nil && c.Evidence.ThreadLocal != nil }

// StaticTLS is what was taken of static thread-local storage, in order.
func (l *loaded) StaticTLS() []verdict.StaticBlock { return l.taken }

func (l *loaded) look() {
	for _, one := range l.opened {
		if one.isGlobal {
			l.global = append(l.global, definer{nil, one.linking.Defines})
		}
		one.linking.Libraries(func(name string, library *verdict.Library) {
			// Alone it would get its own; here the one of that name that is there.
			if other := l.named(name, library); other != nil && other.Path != library.Path {
				return
			}
			for _, key := range []string{name, library.SOName, library.Path} {
				if _, known := l.libraries[key]; !known && key != "" {
					l.libraries[key] = library
				}
			}
			if one.isGlobal {
				l.global = append(l.global, definer{library, library.Defines})
			}
		})
	}
	l.opened = nil
}

// Library that is loaded.
func (l *loaded) Library(name string) *verdict.Library { return l.libraries[name] }

// Defines tells of the global scope.
func (l *loaded) Defines(symbol string, besides *verdict.Library) bool {
	return slices.ContainsFunc(l.global, func(one definer) bool {
		return (besides == nil || one.library == nil || one.library.Path != besides.Path) && one.defines(symbol)
	})
}

// named is the library that is loaded under the name of another.
func (l *loaded) named(name string, library *verdict.Library) *verdict.Library {
	other := l.libraries[name]
	if other == nil && library.SOName != "" {
		other = l.libraries[library.SOName]
	}
	return other
}

// besides is the candidate as alone, but for what others brought.
func (l *loaded) besides(c *Candidate) *Candidate {
	if len(l.opened) == 0 && len(l.libraries) == 0 && len(l.global) == 0 {
		return c
	}
	lacks := c.lacksSomething()
	if !lacks && !c.bringsLibraries() && !c.hasThreadLocal() || c.Linking == nil {
		return c
	}
	l.look()
	takes := len(l.taken) > 0 && len(c.Linking.StaticBlocks(l)) > 0
	if !lacks && !takes && !(c.bringsLibraries() && l.givesAnother(c.Linking)) {
		return c
	}
	after := *c
	after.Alone = c.Linking.JudgeAfter(l)
	return &after
}

// givesAnother: a library that is loaded under its name is taken, wherever its own would have been found.
func (l *loaded) givesAnother(linking *Linking) bool {
	another := false
	linking.Libraries(func(name string, library *verdict.Library) {
		other := l.named(name, library)
		another = another || other != nil && other.Path != library.Path
	})
	return another
}
