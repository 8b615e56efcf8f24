package verdict

import (
	"regexp"
	"slices"
	"strings"

	"ocx.dev/runtime/evidence"
	"ocx.dev/runtime/internal/elffile"
)

// Requester is a file that asks for libraries, as ld.so's search sees it (elf/dl-load.c: _dl_map_object).
type Requester struct {
	// Path is for $ORIGIN.
	Path string
	// RPath counts for nothing in a file with RunPath; else those of its loaders count too.
	RPath, RunPath string
	Loader         *Requester
}

// Library is a shared library of this system.
type Library struct {
	Path string
	// Fault says that it is none: ld.so looks no further, and fails. In its words: "invalid ELF header".
	Fault string
	// Kills: it is mapped all the same, and touching what is not there ends the process (SIGBUS).
	Kills          bool
	SOName         string
	Needed         []string
	RPath, RunPath string
	// Versions it defines; empty when it has none.
	Versions map[string]bool
	// Versioned: it has a version for each symbol (DT_VERSYM), if only those it asks of others.
	Versioned    bool
	VersionNeeds []elffile.VersionNeed
	// Undefined are strong symbols without a version.
	Undefined []string
	// LoadFaults are damage that ld.so is certain to refuse or to die of.
	LoadFaults []evidence.LoadFault
	// ThreadLocal is nil when it has none.
	ThreadLocal *elffile.ThreadLocal
	// Inode is device and inode: the same file under another name is the same library.
	Inode   string
	Defines func(symbol string) bool
	// Satisfies tells whether it has the symbol in that version (elf/dl-lookup.c: check_match).
	Satisfies func(symbol, version string) bool
}

// Libraries is where a needed library would be found on this system.
type Libraries interface {
	// Machine that this system runs, as evidence names it; empty when it is not known.
	Machine() string
	// Find is nil when it is not there.
	Find(name string, requester *Requester) *Library
	// Platform is what $PLATFORM stands for; empty where it is not known.
	Platform() string
	// StaticTLSSurplus is how many bytes of static thread-local storage glibc keeps for what is opened later.
	StaticTLSSurplus() uint64
	// Preloaded are libraries that every program is started with (LD_PRELOAD), in their order.
	Preloaded() []string
	// UndefinedIn gives the strong undefined symbols of a file, with a version or without; false when it can't be read.
	UndefinedIn(path string) ([]string, bool)
	// WantedIn gives those that are wanted in a version of another library than glibc's; nil when it can't be read.
	WantedIn(path string) []elffile.WantedSymbol
	// FirstBoundIn tells which of these symbols is the first that the file is bound to; empty when it is to none, or can't be read.
	FirstBoundIn(path string, symbols []string) string
	// DefinesIn tells whether a file defines a symbol; false when it can't be read.
	DefinesIn(path, symbol string) bool
	// RealPath follows links; it is the path itself when they can't be.
	RealPath(path string) string
	// NoexecMount is the mount of this system that a file lies on and that forbids to execute what is on it, or empty.
	NoexecMount(path string) string
}

// Before is what plugins that were opened before left in the process.
type Before interface {
	// Library that is loaded, by the name it was asked for, its SONAME or its path; nil when it is not.
	Library(name string) *Library
	// Defines tells of the global scope: Go plugins and their libraries, which plugin.Open puts there (RTLD_GLOBAL). Besides, which may be nil,
	// is not asked.
	Defines(symbol string, besides *Library) bool
	// StaticTLS is what they took of static thread-local storage, in order.
	StaticTLS() []StaticBlock
}

type nothingBefore struct{}

func (nothingBefore) Library(string) *Library       { return nil }
func (nothingBefore) Defines(string, *Library) bool { return false }
func (nothingBefore) StaticTLS() []StaticBlock      { return nil }

// LibrariesOf calls with the libraries that are in the process after the plugin was opened, by the names they were asked for.
func LibrariesOf(plugin *evidence.Evidence, host *Host, libraries Libraries, call func(name string, library *Library)) {
	if plugin.Linker == nil {
		return
	}
	scope := (&subject{plugin: plugin, host: host, libraries: libraries, before: nothingBefore{}}).scope()
	for _, name := range scope.names {
		call(name, scope.byName[name])
	}
}

// Part of glibc itself: where a host runs that needs libc.so.6, all of these are installed.
var glibc = regexp.MustCompile(`^(lib(c|m|dl|pthread|rt|util|resolv|anl|nsl|mvec|thread_db|BrokenLocale)\.so\.\d+|ld-linux[\w.-]*\.so\.\d+|ld64\.so\.\d+)$`)

// IsGlibc: the library is part of the system's C library, of which a process has one.
func IsGlibc(name string) bool { return glibc.MatchString(name) }

// missing is a needed library that is not to be had.
type missing struct {
	name string
	// neededBy is the plugin itself, or a library it needs.
	neededBy string
	// unusable is what was found instead; nil when nothing was.
	unusable *Library
	// relative: it is looked for from wherever the Collector was started too, so what is there is not known.
	relative bool
}

// found are libraries by the name they were asked for, in the order of ld.so.
type foundLibraries struct {
	names   []string
	byName  map[string]*Library
	missing []missing
}

func (f *foundLibraries) add(name string, library *Library) {
	f.names = append(f.names, name)
	f.byName[name] = library
}

func (f *foundLibraries) bySOName(soname string) *Library {
	for _, name := range f.names {
		if library := f.byName[name]; library.SOName == soname {
			return library
		}
	}
	return nil
}

// linkerScope is what will be in memory when the plugin is relocated, as far as it is known.
type linkerScope struct {
	foundLibraries
	// added come with the plugin: relocated with it, so that all they want must be there too.
	added []*Library
	// isHere: this system could run the host, so that what is not on it is missing, not unknown.
	isHere bool
}

// scope follows DT_NEEDED, breadth first, as ld.so does (elf/dl-deps.c: _dl_map_object_deps); a SONAME that is loaded satisfies.
func (s *subject) scope() *linkerScope {
	var byHost *Requester
	var hostNeeds []string
	if s.host != nil {
		byHost = requesterOf(s.host.Evidence, nil)
		if s.host.Evidence.Linker != nil {
			hostNeeds = s.host.Evidence.Linker.Needed
		}
	}
	// What can't be preloaded is passed over (elf/rtld.c: do_preload).
	preloaded := closure(s.libraries.Preloaded(), byHost, s.libraries, nothingBefore{}, nil)
	inHost := closure(hostNeeds, byHost, s.libraries, nothingBefore{}, preloaded)
	linker := s.plugin.Linker
	// A filtee is loaded before its filter, and must be there (elf/dl-deps.c).
	all := closure(slices.Concat(linker.Needed, linker.Filters), requesterOf(s.plugin, byHost), s.libraries, s.before, inHost)
	result := &linkerScope{foundLibraries: *all, isHere: s.runsHere(inHost)}
	loaded := map[*Library]bool{}
	for _, library := range inHost.byName {
		loaded[library] = true
	}
	for _, name := range all.names {
		if library := all.byName[name]; !loaded[library] && s.before.Library(library.Path) == nil {
			loaded[library] = true
			result.added = append(result.added, library)
		}
	}
	result.missing = slices.DeleteFunc(all.missing, func(m missing) bool {
		return slices.Contains(hostNeeds, m.name) || !result.isHere && glibc.MatchString(m.name)
	})
	return result
}

// searched is what dlsym looks through after the plugin itself: the libraries it needs, and theirs (elf/dl-sym.c: do_sym; elf/dl-deps.c: l_searchlist).
func (s *subject) searched() []*Library {
	if s.plugin.Linker == nil {
		return nil
	}
	scope := s.scope()
	names := slices.Concat(s.plugin.Linker.Needed, s.plugin.Linker.Filters)
	var searched []*Library
	for i := 0; i < len(names); i++ {
		library := scope.byName[names[i]]
		if library == nil || slices.Contains(searched, library) {
			continue
		}
		searched = append(searched, library)
		names = append(names, library.Needed...)
	}
	return searched
}

func (s *subject) runsHere(inHost *foundLibraries) bool {
	if s.host == nil || s.host.Evidence.Linker == nil {
		return false
	}
	host := s.host.Evidence
	return host.Object.Machine == s.libraries.Machine() && host.Linker.Interpreter != "" && len(inHost.missing) == 0
}

func requesterOf(e *evidence.Evidence, loader *Requester) *Requester {
	r := &Requester{Path: e.Path, Loader: loader}
	if e.Linker != nil {
		r.RPath, r.RunPath = e.Linker.RPath, e.Linker.RunPath
	}
	if r.RunPath != "" {
		r.RPath = ""
	}
	return r
}

func closure(wanted []string, by *Requester, libraries Libraries, before Before, loaded *foundLibraries) *foundLibraries {
	type request struct {
		name string
		by   *Requester
	}
	all := &foundLibraries{byName: map[string]*Library{}}
	seen := map[string]bool{}
	if loaded != nil {
		for _, name := range loaded.names {
			seen[name] = true
			all.add(name, loaded.byName[name])
		}
	}
	var queue []request
	for _, name := range wanted {
		queue = append(queue, request{name, by})
	}
	for len(queue) > 0 {
		next := queue[0]
		queue = queue[1:]
		// The empty name is the program's own (elf/dl-load.c: _dl_map_object).
		if next.name == "" || seen[next.name] {
			continue
		}
		seen[next.name] = true
		library := all.bySOName(next.name)
		if library == nil {
			library = before.Library(next.name)
		}
		if library == nil {
			library = libraries.Find(next.name, next.by)
		}
		if library == nil || library.Fault != "" {
			m := missing{name: next.name, unusable: library, relative: library == nil && searchesRelative(next.name, next.by, libraries)}
			if next.by != nil {
				m.neededBy = next.by.Path
			}
			all.missing = append(all.missing, m)
			continue
		}
		all.add(next.name, library)
		loader := &Requester{Path: library.Path, RPath: library.RPath, RunPath: library.RunPath, Loader: next.by}
		for _, name := range library.Needed {
			queue = append(queue, request{name, loader})
		}
	}
	return all
}

var (
	// From the root, or from where a file lies.
	absoluteElement = regexp.MustCompile(`^(/|\$ORIGIN([^A-Za-z0-9_]|$)|\$\{ORIGIN\})`)
	platformToken   = regexp.MustCompile(`\$\{?PLATFORM`)
)

// searchesRelative: a path without a first slash, in DT_NEEDED or in a search path; an empty element of one is the working directory.
func searchesRelative(name string, by *Requester, libraries Libraries) bool {
	isKnown := func(text string) bool {
		return absoluteElement.MatchString(text) && (!platformToken.MatchString(text) || libraries.Platform() != "")
	}
	if strings.Contains(name, "/") {
		return !isKnown(name)
	}
	var lists []string
	if by != nil && by.RunPath != "" {
		lists, by = []string{by.RunPath}, nil
	}
	for ; by != nil; by = by.Loader {
		if by.RPath != "" {
			lists = append(lists, by.RPath)
		}
	}
	for _, list := range lists {
		for element := range strings.SplitSeq(list, ":") {
			if !isKnown(element) {
				return true
			}
		}
	}
	return false
}

// NoLibraries is a system of which nothing is known.
type NoLibraries struct{}

// Machine is unknown.
func (NoLibraries) Machine() string { return "" }

// Find finds nothing.
func (NoLibraries) Find(string, *Requester) *Library { return nil }

// Platform is not known.
func (NoLibraries) Platform() string { return "" }

// StaticTLSSurplus is not known.
func (NoLibraries) StaticTLSSurplus() uint64 { return 0 }

// Preloaded are none.
func (NoLibraries) Preloaded() []string { return nil }

// WantedIn knows nothing.
func (NoLibraries) WantedIn(string) []elffile.WantedSymbol { return nil }

// FirstBoundIn knows nothing.
func (NoLibraries) FirstBoundIn(string, []string) string { return "" }

// DefinesIn knows nothing.
func (NoLibraries) DefinesIn(string, string) bool { return false }

// RealPath follows nothing.
func (NoLibraries) RealPath(path string) string { return path }

// NoexecMount knows none.
func (NoLibraries) NoexecMount(string) string { return "" }

// UndefinedIn knows nothing.
func (NoLibraries) UndefinedIn(string) ([]string, bool) { return nil, false }
