package evidence

import (
	"bytes"
	"debug/buildinfo"
	"debug/elf"
	"debug/macho"
	"debug/pe"
	"fmt"
	"io"
	"os"
	"regexp"
	"runtime/debug"
	"slices"
	"strings"

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
func Gather(path string) (*Evidence, io.Closer, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, nil, err
	}
	info, err := file.Stat()
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
	e := &Evidence{Object: objectOf(f), elf: f}
	e.Linker = e.linker(f)
	e.Go = e.goOf(f, file)
	e.Rust = e.rustOf(f)
	e.EntrySymbols = e.entrySymbols(f)
	e.attempt(func() { e.Manifest = findManifests(f, sidecar) })
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

func objectOf(f *elffile.File) Object {
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

// truncation finds the first PT_LOAD the file ends in: touching the pages that are not there
// is SIGBUS. What is cut behind the last segment no loader misses.
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
	return &t
}

func (e *Evidence) linker(f *elffile.File) *Linker {
	d := f.Dynamic()
	l := &Linker{
		VersionNeeds: f.VersionNeeds(),
		Undefined:    f.Undefined(),
		HasRELR:      d.HasRELR(),
		NoOpen:       d.Flags1()&elf.DF_1_NOOPEN != 0,
		PIE:          d.Flags1()&elf.DF_1_PIE != 0,
	}
	e.attempt(func() { l.Needed = d.Needed() })
	e.attempt(func() { l.SOName = d.TextOf(elf.DT_SONAME) })
	e.attempt(func() { l.RPath = d.TextOf(elf.DT_RPATH) })
	e.attempt(func() { l.RunPath = d.TextOf(elf.DT_RUNPATH) })
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

func (e *Evidence) goOf(f *elffile.File, file io.ReaderAt) *Go {
	var module *gofile.Module
	e.attempt(func() { module = gofile.ReadModule(f) })
	g := &Go{ProvidesHashes: gofile.ProvidesHashes(f)}
	isNoted := slices.ContainsFunc(f.Notes(), func(n elffile.Note) bool { return n.Owner == "Go" })
	isMarked := module != nil || g.ProvidesHashes || isNoted
	// Without its section, build info is searched for in all writable data: only where there is reason to expect it.
	if isMarked || len(f.Sections()) == 0 || f.Section(".go.buildinfo") != nil {
		g.BuildInfo = readBuildInfo(file, f)
	}
	if g.BuildInfo == nil && !isMarked {
		return nil
	}
	if module != nil {
		g.HasTable, g.LinkHashes, g.PluginPath = true, module.Hashes, module.PluginPath
		e.attempt(func() { g.Exports, g.ExportsKnown = module.Exports() })
	}
	e.attempt(func() { g.Layout = gofile.ReadLayout(f, module, g.Version()) })
	return g
}

// readBuildInfo hides section headers that are junk: debug/elf refuses the file for them, and
// debug/buildinfo finds its data without.
func readBuildInfo(file io.ReaderAt, f *elffile.File) *debug.BuildInfo {
	if info, err := buildInfoOf(file); err == nil {
		return info
	}
	if f == nil || len(f.Sections()) > 0 {
		return nil
	}
	info, _ := buildInfoOf(withoutSections{file, f.Header.Bits})
	return info
}

func buildInfoOf(file io.ReaderAt) (info *debug.BuildInfo, err error) {
	// The packages debug/* say that they are not hardened against crafted files.
	defer func() {
		if reason := recover(); reason != nil {
			err = fmt.Errorf("debug/buildinfo: %v", reason)
		}
	}()
	return buildinfo.Read(file)
}

// withoutSections reads an ELF file whose header says that there are no section headers.
type withoutSections struct {
	file io.ReaderAt
	bits int
}

func (w withoutSections) ReadAt(p []byte, offset int64) (int, error) {
	n, err := w.file.ReadAt(p, offset)
	blank := func(from, to int64) {
		for at := max(from, offset); at < min(to, offset+int64(n)); at++ {
			p[at-offset] = 0
		}
	}
	if w.bits == 64 {
		blank(40, 48)
		blank(60, 64)
	} else {
		blank(32, 36)
		blank(48, 52)
	}
	return n, err
}

func (e *Evidence) rustOf(f *elffile.File) *Rust {
	r := &Rust{}
	e.attempt(func() { r.Comment = rustfile.Comment(f) })
	e.attempt(func() { r.Crates, r.HasCrates = rustfile.Crates(f) })
	if r.Comment == "" && !r.HasCrates {
		return nil
	}
	if rest, ok := strings.CutPrefix(r.Comment, "rustc version "); ok {
		r.Version = "rustc " + rest
	}
	return r
}

// entrySymbols: plugin.Lookup goes by the plugin's own list of exports, dlsym by the dynamic
// symbols. Where the list can't be read, the symbols <plugin path>.<name> tell as much.
func (e *Evidence) entrySymbols(f *elffile.File) []string {
	var found []string
	for _, name := range EntrySymbols {
		isGo := e.Go != nil && e.Go.HasTable && name != "register_collector_plugin"
		exported := false
		switch {
		case isGo && e.Go.ExportsKnown:
			exported = slices.ContainsFunc(e.Go.Exports, func(x gofile.Export) bool { return x.Name == name })
		case isGo:
			_, exported = f.Symbol(e.Go.PluginPath + "." + name)
		default:
			_, exported = f.Symbol(name)
		}
		if exported {
			found = append(found, name)
		}
	}
	return found
}

// ofForeign reads Mach-O and PE files, as far as they are shown; nil for what is neither.
func ofForeign(file io.ReaderAt, sidecar *Carried) *Evidence {
	object, ok := foreignObject(file)
	if !ok {
		return nil
	}
	e := &Evidence{Object: object, Manifest: Manifests{Found: sidecar}}
	if info := readBuildInfo(file, nil); info != nil {
		e.Go = &Go{BuildInfo: info}
	}
	return e
}

func foreignObject(file io.ReaderAt) (object Object, ok bool) {
	defer func() {
		if recover() != nil {
			ok = false
		}
	}()
	if f, err := macho.NewFile(file); err == nil {
		return machoObject(f), true
	}
	head := make([]byte, 2)
	if _, err := file.ReadAt(head, 0); err == nil && string(head) == "MZ" {
		if f, err := pe.NewFile(file); err == nil {
			return peObject(f), true
		}
	}
	return Object{}, false
}

func machoObject(f *macho.File) Object {
	o := Object{Format: "macho", Bits: 32, Endian: "little", Machine: fmt.Sprintf("machine %d", uint32(f.Cpu)), Kind: fmt.Sprintf("type %d", uint32(f.Type))}
	if f.Magic == macho.Magic64 {
		o.Bits = 64
	}
	if f.ByteOrder.Uint16([]byte{1, 0}) != 1 {
		o.Endian = "big"
	}
	names := map[macho.Cpu][2]string{
		macho.Cpu386:   {"i386", "386"},
		macho.CpuAmd64: {"x86-64", "amd64"},
		macho.CpuArm:   {"arm", "arm"},
		macho.CpuArm64: {"aarch64", "arm64"},
	}
	if name, known := names[f.Cpu]; known {
		o.Machine, o.GoPlatform = name[0], "darwin/"+name[1]
	}
	kinds := map[macho.Type]string{macho.TypeObj: "relocatable", macho.TypeExec: "executable", macho.TypeDylib: "dynamic library", macho.TypeBundle: "bundle"}
	if kind, known := kinds[f.Type]; known {
		o.Kind = kind
	}
	return o
}

func peObject(f *pe.File) Object {
	o := Object{Format: "pe", Bits: 32, Endian: "little", Machine: fmt.Sprintf("machine %d", f.Machine), Kind: "executable"}
	if _, wide := f.OptionalHeader.(*pe.OptionalHeader64); wide {
		o.Bits = 64
	}
	names := map[uint16][2]string{
		pe.IMAGE_FILE_MACHINE_I386:  {"i386", "386"},
		pe.IMAGE_FILE_MACHINE_AMD64: {"x86-64", "amd64"},
		pe.IMAGE_FILE_MACHINE_ARMNT: {"arm", "arm"},
		pe.IMAGE_FILE_MACHINE_ARM64: {"aarch64", "arm64"},
	}
	if name, known := names[f.Machine]; known {
		o.Machine, o.GoPlatform = name[0], "windows/"+name[1]
	}
	if f.Characteristics&pe.IMAGE_FILE_DLL != 0 {
		o.Kind = "dynamic library"
	}
	return o
}

var linkerScript = regexp.MustCompile(`(?s)^\s*(/\*.*?\*/\s*)?(OUTPUT_FORMAT|GROUP|INPUT|SECTIONS|VERSION)\s*[({]`)

// appearance tells what a file is that no loader knows.
func appearance(source *bin.Source) string {
	if source.Size() == 0 {
		return "is an empty file"
	}
	sample := source.Bytes(0, min(4096, source.Size()), "file")
	if bytes.HasPrefix(sample, []byte("!<arch>\n")) || bytes.HasPrefix(sample, []byte("!<thin>\n")) {
		return "is an archive"
	}
	isBinary := slices.ContainsFunc(sample, func(b byte) bool {
		return b < 0x20 && !slices.Contains([]byte("\t\n\f\r\x1b"), b)
	})
	switch {
	case isBinary:
		return "is data of no known format"
	case linkerScript.Match(sample):
		return "is a linker script"
	}
	return "is a text file"
}
