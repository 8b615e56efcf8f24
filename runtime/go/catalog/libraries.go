package catalog

import (
	"debug/elf"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"

	"ocx.dev/runtime/internal/bin"
	"ocx.dev/runtime/internal/elffile"
	"ocx.dev/runtime/verdict"
)

// Where ld.so looks last, on Debian's and on Fedora's families (ld.so(8)), for files of this machine.
var libraryDirectories, libraryMachine = func() ([]string, elf.Machine) {
	name, machine := "x86_64-linux-gnu", elf.EM_X86_64
	if runtime.GOARCH == "arm64" {
		name, machine = "aarch64-linux-gnu", elf.EM_AARCH64
	}
	return []string{"/lib/" + name, "/usr/lib/" + name, "/lib64", "/usr/lib64", "/lib", "/usr/lib"}, machine
}()

var systemLibraries sync.Map // soname to *systemLibrary, nil where there is none

// SystemLibraries finds libraries of this system by soname.
func SystemLibraries(soname string) verdict.Library {
	known, ok := systemLibraries.Load(soname)
	if !ok {
		known, _ = systemLibraries.LoadOrStore(soname, findLibrary(soname))
	}
	if library, _ := known.(*systemLibrary); library != nil {
		return library
	}
	return nil
}

func findLibrary(soname string) *systemLibrary {
	// A name with a slash is a path for ld.so, relative to wherever the Collector was started.
	if strings.ContainsAny(soname, "/\x00") {
		return nil
	}
	for _, directory := range libraryDirectories {
		if library := openLibrary(filepath.Join(directory, soname)); library != nil {
			return library
		}
	}
	return nil
}

// systemLibrary keeps its file open: it is asked for symbols one by one.
type systemLibrary struct {
	path     string
	file     *elffile.File
	needed   []string
	versions map[string]bool
	lock     sync.Mutex
}

func openLibrary(path string) (library *systemLibrary) {
	file, err := os.Open(path)
	if err != nil {
		return nil
	}
	info, err := file.Stat()
	if err == nil && info.Mode().IsRegular() {
		bin.Try(func() {
			source := bin.NewSource(file, info.Size())
			// libc.so of a development package is a linker script.
			if !elffile.IsELF(source) {
				return
			}
			f := elffile.Read(source)
			if f.Header.Machine != libraryMachine || f.Header.Type != elf.ET_DYN {
				return
			}
			library = &systemLibrary{path: path, file: f, needed: f.Dynamic().Needed(), versions: f.VersionDefinitions()}
		})
	}
	if library == nil {
		_ = file.Close()
	}
	return library
}

func (l *systemLibrary) Path() string                       { return l.path }
func (l *systemLibrary) Needed() []string                   { return l.needed }
func (l *systemLibrary) DefinesVersion(version string) bool { return l.versions[version] }

func (l *systemLibrary) Defines(symbol string) bool {
	l.lock.Lock()
	defer l.lock.Unlock()
	_, found := l.file.Symbol(symbol)
	return found
}
