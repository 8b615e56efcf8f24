package catalog

import (
	"debug/elf"
	"errors"
	"os"
	"sync"
	"syscall"

	"ocx.dev/runtime/evidence"
	"ocx.dev/runtime/internal/bin"
	"ocx.dev/runtime/internal/elffile"
	"ocx.dev/runtime/verdict"
)

// systemLibrary keeps its file open: it is asked for symbols one by one.
type systemLibrary struct {
	verdict.Library
	file *elffile.File
	lock sync.Mutex
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

func openLibrary(path string, number elf.Machine) (library *systemLibrary) {
	// Not in this directory, or not to be read: the next may have it. What can't be followed ends the search of its list. A named pipe is not
	// opened.
	if info, err := os.Stat(path); errors.Is(err, syscall.ELOOP) || errors.Is(err, syscall.ENAMETOOLONG) {
		return unfollowed
	} else if err == nil && !info.IsDir() && !info.Mode().IsRegular() {
		// A device can be read: of /dev/null that is nothing.
		return unusable(path, "file too short")
	}
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
			lookInto(path, func(f *elffile.File) {
				for _, fault := range evidence.LoadFaults(f) {
					if fault.Effect == "crashes" && !library.Kills {
						library = deadly(path, fault)
					}
				}
			})
		}
	}
	if library == nil || library.file == nil {
		_ = file.Close()
	}
	return library
}

// deadly: it is mapped all the same, and that ends the process.
func deadly(path string, fault evidence.LoadFault) *systemLibrary {
	library := unusable(path, fault.Field+" "+fault.Problem)
	library.Kills = true
	return library
}

const elfHeaderSize = 64

// unfollowed stands for a path that can't be followed to its end.
var unfollowed = &systemLibrary{}

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
	if source.Size() < elfHeaderSize {
		return unusable(path, "file too short")
	}
	if !elffile.IsELF(source) {
		return unusable(path, "invalid ELF header")
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
		cut := unusable(path, "it ends inside a segment")
		cut.Kills = true
		return cut
	}
	d := f.Dynamic()
	if refused := whyNoLibrary(object.Kind, d); refused != "" {
		return unusable(path, refused)
	}
	faults := evidence.LoadFaults(f)
	// Behind these nothing of it can be read.
	for _, fault := range faults {
		if fault.Effect == "crashes" && (fault.Stage == evidence.Mapping || fault.Field == "DT_SYMTAB" || fault.Field == "DT_STRTAB") {
			return deadly(path, fault)
		}
	}
	if d == nil {
		return unusable(path, "object file has no dynamic section")
	}
	var soname string
	bin.Try(func() { soname = d.TextOf(elf.DT_SONAME) })
	library := &systemLibrary{file: f}
	library.Library = verdict.Library{
		Path:         path,
		SOName:       soname,
		LoadFaults:   faults,
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
			return f.AnswersUnversioned(symbol)
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
