package catalog

import (
	"debug/elf"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"sync"

	"ocx.dev/runtime/evidence"
	"ocx.dev/runtime/internal/bin"
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

// DefinesIn tells whether a file defines a symbol.
func (s *systemLibraries) DefinesIn(path, symbol string) (found bool) {
	lookInto(path, func(f *elffile.File) { _, found = f.Symbol(symbol) })
	return found
}

// lookInto is false when the file vanished, or is malformed: its reading says so.
func lookInto(path string, look func(*elffile.File)) bool {
	file, err := os.Open(path)
	if err != nil {
		return false
	}
	defer file.Close()
	info, err := file.Stat()
	return err == nil && bin.Try(func() { look(elffile.Read(bin.NewSource(file, info.Size()))) }) == nil
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
		return s.at(name)
	}
	for _, directory := range s.directories(requester) {
		if library := s.in(directory, name); library != nil {
			return library
		}
	}
	if s.cache == nil {
		content, _ := os.ReadFile("/etc/ld.so.cache") // Musl's systems have none, nor have minimal containers.
		s.cache = readLibraryCache(content, s.machine.cacheFlags, s.knownLevels())
	}
	for _, path := range s.cache[name] {
		if library := s.at(path); library != nil {
			return library
		}
	}
	for _, directory := range s.machine.directories() {
		if library := s.in(directory, name); library != nil {
			return library
		}
	}
	return nil
}

// directories where ld.so looks last, on Debian's and on Fedora's families (ld.so(8)).
func (m *machine) directories() []string {
	return []string{"/lib/" + m.triple, "/usr/lib/" + m.triple, "/lib64", "/usr/lib64", "/lib", "/usr/lib"}
}

// in looks into a directory, first for what is made for the processor (elf/dl-load.c: open_path).
func (s *systemLibraries) in(directory, name string) *verdict.Library {
	folder := filepath.Join(directory, "glibc-hwcaps")
	levels, known := s.folders[folder]
	if !known {
		if _, err := os.Stat(folder); err == nil {
			levels = s.knownLevels()
		}
		s.folders[folder] = levels
	}
	for _, level := range levels {
		if library := s.at(filepath.Join(folder, level, name)); library != nil {
			return library
		}
	}
	return s.at(filepath.Join(directory, name))
}

// knownLevels: ld.so knows these folders from glibc 2.33 on.
func (s *systemLibraries) knownLevels() []string {
	if s.levels != nil {
		return s.levels
	}
	s.levels = []string{}
	for _, directory := range s.machine.directories() {
		if libc := s.at(filepath.Join(directory, "libc.so.6")); libc != nil {
			if libc.Versions["GLIBC_2.33"] {
				s.levels = levelsHere()
			}
			break
		}
	}
	return s.levels
}

// directories of the requester, its loaders and the environment, in ld.so's order.
func (s *systemLibraries) directories(requester *verdict.Requester) []string {
	var found []string
	if requester != nil && requester.RunPath == "" {
		for by := requester; by != nil; by = by.Loader {
			if by.RunPath == "" {
				found = append(found, s.expand(by.RPath, by.Path)...)
			}
		}
	}
	found = append(found, s.expand(s.environment, "")...)
	if requester != nil {
		found = append(found, s.expand(requester.RunPath, requester.Path)...)
	}
	return found
}

var originToken, libToken = regexp.MustCompile(`\$\{?ORIGIN\}?`), regexp.MustCompile(`\$\{?LIB\}?`)

// expand: $ORIGIN is the directory of the file, links followed. An empty element would be the working directory: not known here.
func (s *systemLibraries) expand(list, path string) []string {
	var found []string
	for _, element := range strings.FieldsFunc(list, func(r rune) bool { return r == ':' || r == ';' }) {
		if expanded := s.withoutTokens(element, path); filepath.IsAbs(expanded) {
			found = append(found, expanded)
		}
	}
	return found
}

func (s *systemLibraries) withoutTokens(text, path string) string {
	text = originToken.ReplaceAllLiteralString(text, originOf(path))
	return libToken.ReplaceAllLiteralString(text, "lib/"+s.machine.triple)
}

func originOf(path string) string {
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real
	}
	return filepath.Dir(path)
}

// systemLibrary keeps its file open: it is asked for symbols one by one.
type systemLibrary struct {
	verdict.Library
	file *elffile.File
	lock sync.Mutex
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
	return &library.Library
}

func openLibrary(path string, number elf.Machine) (library *systemLibrary) {
	file, err := os.Open(path)
	if err != nil {
		return nil
	}
	info, err := file.Stat()
	if err == nil && info.IsDir() {
		// ld.so opens it, and looks no further when it can't be read (elf/dl-load.c: open_verify).
		library = unusable(path, "cannot read file data: Is a directory")
	}
	if err == nil && info.Mode().IsRegular() {
		problem := bin.Try(func() { library = readLibrary(path, bin.NewSource(file, info.Size()), number) })
		if library != nil {
			library.Inode = inodeOf(info)
		}
		if problem != nil {
			library = unusable(path, "invalid ELF header")
		}
	}
	if library == nil || library.file == nil {
		_ = file.Close()
	}
	return library
}

func unusable(path, fault string) *systemLibrary {
	return &systemLibrary{Library: verdict.Library{Path: path, Fault: fault}}
}

// whyNoLibrary: what is no library, and what may not be opened by dlopen, needed or not (elf/dl-load.c: _dl_map_object_from_fd).
func whyNoLibrary(kind string, d *elffile.Dynamic) string {
	switch {
	case kind == "executable":
		return "cannot dynamically load executable"
	case kind != "shared object":
		return "only ET_DYN and ET_EXEC can be loaded"
	case d != nil && d.Flags1()&elf.DF_1_PIE != 0:
		return "cannot dynamically load position-independent executable"
	case d != nil && d.Flags1()&elf.DF_1_NOOPEN != 0:
		return "shared object cannot be dlopen()ed"
	}
	return ""
}

func readLibrary(path string, source *bin.Source, number elf.Machine) *systemLibrary {
	// libc.so of a development package is a linker script.
	if !elffile.IsELF(source) {
		fault := "invalid ELF header"
		if source.Size() < 64 {
			fault = "file too short"
		}
		return unusable(path, fault)
	}
	f := elffile.Read(source)
	// ld.so passes over a file of another machine and goes on to the next directory.
	if f.Header.Machine != number || f.Header.Bits != 64 {
		return nil
	}
	object := evidence.ObjectOf(f)
	if len(object.HeaderFaults) > 0 {
		return unusable(path, object.HeaderFaults[0])
	}
	if object.Truncated != nil && object.Truncated.Pages {
		cut := unusable(path, "ends inside a segment")
		cut.Kills = true
		return cut
	}
	d := f.Dynamic()
	if refused := whyNoLibrary(object.Kind, d); refused != "" {
		return unusable(path, refused)
	}
	if d == nil {
		return nil
	}
	library := &systemLibrary{file: f}
	library.Library = verdict.Library{
		Path:         path,
		SOName:       d.TextOf(elf.DT_SONAME),
		Needed:       d.Needed(),
		RPath:        d.TextOf(elf.DT_RPATH),
		RunPath:      d.TextOf(elf.DT_RUNPATH),
		Versions:     f.VersionDefinitions(),
		Versioned:    d.Has(elf.DT_VERSYM),
		VersionNeeds: f.VersionNeeds(),
		Undefined:    f.Undefined(),
		ThreadLocal:  f.ThreadLocal(),
		Defines: func(symbol string) bool {
			library.lock.Lock()
			defer library.lock.Unlock()
			_, found := f.Symbol(symbol)
			return found
		},
		Satisfies: func(symbol, version string) bool {
			library.lock.Lock()
			defer library.lock.Unlock()
			return f.Satisfies(symbol, version)
		},
	}
	if library.RunPath != "" {
		library.RPath = ""
	}
	return library
}
