package evidence

import (
	"debug/elf"
	"io"
	"io/fs"
	"os"
	"regexp"
	"slices"
	"strings"
	"syscall"

	"ocx.dev/runtime/internal/bin"
	"ocx.dev/runtime/internal/elffile"
	"ocx.dev/runtime/internal/gofile"
	"ocx.dev/runtime/internal/rustfile"
)

// NotAnObject says of a file that no loader knows it, and why.
type NotAnObject struct {
	Problem *bin.Problem
}

func (e *NotAnObject) Error() string { return e.Problem.Error() }

// Gather reads a file of any format. The evidence keeps the file open, for HashOf and Defines;
// the caller closes it. The error is a *NotAnObject, or of the system.
func Gather(path string) (*Evidence, io.Closer, error) { return GatherCopy(path, path) }

// GatherCopy is Gather for a file whose bytes are read from a copy of it, called bytes; what lies beside it is what lies beside path.
func GatherCopy(path, bytes string) (*Evidence, io.Closer, error) {
	file, err := openFile(bytes)
	if err != nil {
		return nil, nil, err
	}
	info, err := file.Stat()
	if err == nil && !info.Mode().IsRegular() && !info.IsDir() {
		// What open(2) says of a socket.
		err = &fs.PathError{Op: "open", Path: bytes, Err: syscall.ENXIO}
	}
	if err != nil {
		_ = file.Close()
		return nil, nil, err
	}
	e, err := gather(path, file, info.Size())
	if err != nil {
		_ = file.Close()
		return nil, nil, err
	}
	return e, file, nil
}

// openFile does not wait for a pipe: whoever looks at directories of others must not hang on one.
func openFile(path string) (*os.File, error) {
	return os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0)
}

func gather(path string, file io.ReaderAt, size int64) (e *Evidence, err error) {
	source := bin.NewSource(file, size)
	sidecar := readSidecar(path)
	problem := bin.Try(func() {
		switch {
		case elffile.IsELF(source):
			e = ofELF(elffile.Read(source), file, sidecar)
		default:
			e = ofForeign(file, sidecar)
			if e == nil {
				bin.Fail(0, "file", "%s", appearance(source))
			}
		}
	})
	if problem != nil {
		return nil, &NotAnObject{problem}
	}
	e.Path, e.Size = path, size
	return e, nil
}

func ofELF(f *elffile.File, file io.ReaderAt, sidecar *Carried) *Evidence {
	e := &Evidence{Object: ObjectOf(f), elf: f}
	e.Linker = e.linker(f)
	var module *gofile.Module
	version := func() string { return (&Go{BuildInfo: readBuildInfo(file, f)}).Version() }
	e.attempt(func() { module = gofile.ReadModule(f, version) })
	e.Go = e.goOf(f, module, file)
	e.attempt(func() { e.Manifest = findManifests(f, sidecar) })
	e.Rust = e.rustOf(f)
	e.EntrySymbols = e.entrySymbols(f)
	e.LoadFaults = append(e.LoadFaults, LoadFaults(f)...)
	e.LoadFaults = append(e.LoadFaults, moduleFaults(f, module, e.Go.Version(), e.note)...)
	e.ThreadLocal = f.ThreadLocal()
	for _, problem := range f.Problems {
		e.note(problem)
	}
	return e
}

// attempt reads a part; when it is malformed, that is noted and the rest stands.
func (e *Evidence) attempt(read func()) {
	if problem := bin.Try(read); problem != nil {
		e.note(problem)
	}
}

func (e *Evidence) note(problem *bin.Problem) {
	if !slices.ContainsFunc(e.Problems, func(p *bin.Problem) bool { return *p == *problem }) {
		e.Problems = append(e.Problems, problem)
	}
}

// ObjectOf is what an ELF file is.
func ObjectOf(f *elffile.File) Object {
	h := f.Header
	return Object{
		Format:         "elf",
		Bits:           h.Bits,
		Endian:         h.Endian(),
		Machine:        h.MachineName(),
		Kind:           h.Kind(),
		GoPlatform:     h.GoPlatform(),
		Truncated:      truncation(f),
		HeaderFaults:   f.HeaderFaults(),
		HasSymbolTable: slices.ContainsFunc(f.Sections(), func(s elffile.Section) bool { return s.Type == elf.SHT_SYMTAB }),
	}
}

// The smallest page of the machines that run Collectors, and that of arm64, where segments are aligned to 64 KiB.
const (
	page          = 4096
	pageElsewhere = 65_536
)

// truncation finds the first PT_LOAD the file ends in: touching the pages that are not there is SIGBUS.
// Within the last page the kernel fills up with zeros. What is cut behind the last segment no loader misses.
func truncation(f *elffile.File) *Truncation {
	var t Truncation
	for _, s := range f.Segments {
		if s.Type != elf.PT_LOAD || s.FileSize == 0 {
			continue
		}
		t.Segments++
		end := s.Offset + s.FileSize
		if end < s.Offset {
			end = ^uint64(0)
		}
		if end > f.Source.Size() && t.Segment == 0 {
			t.Segment = t.Segments
		}
		t.Needs = max(t.Needs, end)
	}
	if t.Segment == 0 {
		return nil
	}
	size := uint64(pageElsewhere)
	if f.Header.Machine == elf.EM_X86_64 {
		size = page
	}
	t.Pages = (t.Needs-1)/size > (f.Source.Size()-1)/size
	return &t
}

func (e *Evidence) linker(f *elffile.File) *Linker {
	d := f.Dynamic()
	l := &Linker{
		VersionNeeds:       f.VersionNeeds(),
		Undefined:          f.Undefined(),
		HasRELR:            d.HasRELR(),
		Symbolic:           d.Symbolic(),
		AndroidRelocations: d.HasAndroidRelocations(),
		NoOpen:             d.Flags1()&elf.DF_1_NOOPEN != 0,
		PIE:                d.Flags1()&elf.DF_1_PIE != 0,
	}
	if d.Flags()&elf.DF_STATIC_TLS != 0 {
		l.StaticTLS = sizeOfTLS(f)
	}
	e.attempt(func() { l.Needed = d.Needed() })
	e.attempt(func() { l.SOName = d.TextOf(elf.DT_SONAME) })
	e.attempt(func() { l.RPath = d.TextOf(elf.DT_RPATH) })
	e.attempt(func() { l.RunPath = d.TextOf(elf.DT_RUNPATH) })
	e.attempt(func() { l.Filters = d.Filters() })
	for _, s := range f.Segments {
		switch {
		case s.Type == elf.PT_DYNAMIC && s.FileSize > 0:
			l.Dynamic = true
		case s.Type == elf.PT_INTERP && l.Interpreter == "":
			e.attempt(func() {
				bytes := f.Source.Bytes(s.Offset, min(s.FileSize, 4096), "PT_INTERP")
				l.Interpreter, _, _ = strings.Cut(bin.Text(bytes), "\x00")
			})
		}
	}
	return l
}

func sizeOfTLS(f *elffile.File) uint64 {
	if i := slices.IndexFunc(f.Segments, func(s elffile.Segment) bool { return s.Type == elf.PT_TLS }); i >= 0 {
		return f.Segments[i].MemSize
	}
	return 0
}

func (e *Evidence) goOf(f *elffile.File, module *gofile.Module, file io.ReaderAt) *Go {
	g := &Go{ProvidesHashes: gofile.ProvidesHashes(f)}
	isNoted := slices.ContainsFunc(f.Notes(), func(n elffile.Note) bool { return n.Owner == "Go" })
	isMarked := module != nil || g.ProvidesHashes || isNoted
	// Without its section, build info is searched for in all writable data: only where there is reason to expect it.
	if isMarked || len(f.Sections()) == 0 || f.Section(".go.buildinfo") != nil {
		e.attempt(func() { g.BuildInfo = readBuildInfo(file, f) })
	}
	if g.BuildInfo == nil && !isMarked {
		return nil
	}
	if cgo, _ := g.Setting("CGO_ENABLED"); !g.ProvidesHashes && cgo != "0" && e.IsProgram() {
		e.attempt(func() { g.LoaderWithoutHashes = gofile.LinksPluginLoader(f) })
	}
	g.ExportsLastModule = defines(f, "runtime.lastmoduledatap")
	if module != nil {
		g.HasTable, g.LinkHashes, g.PluginPath = true, module.Hashes, module.PluginPath
		e.attempt(func() { g.Exports, g.ExportsKnown = module.Exports() })
	}
	e.attempt(func() { g.Layout = gofile.ReadLayout(f, module, g.Version()) })
	return g
}

// claimsRust is enough to look for more; whether the manifest is a good one is said elsewhere.
var claimsRust = regexp.MustCompile(`"language"\s*:\s*"rust"`)

func (e *Evidence) rustOf(f *elffile.File) *Rust {
	r := &Rust{}
	e.attempt(func() { r.Comment = rustfile.Comment(f) })
	e.attempt(func() { r.Crates, r.HasCrates = rustfile.Crates(f) })
	// In any other file that would be much to read for nothing.
	if found := e.Manifest.Found; r.Comment == "" && (r.HasCrates || found != nil && claimsRust.MatchString(found.Text)) {
		e.attempt(func() { r.Version = rustfile.StandardLibrary(f) })
	}
	if r.Comment == "" && !r.HasCrates && r.Version == "" {
		return nil
	}
	if rest, ok := strings.CutPrefix(r.Comment, "rustc version "); ok {
		r.Version = "rustc " + rest
	}
	return r
}
