package evidence

import (
	"debug/elf"
	"fmt"
	"math"

	"ocx.dev/runtime/internal/bin"
	"ocx.dev/runtime/internal/elffile"
)

// Stage is when a loader meets a LoadFault.
type Stage string

// Stages, in order: before the needed libraries, when symbols are bound, when init functions are called, when Go's runtime looks for the last
// module of its list, when it takes that one, after it compared the link hashes.
const (
	Mapping    Stage = "mapping"
	Relocation Stage = "relocation"
	InitStage  Stage = "init"
	ModuleList Stage = "module list"
	ModuleTest Stage = "module"
)

// LoadFault is damage that a loader is certain to refuse or to die of.
type LoadFault struct {
	Stage Stage `json:"stage"`
	// Effect is crashes or fails.
	Effect string `json:"effect"`
	// Field is its ELF or Go name; Problem is "is 23, must be 24".
	Field   string `json:"field"`
	Problem string `json:"problem"`
	// LoaderMessage is in the words of the loader or the kernel.
	LoaderMessage string `json:"loaderMessage"`
}

const (
	// Farther from the file's segments than anything a process could have there by chance.
	far = uint64(1) << 40
	// A gap lies within so many bytes of address space, whatever else is mapped.
	sureGap = uint64(1) << 32
	// Below the addresses of programs that are linked to one (lld: 0x200000, others 0x400000) a process has nothing.
	lowestProgram = uint64(0x20_0000)
	// Of a process: 47 bits on x86-64, 48 on arm64.
	endOfMemory      = uint64(1) << 48
	relaSize         = 24
	x86Relative      = 8
	maxInitFunctions = 128
	segfault         = "SIGSEGV: segmentation violation"
)

func crash(stage Stage, field, problem, words string) []LoadFault {
	return []LoadFault{{stage, "crashes", field, problem, words}}
}

func asserts(condition string) string {
	return fmt.Sprintf("Inconsistency detected by ld.so: Assertion `%s' failed!", condition)
}

// LoadFaults are what of a damaged file glibc is certain to refuse or to die of, in the order in which it meets it (2.36; the same in 2.31 to
// 2.40), on the two machines whose dynamic linkers were read. Other damage is no fault: it is not decided.
func LoadFaults(f *elffile.File) []LoadFault {
	if machine := f.Header.Machine; f.Header.Bits != 64 || machine != elf.EM_X86_64 && machine != elf.EM_AARCH64 {
		return nil
	}
	var faults []LoadFault
	looks := []func(*elffile.File) []LoadFault{
		dynamicFar, symbolHashTable, entrySizes, stringTable, versionRecord, symbolTable, relativeRelocations, protection, initFunctions,
	}
	for _, look := range looks {
		var found []LoadFault
		if bin.Try(func() { found = look(f) }) == nil {
			faults = append(faults, found...)
		}
	}
	return faults
}

// elf/dl-load.c sets l_ld to the segment's address; elf/get-dynamic-info.h reads it.
func dynamicFar(f *elffile.File) []LoadFault {
	for i := len(f.Segments) - 1; i >= 0; i-- {
		s := f.Segments[i]
		if s.Type != elf.PT_DYNAMIC || s.FileSize == 0 {
			continue
		}
		if _, mapped := f.OffsetOf(s.Address); mapped || s.Address < far {
			return nil
		}
		return crash(Mapping, "PT_DYNAMIC", fmt.Sprintf("is at 0x%x, far from every segment", s.Address), segfault)
	}
	return nil
}

// elf/get-dynamic-info.h: elf_get_dynamic_info asserts both; a missing DT_RELAENT is read through a null pointer.
func entrySizes(f *elffile.File) []LoadFault {
	d := f.Dynamic()
	var faults []LoadFault
	if kind, ok := d.Get(elf.DT_PLTREL); ok && kind != uint64(elf.DT_RELA) {
		faults = crash(Mapping, "DT_PLTREL", fmt.Sprintf("is %d, must be %d", kind, elf.DT_RELA),
			asserts("info[DT_PLTREL]->d_un.d_val == DT_RELA"))
	}
	size, ok := d.Get(elf.DT_RELAENT)
	switch {
	case !d.Has(elf.DT_RELA) || ok && size == relaSize:
	case !ok:
		faults = append(faults, crash(Mapping, "DT_RELAENT", "is not there", segfault)...)
	default:
		faults = append(faults, crash(Mapping, "DT_RELAENT", fmt.Sprintf("is %d, must be %d", size, relaSize),
			asserts("info[DT_RELAENT]->d_un.d_val == sizeof (ElfW(Rela))"))...)
	}
	return faults
}

// elf/dl-deps.c reads the names of needed libraries through DT_STRTAB; elf/dl-reloc.c: _dl_relocate_object, whatever it needs.
func stringTable(f *elffile.File) []LoadFault {
	d := f.Dynamic()
	if d == nil {
		return nil
	}
	stage := Relocation
	if d.Has(elf.DT_NEEDED) || d.Has(elf.DT_FILTER) {
		stage = Mapping
	}
	table, ok := d.Get(elf.DT_STRTAB)
	if !ok {
		return crash(stage, "DT_STRTAB", "is not there", segfault)
	}
	if _, mapped := f.OffsetOf(table); mapped || stage == Relocation || table < far {
		return nil
	}
	return crash(stage, "DT_STRTAB", fmt.Sprintf("is at 0x%x, far from every segment", table), segfault)
}

// elf/dl-version.c: _dl_check_map_versions looks at the first record's.
func versionRecord(f *elffile.File) []LoadFault {
	table, ok := f.Dynamic().Get(elf.DT_VERNEED)
	if !ok || !f.Dynamic().Has(elf.DT_STRTAB) {
		return nil
	}
	version := f.At(table, 2, "DT_VERNEED").U16(0, "vn_version")
	if version == 1 {
		return nil
	}
	return []LoadFault{{
		Relocation, "fails", "vn_version", fmt.Sprintf("is %d, and only 1 is known", version),
		fmt.Sprintf("unsupported version %d of Verneed record", version),
	}}
}

// elf/dl-setup_hash.c: _dl_setup_hash reads the head of the table that counts, when the file is mapped.
func symbolHashTable(f *elffile.File) []LoadFault {
	field := "DT_GNU_HASH"
	table, there := f.Dynamic().Get(elf.DT_GNU_HASH)
	if !there {
		field = "DT_HASH"
		table, there = f.Dynamic().Get(elf.DT_HASH)
	}
	if _, mapped := f.OffsetOf(table); !there || mapped || table < far {
		return nil
	}
	return crash(Mapping, field, fmt.Sprintf("is at 0x%x, far from every segment", table), segfault)
}

// elf/do-rel.h: elf_dynamic_do_Rel takes its address before it looks at a relocation.
func symbolTable(f *elffile.File) []LoadFault {
	d := f.Dynamic()
	if d == nil || !d.Has(elf.DT_RELA) && !d.Has(elf.DT_JMPREL) {
		return nil
	}
	if table, there := d.Get(elf.DT_SYMTAB); there {
		if _, mapped := f.OffsetOf(table); mapped || table < far {
			return nil
		}
		return crash(Relocation, "DT_SYMTAB", fmt.Sprintf("is at 0x%x, far from every segment", table), segfault)
	}
	return crash(Relocation, "DT_SYMTAB", "is not there", segfault)
}

// sysdeps/x86_64/dl-machine.h: elf_machine_rela_relative asserts the type of each that DT_RELACOUNT counts; the first and the last are looked at.
func relativeRelocations(f *elffile.File) []LoadFault {
	if f.Header.Machine != elf.EM_X86_64 {
		return nil
	}
	words := f.Words()
	count := words.Sorted()
	if count == 0 {
		return nil
	}
	for _, index := range []uint64{0, count - 1} {
		if kind := words.TypeOf(index); kind != x86Relative {
			return crash(Relocation, "DT_RELA", fmt.Sprintf("has type %d in entry %d, among the relative ones", kind, index),
				asserts("ELFW(R_TYPE) (reloc->r_info) == R_X86_64_RELATIVE"))
		}
	}
	return nil
}

// elf/dl-reloc.c: _dl_protect_relro; mprotect refuses a range with nothing mapped in it.
func protection(f *elffile.File) []LoadFault {
	var end uint64
	var relro *elffile.Segment
	for i := range f.Segments {
		switch s := &f.Segments[i]; s.Type {
		case elf.PT_LOAD:
			end = max(end, sum(s.Address, s.MemSize))
		case elf.PT_GNU_RELRO:
			relro = s
		}
	}
	if relro == nil || relro.MemSize == 0 || sum(relro.Address, relro.MemSize) < sum(end, sureGap) {
		return nil
	}
	return []LoadFault{{
		InitStage, "fails", "PT_GNU_RELRO", "ends far behind the segments",
		"cannot apply additional memory protection after relocation: Cannot allocate memory",
	}}
}

func sum(a, b uint64) uint64 {
	if a > math.MaxUint64-b {
		return math.MaxUint64
	}
	return a + b
}

// elf/dl-init.c: call_init calls DT_INIT, then each word of DT_INIT_ARRAY, whatever is there.
func initFunctions(f *elffile.File) []LoadFault {
	d := f.Dynamic()
	if d == nil || d.HasAndroidRelocations() {
		return nil
	}
	if init, ok := d.Get(elf.DT_INIT); ok && isData(f, init) {
		return notCode("DT_INIT", init)
	}
	array, ok := d.Get(elf.DT_INIT_ARRAY)
	size, _ := d.Get(elf.DT_INIT_ARRAYSZ)
	count := min(maxInitFunctions, size/uint64(f.WordSize))
	if !ok || count == 0 {
		return nil
	}
	words := f.Words()
	for i, value := range words.Read(array, count, "DT_INIT_ARRAY") {
		place := array + uint64(i*f.WordSize)
		if (value < lowestProgram || value >= endOfMemory) && !d.HasRELR() && !words.IsPatched(place) {
			return crash(InitStage, "DT_INIT_ARRAY", fmt.Sprintf("calls %s in entry %d: no relocation puts a function there", address(value), i), segfault)
		}
		if code := words.Pointer(place, value); code != 0 && isData(f, code) {
			return notCode("DT_INIT_ARRAY", code)
		}
	}
	return nil
}

func notCode(field string, address uint64) []LoadFault {
	return crash(InitStage, field, fmt.Sprintf("calls 0x%x, in a segment that is not executable", address), segfault)
}

// isData tells that an address is in a segment, and in no page of one that may be executed.
func isData(f *elffile.File, address uint64) bool {
	inSegment := false
	for _, s := range f.Segments {
		if s.Type != elf.PT_LOAD || s.MemSize == 0 {
			continue
		}
		end := sum(s.Address, s.MemSize)
		if s.Flags&elf.PF_X != 0 && address >= s.Address/page*page && address < sum(end, page-1)/page*page {
			return false
		}
		inSegment = inSegment || address >= s.Address && address < end
	}
	return inSegment
}
