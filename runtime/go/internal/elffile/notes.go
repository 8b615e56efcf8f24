package elffile

import (
	"debug/elf"

	"ocx.dev/runtime/internal/bin"
)

// Note is an ELF note. Its owner comes from the file and is not to be trusted.
type Note struct {
	Owner  string
	Type   uint32
	Offset uint64
	Size   uint64
}

// Files have one or two places of about five notes; crafted ones must not become a million objects.
const (
	maxNotePlaces = 16
	maxNotes      = 4096
	maxOwner      = 4096
)

// Notes of the PT_NOTE segments; of the SHT_NOTE sections when there is no such segment.
func (f *File) Notes() []Note {
	if f.notes == nil {
		var notes []Note
		for i, place := range f.notePlaces() {
			if i == maxNotePlaces || len(notes) >= maxNotes {
				break
			}
			f.try(func() { f.readNotes(place, &notes) })
		}
		f.notes = &notes
	}
	return *f.notes
}

func (f *File) notePlaces() []Section {
	var places []Section
	for _, s := range f.Segments {
		if s.Type == elf.PT_NOTE {
			places = append(places, Section{Offset: s.Offset, Size: s.FileSize, Align: s.Align})
		}
	}
	if len(places) > 0 {
		return places
	}
	for _, s := range f.Sections() {
		if s.Type == elf.SHT_NOTE {
			places = append(places, s)
		}
	}
	return places
}

func (f *File) readNotes(place Section, notes *[]Note) {
	// Padded to 4 bytes, unless the segment is aligned to 8 (glibc elf/dl-load.c: open_verify).
	pad := uint64(4)
	if place.Align == 8 {
		pad = 8
	}
	up := func(value uint64) uint64 { return (value + pad - 1) / pad * pad }
	for at := uint64(0); at+12 <= place.Size && len(*notes) < maxNotes; {
		head := f.Source.View(place.Offset+at, 12, f.Header.Order, "note header")
		ownerSize, size := uint64(head.U32(0, "n_namesz")), uint64(head.U32(4, "n_descsz"))
		descriptor := up(at + 12 + ownerSize)
		if descriptor+size > place.Size {
			bin.Fail(head.Start, "n_descsz", "is %d: more than its segment holds", size)
		}
		owner := f.Source.Bytes(place.Offset+at+12, min(ownerSize, maxOwner), "note owner")
		*notes = append(*notes, Note{
			Owner:  untilNUL(owner),
			Type:   head.U32(8, "n_type"),
			Offset: place.Offset + descriptor,
			Size:   size,
		})
		at = up(descriptor + size)
	}
}
