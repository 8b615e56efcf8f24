package gofile

import (
	"strconv"

	"ocx.dev/runtime/internal/bin"
	"ocx.dev/runtime/internal/elffile"
)

// FieldOffsets are where the fields of runtime.moduledata are that decide what happens when a plugin is opened, in bytes. Of a slice
// or a string: its pointer.
type FieldOffsets struct {
	PCHeader, PCTab, PCLnTable, FTab, MinPC, MaxPC, Text, Data, BSS, GCData, GCBSS, Types, ETypes, TextSectMap uint64
	// TypeLinks and ITabLinks are 0 from 1.27 on: there the types, and the itabs among them, are walked from types.
	TypeLinks, ITabLinks                                                                 uint64
	PTab, PluginPath, PkgHashes, InitTasks, ModuleHashes, Bad, GCDataMask, TypeMap, Next uint64
}

// fieldOffsets gives them for a Go version (runtime/symtab.go of 1.21.13, 1.22.12, 1.23.12, 1.24.11, 1.25.5, 1.26.8 and 1.27.4: what lies
// before types never moved, and what follows ptab moved with it); known is false for one that was never measured.
func fieldOffsets(version string) (o FieldOffsets, known bool) {
	layout := layoutOf(version)
	if layout == (Layout{}) {
		return o, false
	}
	minor, err := strconv.Atoi(goMinor.FindStringSubmatch(version)[1])
	if err != nil {
		return o, false
	}
	from := func(words int) uint64 { return uint64(int(layout.PkghashesOffset) + 8*words) }
	o = FieldOffsets{
		PCHeader: 0, PCTab: 10 * 8, PCLnTable: 13 * 8, FTab: 16 * 8, MinPC: 20 * 8, MaxPC: 21 * 8, Text: 22 * 8,
		Data: 26 * 8, BSS: 28 * 8, GCData: 35 * 8, GCBSS: 36 * 8, Types: typesOffset, ETypes: typesOffset + 8,
		TextSectMap: from(-14), TypeLinks: from(-11), ITabLinks: from(-8),
		PTab: from(-5), PluginPath: from(-2), PkgHashes: layout.PkghashesOffset, InitTasks: from(3), ModuleHashes: from(8),
		Bad: from(11) + 1, GCDataMask: from(12), TypeMap: from(16), Next: layout.ModuledataSize - 8,
	}
	if minor <= 22 {
		o.Bad = from(17)
	}
	if minor >= 27 {
		o.ETypes, o.TextSectMap, o.TypeLinks, o.ITabLinks = typesOffset+16, from(-8), 0, 0
	}
	return o, true
}

// Slice of moduledata: where its elements are, and how many the runtime takes.
type Slice struct{ Pointer, Length uint64 }

// Fields of a plugin's moduledata as they are after loading at address 0.
type Fields struct {
	FieldOffsets
	Start  uint64
	file   *elffile.File
	words  *elffile.Words
	values []uint64
}

// Fields gives nil where they are not known: the beginning of moduledata was not found, a Go release that was never measured, a
// layout that is not that of the release it claims, a machine of 32 bits.
func (m *Module) Fields(version string) *Fields {
	offsets, known := fieldOffsets(version)
	if !known || m.start == 0 || m.file.Header.Bits != 64 || m.field-m.start != offsets.PkgHashes {
		return nil
	}
	symbol, _ := m.file.Symbol("runtime.firstmoduledata")
	if symbol.Size != 0 && symbol.Size != offsets.Next+8 {
		return nil
	}
	values := m.words.Read(m.start, (offsets.Next+8)/8, "moduledata")
	return &Fields{FieldOffsets: offsets, Start: m.start, file: m.file, words: m.words, values: values}
}

// Word is as the file has it, with the RELATIVE relocations applied: for what no other relocation is at.
func (f *Fields) Word(offset uint64) uint64 { return f.values[offset/8] }

// Pointer is one that is never null in a file that a linker wrote: looked for among all relocations where it is.
func (f *Fields) Pointer(offset uint64) uint64 {
	return f.words.Pointer(f.Start+offset, f.Word(offset))
}

// Slice at an offset.
func (f *Fields) Slice(offset uint64) Slice {
	length := f.Length(offset)
	if length == 0 {
		return Slice{}
	}
	return Slice{f.Pointer(offset), length}
}

// Length of a slice, as far as a loop over it goes, which compares signed numbers.
func (f *Fields) Length(offset uint64) uint64 {
	return signed(f.Word(offset + 8))
}

// Capacity of a slice: what is sliced of it ends there.
func (f *Fields) Capacity(offset uint64) uint64 { return signed(f.Word(offset + 16)) }

func signed(number uint64) uint64 {
	if int64(number) < 0 {
		return 0
	}
	return number
}

// Byte of moduledata.
func (f *Fields) Byte(offset uint64) uint8 {
	return f.file.At(f.Start+offset, 1, "moduledata").U8(0, "moduledata")
}

// At gives bytes of the file at an address.
func (f *Fields) At(address, length uint64, field string) bin.View {
	return f.file.At(address, length, field)
}

// BytesFrom tells how many bytes the file has from an address on; none from a pointer that no relocation made one.
func (f *Fields) BytesFrom(address uint64) uint64 {
	if address == 0 {
		return 0
	}
	return f.file.BytesFrom(address)
}

// PlaceOf a field, in the file.
func (f *Fields) PlaceOf(offset uint64) uint64 { return f.file.PlaceOf(f.Start + offset) }

// Words from an address, with what a table's pointers are relocated to.
func (f *Fields) Words(address, count uint64, field string) []uint64 {
	return f.words.Read(address, count, field)
}

// PointerAt is the pointer at an address where Words gave value.
func (f *Fields) PointerAt(address, value uint64) uint64 { return f.words.Pointer(address, value) }
