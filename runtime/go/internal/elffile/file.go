// Package elffile reads ELF files as the dynamic linker does: by program headers
// and PT_DYNAMIC. debug/elf goes by section headers, which a loader never looks
// at, and refuses a file whose section headers are gone or junk.
//
// Parts that are malformed end with a bin.Problem, by panic: see package bin.
package elffile

import (
	"debug/elf"
	"encoding/binary"
	"slices"

	"ocx.dev/runtime/internal/bin"
)

// Header is Elf32_Ehdr or Elf64_Ehdr, numbers as the file has them.
type Header struct {
	Bits         int
	Order        binary.ByteOrder
	IdentVersion uint8
	OSABI        uint8
	ABIVersion   uint8
	Type         elf.Type
	Machine      elf.Machine
	Version      uint32
	Phoff        uint64
	Shoff        uint64
	Phentsize    int
	Phnum        int
	Shentsize    int
	Shnum        int
	Shstrndx     int
}

// Segment is a program header.
type Segment struct {
	Type     elf.ProgType
	Flags    elf.ProgFlag
	Offset   uint64
	Address  uint64
	FileSize uint64
	MemSize  uint64
	Align    uint64
}

// Section is a section header: for people and debuggers.
type Section struct {
	Name    string
	Type    elf.SectionType
	Address uint64
	Offset  uint64
	Size    uint64
	Align   uint64
	// Link is the index of another section: of symbols, their strings.
	Link int
}

// File is an ELF file. What is malformed in a part reads as empty and is in Problems.
type File struct {
	Source   *bin.Source
	Header   Header
	WordSize int
	Segments []Segment
	// Problems of segments, dynamic section and symbol tables; section headers are no loader's business.
	Problems []*bin.Problem

	loads    []Segment
	sections *[]Section
	dynamic  *Dynamic
	lookup   nameLookup
	notes    *[]Note
}

// IsELF tells from the first four bytes.
func IsELF(source *bin.Source) bool {
	return source.Size() >= 4 && string(source.Bytes(0, 4, "e_ident")) == elf.ELFMAG
}

// Read reads the header and the program headers. It fails when the header itself is malformed.
func Read(source *bin.Source) *File {
	f := &File{Source: source, Header: readHeader(source)}
	f.WordSize = f.Header.Bits / 8
	f.try(func() { f.Segments = readSegments(source, f.Header) })
	for _, segment := range f.Segments {
		if segment.Type == elf.PT_LOAD && segment.FileSize > 0 {
			f.loads = append(f.loads, segment)
		}
	}
	slices.SortStableFunc(f.loads, func(a, b Segment) int {
		switch {
		case a.Address < b.Address:
			return -1
		case a.Address > b.Address:
			return 1
		}
		return 0
	})
	f.try(func() { f.dynamic = f.readDynamic() })
	if f.dynamic != nil {
		f.try(func() { f.lookup = f.newLookup() })
	}
	return f
}

// try notes a problem of a part, each once.
func (f *File) try(read func()) {
	problem := bin.Try(read)
	if problem == nil {
		return
	}
	known := slices.ContainsFunc(f.Problems, func(p *bin.Problem) bool { return *p == *problem })
	if !known && len(f.Problems) < 100 {
		f.Problems = append(f.Problems, problem)
	}
}

func readHeader(source *bin.Source) Header {
	ident := source.Bytes(0, 16, "e_ident")
	class, data := elf.Class(ident[4]), elf.Data(ident[5])
	if class != elf.ELFCLASS32 && class != elf.ELFCLASS64 {
		bin.Fail(4, "e_ident[EI_CLASS]", "is %d, neither 32-bit (1) nor 64-bit (2)", class)
	}
	if data != elf.ELFDATA2LSB && data != elf.ELFDATA2MSB {
		bin.Fail(5, "e_ident[EI_DATA]", "is %d, neither little (1) nor big endian (2)", data)
	}
	h := Header{Bits: 64, Order: binary.LittleEndian, IdentVersion: ident[6], OSABI: ident[7], ABIVersion: ident[8]}
	size := uint64(64)
	if class == elf.ELFCLASS32 {
		h.Bits, size = 32, 52
	}
	if data == elf.ELFDATA2MSB {
		h.Order = binary.BigEndian
	}
	v := source.View(0, size, h.Order, "ELF header")
	word := h.Bits / 8
	after := 24 + 3*word
	h.Type = elf.Type(v.U16(16, "e_type"))
	h.Machine = elf.Machine(v.U16(18, "e_machine"))
	h.Version = v.U32(20, "e_version")
	h.Phoff = v.Word(24+word, word, "e_phoff")
	h.Shoff = v.Word(24+2*word, word, "e_shoff")
	h.Phentsize = int(v.U16(after+6, "e_phentsize"))
	h.Phnum = int(v.U16(after+8, "e_phnum"))
	h.Shentsize = int(v.U16(after+10, "e_shentsize"))
	h.Shnum = int(v.U16(after+12, "e_shnum"))
	h.Shstrndx = int(v.U16(after+14, "e_shstrndx"))
	return h
}

// An entry is 56 or 32 bytes whatever e_phentsize says: glibc refuses any other (HeaderFaults).
func readSegments(source *bin.Source, h Header) []Segment {
	if h.Phnum == 0 {
		return nil
	}
	if h.Phoff == 0 {
		bin.Fail(0, "e_phoff", "is 0, but there are %d program headers", h.Phnum)
	}
	size := 56
	if h.Bits == 32 {
		size = 32
	}
	table := source.View(h.Phoff, uint64(h.Phnum*size), h.Order, "program headers")
	segments := make([]Segment, h.Phnum)
	for i := range segments {
		at := i * size
		if h.Bits == 64 {
			segments[i] = Segment{
				Type:     elf.ProgType(table.U32(at, "p_type")),
				Flags:    elf.ProgFlag(table.U32(at+4, "p_flags")),
				Offset:   table.U64(at+8, "p_offset"),
				Address:  table.U64(at+16, "p_vaddr"),
				FileSize: table.U64(at+32, "p_filesz"),
				MemSize:  table.U64(at+40, "p_memsz"),
				Align:    table.U64(at+48, "p_align"),
			}
			continue
		}
		segments[i] = Segment{
			Type:     elf.ProgType(table.U32(at, "p_type")),
			Offset:   uint64(table.U32(at+4, "p_offset")),
			Address:  uint64(table.U32(at+8, "p_vaddr")),
			FileSize: uint64(table.U32(at+16, "p_filesz")),
			MemSize:  uint64(table.U32(at+20, "p_memsz")),
			Flags:    elf.ProgFlag(table.U32(at+24, "p_flags")),
			Align:    uint64(table.U32(at+28, "p_align")),
		}
	}
	return segments
}

// Sections of the file; none when the headers are gone or junk.
func (f *File) Sections() []Section {
	if f.sections == nil {
		var sections []Section
		if bin.Try(func() { sections = f.readSections() }) != nil {
			sections = nil
		}
		f.sections = &sections
	}
	return *f.sections
}

// Section gives the first of that name, or nil.
func (f *File) Section(name string) *Section {
	for i := range f.Sections() {
		if section := &f.Sections()[i]; section.Name == name {
			return section
		}
	}
	return nil
}

// No linker writes more sections, or longer names, than this.
const (
	maxSections = 100_000
	maxName     = 4096
)

func (f *File) readSections() []Section {
	h, w := f.Header, f.WordSize
	if h.Shoff == 0 {
		return nil
	}
	size := 64
	if h.Bits == 32 {
		size = 40
	}
	if h.Shentsize != size {
		bin.Fail(0, "e_shentsize", "is %d, not %d", h.Shentsize, size)
	}
	// gABI: from 0xff00 sections on, the count is section 0's sh_size, and the index of the names its sh_link.
	first := f.Source.View(h.Shoff, uint64(size), h.Order, "section header 0")
	count, names := uint64(h.Shnum), h.Shstrndx
	if count == 0 {
		count = first.Word(8+3*w, w, "sh_size of section 0")
	}
	if names == int(elf.SHN_XINDEX) {
		names = int(first.U32(8+4*w, "sh_link of section 0"))
	}
	if count > maxSections {
		bin.Fail(0, "e_shnum", "claims %d sections", count)
	}
	table := f.Source.View(h.Shoff, count*uint64(size), h.Order, "section headers")
	sections := make([]Section, count)
	offsets := make([]uint64, count)
	for i := range sections {
		at := i * size
		offsets[i] = uint64(table.U32(at, "sh_name"))
		sections[i] = Section{
			Type:    elf.SectionType(table.U32(at+4, "sh_type")),
			Address: table.Word(at+8+w, w, "sh_addr"),
			Offset:  table.Word(at+8+2*w, w, "sh_offset"),
			Size:    table.Word(at+8+3*w, w, "sh_size"),
			Link:    int(table.U32(at+8+4*w, "sh_link")),
			Align:   table.Word(at+16+4*w, w, "sh_addralign"),
		}
	}
	if names >= len(sections) {
		bin.Fail(0, "e_shstrndx", "is %d, but there are %d sections", names, count)
	}
	strings := f.Source.Bytes(sections[names].Offset, sections[names].Size, "section names")
	for i, offset := range offsets {
		if offset < uint64(len(strings)) {
			sections[i].Name = untilNUL(strings[offset:min(offset+maxName, uint64(len(strings)))])
		}
	}
	return sections
}

func untilNUL(bytes []byte) string {
	if end := slices.Index(bytes, 0); end >= 0 {
		bytes = bytes[:end]
	}
	return bin.Text(bytes)
}
