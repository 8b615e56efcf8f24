package gofile

import (
	"regexp"
	"strconv"

	"ocx.dev/runtime/internal/bin"
	"ocx.dev/runtime/internal/elffile"
)

// Layout decides whether one runtime can walk another's moduledata. Bytes; 0 where the file does not tell.
type Layout struct {
	ModuledataSize  uint64
	PkghashesOffset uint64
}

// typesOffset: moduledata.types has been in one place in every version that was measured.
const typesOffset = 296

// layouts of runtime.moduledata on 64-bit machines, by Go minor version, measured with each
// toolchain. Nothing rests on this where the file itself tells.
var layouts = []struct {
	from, to int
	layout   Layout
}{
	{21, 22, Layout{592, 440}},
	{23, 25, Layout{584, 440}},
	{26, 26, Layout{592, 448}},
	// Of a release candidate: what is released may differ.
	{27, 27, Layout{568, 424}},
}

var goMinor = regexp.MustCompile(`^go1\.(\d+)`)

func layoutOf(version string) Layout {
	match := goMinor.FindStringSubmatch(version)
	if match == nil {
		return Layout{}
	}
	minor, err := strconv.Atoi(match[1])
	if err != nil {
		return Layout{}
	}
	for _, row := range layouts {
		if minor >= row.from && minor <= row.to {
			return row.layout
		}
	}
	return Layout{}
}

// ReadLayout gives the layout of runtime.moduledata, from the first that tells: of a plugin its
// own moduledata, of a host the description of the type, then the table of measured versions.
// Nil when nothing tells.
func ReadLayout(f *elffile.File, m *Module, version string) *Layout {
	symbol, _ := f.Symbol("runtime.firstmoduledata")
	layout := Layout{ModuledataSize: symbol.Size}
	if m != nil && m.start != 0 {
		layout.PkghashesOffset = m.field - m.start
	}
	if layout.ModuledataSize != 0 && layout.PkghashesOffset != 0 {
		return &layout
	}
	if described, ok := f.Symbol("type:runtime.moduledata"); ok {
		bin.Try(func() { fill(&layout, describedLayout(f, described.Address)) })
	}
	if f.Header.Bits == 64 {
		fill(&layout, layoutOf(version))
	}
	if layout == (Layout{}) {
		return nil
	}
	return &layout
}

func fill(layout *Layout, from Layout) {
	if layout.ModuledataSize == 0 {
		layout.ModuledataSize = from.ModuledataSize
	}
	if layout.PkghashesOffset == 0 {
		layout.PkghashesOffset = from.PkghashesOffset
	}
}

const (
	kindStruct = 25
	maxFields  = 256
)

// describedLayout reads the description of the struct as reflect has it (internal/abi/type.go).
func describedLayout(f *elffile.File, address uint64) Layout {
	words, size := f.Words(), uint64(f.WordSize)
	if kind := f.At(address+2*size, 8, "abi.Type").U8(7, "abi.Type.Kind_") & 0x1f; kind != kindStruct {
		bin.Fail(f.PlaceOf(address), "abi.Type.Kind_", "is %d, not a struct", kind)
	}
	layout := Layout{ModuledataSize: words.Read(address, 1, "abi.Type.Size_")[0]}
	slice := address + 5*size + 16
	fields := words.Read(slice, 2, "StructType.Fields")
	if fields[1] > maxFields {
		bin.Fail(f.PlaceOf(slice), "StructType.Fields", "claims %d fields", fields[1])
	}
	start := words.Pointer(slice, fields[0])
	entries := words.Read(start, 3*fields[1], "StructType.Fields")
	for i := uint64(0); i < fields[1]; i++ {
		if readName(f, words.Pointer(start+3*i*size, entries[3*i])) == "pkghashes" {
			layout.PkghashesOffset = entries[3*i+2]
		}
	}
	return layout
}

// readName reads an abi.Name: a byte of flags, the length as a varint, the bytes.
func readName(f *elffile.File, address uint64) string {
	head := f.At(address, min(4, f.BytesFrom(address)), "abi.Name")
	length, at := uint64(0), 1
	for shift := 0; ; shift += 7 {
		if shift > 14 {
			bin.Fail(head.Start, "abi.Name", "has no sensible length")
		}
		b := head.U8(at, "abi.Name length")
		at++
		length |= uint64(b&0x7f) << shift
		if b < 0x80 {
			break
		}
	}
	return bin.Text(f.At(address+uint64(at), length, "abi.Name").Raw(0, int(length), "abi.Name"))
}
