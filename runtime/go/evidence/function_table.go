package evidence

import (
	"fmt"
	"regexp"

	"ocx.dev/runtime/internal/gofile"
)

const (
	// internal/abi: Go120PCLnTabMagic, of all releases from 1.20 to 1.27.
	pclnMagic = 0xffff_fff1
	// functab is {entryoff, funcoff uint32}; textsect is three words.
	functabEntry = 8
	textSection  = 24
	// On machines with short calls a large text is of some; amd64 and arm64 have one.
	maxTextSections = 1024
	// The field of pcHeader that 1.26 no longer looks at.
	textStart = 24
	badTable  = "fatal error: runtime: plugin has bad symbol table"
)

var looksAtTextStart = regexp.MustCompile(`^go1\.2[1-5](\D|$)`)

// functionTable: runtime/symtab.go: moduledataverify1, and runtime/plugin.go: pluginftabverify, as far as the head of the function table and its
// two ends tell: {magic u32, two bytes of padding, PCQuantum, size of a pointer}; the first function begins at minpc, and behind the last is maxpc.
func functionTable(f *gofile.Fields, quantum uint8, version string) []LoadFault {
	header := f.Pointer(f.PCHeader)
	if f.BytesFrom(header) < textStart+8 {
		return crash(ModuleTest, "pcHeader", fmt.Sprintf("is at %s, outside the file", address(header)), segfault)
	}
	head := f.At(header, 8, "pcHeader")
	magic := head.U32(0, "magic")
	if magic != pclnMagic || head.U16(4, "pad") != 0 || head.U8(6, "minLC") != quantum || head.U8(7, "ptrSize") != 8 {
		return crash(ModuleTest, "pcHeader",
			fmt.Sprintf("is not the head of a function table: magic 0x%x, not 0x%x", magic, uint32(pclnMagic)),
			fmt.Sprintf("runtime: pcHeader: magic= 0x%x", magic))
	}
	text := f.Pointer(f.Text)
	if looksAtTextStart.MatchString(version) {
		field := header + textStart
		if start := f.PointerAt(field, f.Words(field, 1, "pcHeader.textStart")[0]); start != text {
			return crash(ModuleTest, "pcHeader",
				fmt.Sprintf("says that text begins at %s, moduledata says %s", address(start), address(text)),
				"fatal error: invalid function symbol table")
		}
	}
	return functionTableEnds(f, text)
}

func functionTableEnds(f *gofile.Fields, text uint64) []LoadFault {
	table := f.Slice(f.FTab)
	if table.Length == 0 {
		return crash(ModuleTest, "moduledata.ftab", "is empty", "fatal error: index out of range")
	}
	if left := f.BytesFrom(table.Pointer); !fits(table.Length, functabEntry, left) {
		return crash(ModuleTest, "moduledata.ftab",
			fmt.Sprintf("claims %s functions where %d bytes are left", amount(table.Length), left), badTable)
	}
	sections, known := textSections(f)
	if !known {
		return crash(ModuleTest, "moduledata.textsectmap", "claims more sections than there are", badTable)
	}
	at := func(index uint64) uint64 {
		offset := uint64(f.At(table.Pointer+index*functabEntry, functabEntry, "functab").U32(0, "entryoff"))
		for i, s := range sections {
			if offset >= s.from && (offset < s.to || i == len(sections)-1 && offset == s.to) {
				return s.base + offset - s.from
			}
		}
		return text + offset
	}
	first, last := at(0), at(table.Length-1)
	minpc, maxpc := f.Pointer(f.MinPC), f.Pointer(f.MaxPC)
	if first == minpc && last == maxpc {
		return nil
	}
	return crash(ModuleTest, "moduledata.ftab",
		fmt.Sprintf("goes from %s to %s, minpc and maxpc from %s to %s", address(first), address(last), address(minpc), address(maxpc)),
		"fatal error: minpc or maxpc invalid")
}

// section is a part of the text by the offsets it was linked with, and where it is.
type section struct{ from, to, base uint64 }

// textSections: one is usual, and then nobody looks at it: none is given. known is false when the file has not so many.
func textSections(f *gofile.Fields) (sections []section, known bool) {
	if f.Length(f.TextSectMap) <= 1 {
		return nil, true
	}
	table := f.Slice(f.TextSectMap)
	if table.Length > maxTextSections || !fits(table.Length, textSection, f.BytesFrom(table.Pointer)) {
		return nil, false
	}
	words := f.Words(table.Pointer, table.Length*3, "textsectmap")
	for i := range table.Length {
		base := f.PointerAt(table.Pointer+i*textSection+16, words[3*i+2])
		sections = append(sections, section{words[3*i], words[3*i+1], base})
	}
	return sections, true
}
