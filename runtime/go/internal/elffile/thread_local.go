package elffile

import (
	"debug/elf"

	"ocx.dev/runtime/internal/bin"
)

// ThreadLocal is what a file asks of the static block of thread-local storage, which has its size when a process starts.
type ThreadLocal struct {
	// Size is PT_TLS in bytes, with what lies before it to its alignment; 0 when the file has none of its own.
	Size, Align uint64
	// Insists: a relocation wants the place of the file's own block from the thread pointer, as models initial-exec and local-exec do.
	Insists bool
	// Names are symbols of which the same is wanted: the block of whoever defines them.
	Names []string
	// MayTake: descriptors of its own block; it gets a place there while there is room for such, and does without else.
	MayTake bool
}

// threadLocalRelocations are R_X86_64_TPOFF64 and R_X86_64_TLSDESC, R_AARCH64_TLS_TPREL64 and R_AARCH64_TLSDESC (elf.h).
var threadLocalRelocations = map[elf.Machine]struct{ offset, descriptor uint32 }{
	elf.EM_X86_64:  {18, 36},
	elf.EM_AARCH64: {1030, 1031},
}

const (
	// The thread's g, of every Go file: the first one in scope, that of the host, is taken.
	tlsOfGo = "runtime.tlsg"
	// All that a Go file without C variables of this kind has.
	tlsSizeOfGo = 8
	// 800 kB of them. Linkers sort by symbol, those of no symbol first: what lies behind is not missed often.
	maxTLSRelocations = 33_000
	maxTLSNames       = 64
)

// ThreadLocal tells which relocations want static thread-local storage: glibc finds a place for the whole block of a file when it meets the first one
// (elf/dl-reloc.c: _dl_allocate_static_tls, by CHECK_STATIC_TLS of sysdeps/x86_64/dl-machine.h and sysdeps/aarch64/dl-machine.h);
// DF_STATIC_TLS it does not read. Nil where there is no such storage: other machines, what is Go's alone, and malformed tables.
func (f *File) ThreadLocal() (storage *ThreadLocal) {
	bin.Try(func() { storage = f.threadLocal() })
	return storage
}

func (f *File) threadLocal() *ThreadLocal {
	numbers, known := threadLocalRelocations[f.Header.Machine]
	var segment *Segment
	for i := range f.Segments {
		if f.Segments[i].Type == elf.PT_TLS {
			segment = &f.Segments[i]
		}
	}
	if !known || f.dynamic == nil || f.Header.Bits != 64 || segment == nil && f.dynamic.Flags()&elf.DF_STATIC_TLS == 0 {
		return nil
	}
	if segment != nil && segment.MemSize <= tlsSizeOfGo && !f.wantsOthersTLS() {
		if _, found := f.Symbol(tlsOfGo); found {
			return nil
		}
	}
	storage := &ThreadLocal{Align: 1}
	if segment != nil {
		storage.Align = max(1, segment.Align)
		storage.Size = segment.MemSize + segment.Address%storage.Align
	}
	left := uint64(maxTLSRelocations)
	var symbols []uint32
	seen := map[uint32]bool{}
	look := func(w *Words, from uint64) {
		for index := from; index < w.count && left > 0; index, left = index+1, left-1 {
			r := w.at(index)
			switch {
			case r.kind == numbers.descriptor:
				storage.MayTake = true
			case r.kind == numbers.offset && r.symbol == 0:
				storage.Insists = true
			case r.kind == numbers.offset && !seen[r.symbol]:
				seen[r.symbol] = true
				symbols = append(symbols, r.symbol)
			}
		}
	}
	rela := f.Words()
	look(rela, rela.sorted)
	look(f.jumpSlots(rela), 0)
	for _, number := range symbols[:min(len(symbols), maxTLSNames)] {
		if name := f.dynamic.Text(uint64(f.SymbolAt(uint64(number)).Name), "st_name"); name != "" && name != tlsOfGo {
			storage.Names = append(storage.Names, name)
		}
	}
	if storage.Size == 0 && len(storage.Names) == 0 {
		return nil
	}
	return storage
}

// wantsOthersTLS: a thread-local variable of another file; undefined symbols are few.
func (f *File) wantsOthersTLS() bool {
	if f.lookup == nil {
		return false
	}
	for index := range f.lookup.mayBeUndefined() {
		if symbol := f.SymbolAt(index); index > 0 && symbol.Type == elf.STT_TLS && symbol.Section == elf.SHN_UNDEF {
			return true
		}
	}
	return false
}

// jumpSlots is DT_JMPREL, of the entry size of the other table; empty when there is none.
func (f *File) jumpSlots(rela *Words) *Words {
	w := &Words{file: f, entry: rela.entry}
	if table, ok := f.dynamic.Get(elf.DT_JMPREL); ok {
		size, _ := f.dynamic.Get(elf.DT_PLTRELSZ)
		w.table, w.count = table, min(size, f.BytesFrom(table))/rela.entry
	}
	return w
}
