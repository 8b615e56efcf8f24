package catalog

import (
	"debug/elf"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"sync"

	"ocx.dev/runtime/internal/elffile"
	"ocx.dev/runtime/verdict"
)

// machine is what this system runs.
type machine struct {
	number elf.Machine
	// name is as evidence has it; triple is $LIB and the directory of Debian's family.
	name, triple string
	// cacheFlags mark its libraries in ld.so's cache (glibc dl-cache.h).
	cacheFlags uint32
}

var thisMachine = map[string]*machine{
	"amd64": {elf.EM_X86_64, "x86-64", "x86_64-linux-gnu", 0x0303},
	"arm64": {elf.EM_AARCH64, "aarch64", "aarch64-linux-gnu", 0x0a03},
}[runtime.GOARCH]

// systemLibraries finds libraries as ld.so does (elf/dl-load.c: _dl_map_object): DT_RPATH of the requester and of what loaded it
// unless it has DT_RUNPATH, LD_LIBRARY_PATH, DT_RUNPATH, the cache, the system's directories.
type systemLibraries struct {
	machine *machine
	// environment is LD_LIBRARY_PATH of the Collector's start; that of this process is the best guess.
	environment string
	// preloaded is LD_PRELOAD, of which the same is true.
	preloaded []string
	// surplus of static thread-local storage, in bytes.
	surplus uint64

	lock    sync.Mutex
	read    map[string]*systemLibrary // by path; nil where there is none
	cache   map[string][]string       // paths by soname; nil before it was read
	levels  []string                  // that ld.so looks for in glibc-hwcaps; nil before it was asked
	folders map[string][]string       // by their path
}

// SystemLibraries are those of this system.
var SystemLibraries verdict.Libraries = &systemLibraries{
	machine:     thisMachine,
	environment: os.Getenv("LD_LIBRARY_PATH"),
	preloaded:   strings.FieldsFunc(os.Getenv("LD_PRELOAD"), func(r rune) bool { return r == ' ' || r == ':' }),
	surplus:     surplusOf(os.Getenv("GLIBC_TUNABLES")),
	read:        map[string]*systemLibrary{},
	folders:     map[string][]string{},
}

// Machine is what this system runs, as evidence names it; empty for one that is not known here.
func (s *systemLibraries) Machine() string {
	if s.machine == nil {
		return ""
	}
	return s.machine.name
}

// UndefinedIn gives the strong undefined symbols of a file; false when it can't be read.
func (s *systemLibraries) UndefinedIn(path string) (names []string, ok bool) {
	ok = lookInto(path, func(f *elffile.File) { names = f.UndefinedOfAnyVersion() })
	return names, ok
}

// WantedIn gives the symbols that a file wants in a version of another library than glibc's.
func (s *systemLibraries) WantedIn(path string) (wanted []elffile.WantedSymbol) {
	lookInto(path, func(f *elffile.File) {
		wanted = f.WantedOf(func(library string) bool { return !verdict.IsGlibc(library) })
	})
	return wanted
}

// FirstBoundIn tells which of these symbols is the first that the file is bound to; empty when it is to none, or can't be read.
func (s *systemLibraries) FirstBoundIn(path string, symbols []string) (first string) {
	lookInto(path, func(f *elffile.File) { first = f.FirstBound(symbols) })
	return first
}

// DefinesIn tells whether a file defines a symbol.
func (s *systemLibraries) DefinesIn(path, symbol string) (found bool) {
	lookInto(path, func(f *elffile.File) { _, found = f.Symbol(symbol) })
	return found
}

// StaticTLSSurplus is what glibc keeps of static thread-local storage for what is opened later, in bytes.
func (s *systemLibraries) StaticTLSSurplus() uint64 { return s.surplus }

// Preloaded are libraries that every program is started with.
func (s *systemLibraries) Preloaded() []string { return s.preloaded }

// RealPath follows links.
func (s *systemLibraries) RealPath(path string) string {
	if real, err := filepath.EvalSymlinks(path); err == nil {
		return real
	}
	return path
}

// NoexecMount is the mount that a file lies on and that forbids to execute what is on it.
func (s *systemLibraries) NoexecMount(path string) string {
	if s.machine == nil {
		return ""
	}
	return noexecMountOf(s.RealPath(path))
}

// Find is nil when the library is not there.
func (s *systemLibraries) Find(name string, requester *verdict.Requester) *verdict.Library {
	if s.machine == nil || name == "" || strings.Contains(name, "\x00") {
		return nil
	}
	s.lock.Lock()
	defer s.lock.Unlock()
	if strings.Contains(name, "/") {
		// With a slash it is a path; a relative one depends on where the Collector was started.
		if requester != nil {
			// elf/dl-deps.c: expand_dst, for the file that needs it.
			name = s.withoutTokens(name, requester.Path)
		}
		if !filepath.IsAbs(name) {
			return nil
		}
		if library := s.at(name); library != broken {
			return library
		}
		return nil
	}
	if library := s.inLists(s.lists(requester), name); library != nil {
		return library
	}
	if s.cache == nil {
		content, _ := os.ReadFile("/etc/ld.so.cache") // Musl's systems have none, nor have minimal containers.
		s.cache = readLibraryCache(content, s.machine.cacheFlags, s.knownLevels())
	}
	for _, path := range s.cache[name] {
		if library := s.at(path); library != nil && library != broken {
			return library
		}
	}
	return s.inLists([][]string{s.machine.directories()}, name)
}

func (s *systemLibraries) inLists(lists [][]string, name string) *verdict.Library {
	for _, list := range lists {
		for _, directory := range list {
			library := s.in(directory, name)
			if library == broken {
				break
			}
			if library != nil {
				return library
			}
		}
	}
	return nil
}

// broken is neither there nor absent: ld.so looks no further in that list (elf/dl-load.c: open_path).
var broken = &verdict.Library{}

// directories where ld.so looks last, on Debian's and on Fedora's families (ld.so(8)).
func (m *machine) directories() []string {
	return []string{"/lib/" + m.triple, "/usr/lib/" + m.triple, "/lib64", "/usr/lib64", "/lib", "/usr/lib"}
}

// in looks into a directory, first for what is made for the processor (elf/dl-load.c: open_path).
func (s *systemLibraries) in(directory, name string) *verdict.Library {
	// Not joined: `..` is the parent of what a link leads to.
	folder := directory + "/glibc-hwcaps"
	levels, known := s.folders[folder]
	if !known {
		if _, err := os.Stat(folder); err == nil {
			levels = s.knownLevels()
		}
		s.folders[folder] = levels
	}
	for _, level := range levels {
		if library := s.at(folder + "/" + level + "/" + name); library != nil {
			return library
		}
	}
	return s.at(directory + "/" + name)
}

// knownLevels: ld.so knows these folders from glibc 2.33 on.
func (s *systemLibraries) knownLevels() []string {
	if s.levels != nil {
		return s.levels
	}
	s.levels = []string{}
	for _, directory := range s.machine.directories() {
		if libc := s.at(directory + "/libc.so.6"); libc != nil {
			if libc.Versions["GLIBC_2.33"] {
				s.levels = levelsHere()
			}
			break
		}
	}
	return s.levels
}

// lists of the requester, its loaders and the environment, in ld.so's order: each is searched by itself.
func (s *systemLibraries) lists(requester *verdict.Requester) [][]string {
	var found [][]string
	if requester != nil && requester.RunPath == "" {
		for by := requester; by != nil; by = by.Loader {
			if by.RunPath == "" {
				found = append(found, s.expand(by.RPath, by.Path))
			}
		}
	}
	found = append(found, s.expand(s.environment, ""))
	if requester != nil {
		found = append(found, s.expand(requester.RunPath, requester.Path))
	}
	return found
}

// expand: an empty element, and one without a first slash, would be the working directory: not known here (elf/dl-load.c: fillin_rpath).
func (s *systemLibraries) expand(list, path string) []string {
	var found []string
	for _, element := range strings.FieldsFunc(list, func(r rune) bool { return r == ':' || r == ';' }) {
		expanded := s.withoutTokens(element, path)
		if !filepath.IsAbs(expanded) {
			continue
		}
		if trimmed := strings.TrimRight(expanded, "/"); trimmed != "" {
			expanded = trimmed
		}
		found = append(found, expanded)
	}
	return found
}

// searchToken is $ORIGIN, ${ORIGIN}, and no longer word that begins so (elf/dl-load.c: is_dst); the longer word is matched to be passed over.
var searchToken = regexp.MustCompile(`\$(?:ORIGIN|PLATFORM|LIB)[A-Za-z0-9_]*|\$\{(?:ORIGIN|PLATFORM|LIB)\}`)

func (s *systemLibraries) withoutTokens(text, path string) string {
	return searchToken.ReplaceAllStringFunc(text, func(token string) string {
		switch strings.Trim(token, "${}") {
		case "ORIGIN":
			return s.originOf(path)
		case "LIB":
			return "lib/" + s.machine.triple
		case "PLATFORM":
			if platform := s.Platform(); platform != "" {
				return platform
			}
		}
		return token
	})
}

// originOf: programs and plugins are opened by their real path; of a library it is the directory that it was found in, links not followed
// (elf/dl-object.c).
func (s *systemLibraries) originOf(path string) string {
	if _, found := s.read[path]; !found {
		path = s.RealPath(path)
	}
	return filepath.Dir(path)
}

// Platform is what $PLATFORM stands for; empty where it is not known.
func (s *systemLibraries) Platform() string {
	if s.machine == nil {
		return ""
	}
	return platformHere(s.machine.name)
}

func (s *systemLibraries) at(path string) *verdict.Library {
	library, known := s.read[path]
	if !known {
		library = openLibrary(path, s.machine.number)
		s.read[path] = library
	}
	if library == nil {
		return nil
	}
	if library == unfollowed {
		return broken
	}
	return &library.Library
}
