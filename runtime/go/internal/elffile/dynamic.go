package elffile

import (
	"debug/elf"

	"ocx.dev/runtime/internal/bin"
)

// Tags that debug/elf has no name for.
const (
	dtRELRSZ = elf.DynTag(35)
	dtRELR   = elf.DynTag(36)

	dtAndroidREL  = elf.DynTag(0x6000000f)
	dtAndroidRELA = elf.DynTag(0x60000011)
	dtAndroidRELR = elf.DynTag(0x6fffe000)
)

// VER_FLG_WEAK: when the version is missing, the dynamic linker goes on.
const verFlagWeak = 2

// Linkers write about 30 entries.
const maxDynamic = 16_384

// Dynamic is PT_DYNAMIC: all that the dynamic linker goes by.
type Dynamic struct {
	file   *File
	values map[elf.DynTag]uint64
	needed []uint64
	// filters are of DT_FILTER.
	filters []uint64
}

// Dynamic is nil when the file is static, or the table is malformed (Problems).
func (f *File) Dynamic() *Dynamic { return f.dynamic }

// readDynamic finds the table as glibc does: the last PT_DYNAMIC, at its address.
func (f *File) readDynamic() *Dynamic {
	var segment *Segment
	for i := range f.Segments {
		if f.Segments[i].Type == elf.PT_DYNAMIC && f.Segments[i].FileSize > 0 {
			segment = &f.Segments[i]
		}
	}
	if segment == nil {
		return nil
	}
	offset, mapped := f.OffsetOf(segment.Address)
	if !mapped {
		offset = segment.Offset
		f.try(func() {
			bin.Fail(segment.Offset, "PT_DYNAMIC", "has address 0x%x, which no segment of the file holds", segment.Address)
		})
	}
	// It ends with DT_NULL, whatever p_filesz says (elf/get-dynamic-info.h).
	size := segment.FileSize
	if mapped {
		size = f.BytesFrom(segment.Address)
	}
	d := &Dynamic{file: f, values: map[elf.DynTag]uint64{}}
	entry := uint64(2 * f.WordSize)
	for at := uint64(0); at+entry <= size && offset+at+entry <= f.Source.Size(); at += entry {
		view := f.Source.View(offset+at, entry, f.Header.Order, "PT_DYNAMIC")
		tag := elf.DynTag(view.Word(0, f.WordSize, "d_tag"))
		if tag == elf.DT_NULL {
			return d
		}
		if at/entry >= maxDynamic {
			bin.Fail(offset+at, "PT_DYNAMIC", "has more than %d entries", maxDynamic)
		}
		value := view.Word(f.WordSize, f.WordSize, "d_un")
		// glibc's elf_get_dynamic_info keeps the last of a tag.
		d.values[tag] = value
		switch tag {
		case elf.DT_NEEDED:
			d.needed = append(d.needed, value)
		case elf.DT_FILTER:
			d.filters = append(d.filters, value)
		}
	}
	if len(d.values) == 0 {
		bin.Fail(offset, "PT_DYNAMIC", "is outside the file")
	}
	return d
}

// Get gives the value of a tag, and whether it is there. A nil table has none.
func (d *Dynamic) Get(tag elf.DynTag) (uint64, bool) {
	if d == nil {
		return 0, false
	}
	value, ok := d.values[tag]
	return value, ok
}

// Has tells whether a tag is there.
func (d *Dynamic) Has(tag elf.DynTag) bool {
	_, ok := d.Get(tag)
	return ok
}

// HasRELR tells whether the file uses packed relocations.
func (d *Dynamic) HasRELR() bool { return d.Has(dtRELR) }

// HasAndroidRelocations tells whether the file uses Android's packed format.
func (d *Dynamic) HasAndroidRelocations() bool {
	return d.Has(dtAndroidREL) || d.Has(dtAndroidRELA) || d.Has(dtAndroidRELR)
}

// Symbolic is DT_SYMBOLIC or DF_SYMBOLIC.
func (d *Dynamic) Symbolic() bool { return d.Has(elf.DT_SYMBOLIC) || d.Flags()&elf.DF_SYMBOLIC != 0 }

// Flags is DT_FLAGS.
func (d *Dynamic) Flags() elf.DynFlag {
	value, _ := d.Get(elf.DT_FLAGS)
	return elf.DynFlag(value)
}

// Flags1 is DT_FLAGS_1.
func (d *Dynamic) Flags1() elf.DynFlag1 {
	value, _ := d.Get(elf.DT_FLAGS_1)
	return elf.DynFlag1(value)
}

// Needed libraries, in order.
func (d *Dynamic) Needed() []string {
	if d == nil {
		return nil
	}
	return d.texts(d.needed, "DT_NEEDED")
}

// Filters are the libraries of DT_FILTER, in order.
func (d *Dynamic) Filters() []string {
	if d == nil {
		return nil
	}
	return d.texts(d.filters, "DT_FILTER")
}

func (d *Dynamic) texts(offsets []uint64, field string) []string {
	names := make([]string, len(offsets))
	for i, offset := range offsets {
		names[i] = d.Text(offset, field)
	}
	return names
}

// TextOf gives the string a tag refers to; empty when it is not there.
func (d *Dynamic) TextOf(tag elf.DynTag) string {
	if offset, ok := d.Get(tag); ok {
		return d.Text(offset, tag.String())
	}
	return ""
}

// Text gives a string of DT_STRTAB.
func (d *Dynamic) Text(offset uint64, field string) string {
	return d.file.CString(d.strings(field)+offset, field)
}

func (d *Dynamic) strings(field string) uint64 {
	table, ok := d.Get(elf.DT_STRTAB)
	if !ok {
		bin.Fail(0, "DT_STRTAB", "is missing, and %s needs it", field)
	}
	return table
}

// VersionNeed is a version that a needed library must define.
type VersionNeed struct {
	Library string
	Version string
	// Weak: a missing one is not an error.
	Weak bool
	// Index is the number in DT_VERSYM of the symbols that want it.
	Index uint16 `json:"-"`
}

// Real files have a few libraries, and a few dozen versions.
const maxVersions = 10_000

// VersionNeeds reads DT_VERNEED. Offsets only go forward, so no list goes in circles.
func (f *File) VersionNeeds() []VersionNeed {
	record, ok := f.dynamic.Get(elf.DT_VERNEED)
	if !ok {
		return nil
	}
	var needs []VersionNeed
	f.try(func() {
		count, _ := f.dynamic.Get(elf.DT_VERNEEDNUM)
		for left := min(count, maxVersions); left > 0 && len(needs) < maxVersions; left-- {
			verneed := f.At(record, 16, "DT_VERNEED")
			library := f.dynamic.Text(uint64(verneed.U32(4, "vn_file")), "vn_file")
			aux := record + uint64(verneed.U32(8, "vn_aux"))
			for more := verneed.U16(2, "vn_cnt"); more > 0 && len(needs) < maxVersions; more-- {
				vernaux := f.At(aux, 16, "Vernaux")
				version := f.dynamic.Text(uint64(vernaux.U32(8, "vna_name")), "vna_name")
				weak := vernaux.U16(4, "vna_flags")&verFlagWeak != 0
				needs = append(needs, VersionNeed{library, version, weak, vernaux.U16(6, "vna_other") & versionMask})
				next := vernaux.U32(12, "vna_next")
				if next == 0 {
					break
				}
				aux += uint64(next)
			}
			next := verneed.U32(12, "vn_next")
			if next == 0 {
				break
			}
			record += uint64(next)
		}
	})
	return needs
}

// VersionDefinitions are the versions a library defines (DT_VERDEF).
func (f *File) VersionDefinitions() map[string]bool {
	names := map[string]bool{}
	for _, name := range f.definedVersions() {
		names[name] = true
	}
	return names
}

// definedVersions are the same by the number that DT_VERSYM has for them.
func (f *File) definedVersions() map[uint16]string {
	names := map[uint16]string{}
	record, ok := f.dynamic.Get(elf.DT_VERDEF)
	if !ok {
		return names
	}
	f.try(func() {
		count, _ := f.dynamic.Get(elf.DT_VERDEFNUM)
		for left := min(count, maxVersions); left > 0; left-- {
			verdef := f.At(record, 20, "DT_VERDEF")
			verdaux := f.At(record+uint64(verdef.U32(12, "vd_aux")), 8, "Verdaux")
			names[verdef.U16(4, "vd_ndx")&versionMask] = f.dynamic.Text(uint64(verdaux.U32(0, "vda_name")), "vda_name")
			next := verdef.U32(16, "vd_next")
			if next == 0 {
				break
			}
			record += uint64(next)
		}
	})
	return names
}
