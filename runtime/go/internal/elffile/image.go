package elffile

import (
	"slices"

	"ocx.dev/runtime/internal/bin"
)

// OffsetOf gives the place in the file of an address, through PT_LOAD.
func (f *File) OffsetOf(address uint64) (uint64, bool) {
	load := f.loadOf(address)
	if load == nil {
		return 0, false
	}
	return load.Offset + (address - load.Address), true
}

// PlaceOf is OffsetOf for an error's place: 0 where nothing is mapped.
func (f *File) PlaceOf(address uint64) uint64 {
	offset, _ := f.OffsetOf(address)
	return offset
}

// BytesFrom tells how many bytes the file has from an address to the end of its segment.
func (f *File) BytesFrom(address uint64) uint64 {
	load := f.loadOf(address)
	if load == nil {
		return 0
	}
	into := address - load.Address
	offset := load.Offset + into
	if offset < load.Offset || offset > f.Source.Size() {
		return 0
	}
	return min(load.FileSize-into, f.Source.Size()-offset)
}

// At gives the bytes at an address.
func (f *File) At(address, length uint64, field string) bin.View {
	return f.Source.View(f.check(address, length, field), length, f.Header.Order, field)
}

// check fails where At would, without reading, and gives the place in the file: of a table whose entries are read one by one.
func (f *File) check(address, length uint64, field string) uint64 {
	offset, mapped := f.OffsetOf(address)
	if !mapped {
		bin.Fail(0, field, "is at address 0x%x, which no segment of the file holds", address)
	}
	if left := f.BytesFrom(address); length > left {
		bin.Fail(offset, field, "needs %d bytes, but %d are left there", length, left)
	}
	f.Source.Check(offset, length, field)
	return offset
}

// Word at an address.
func (f *File) Word(address uint64, field string) uint64 {
	return f.At(address, uint64(f.WordSize), field).Word(0, f.WordSize, field)
}

// Names of generic Go types reach tens of kilobytes; one that is longer than this has lost its NUL.
const maxString = 1 << 20

// CString gives the NUL-terminated text at an address.
func (f *File) CString(address uint64, field string) string {
	limit := min(f.BytesFrom(address), maxString)
	for length := min(256, limit); length > 0; length = min(length*4, limit) {
		bytes := f.At(address, length, field).Raw(0, int(length), field)
		if end := slices.Index(bytes, 0); end >= 0 {
			return bin.Text(bytes[:end])
		}
		if length == limit {
			break
		}
	}
	bin.Fail(f.PlaceOf(address), field, "has no terminating NUL")
	return ""
}

// loadOf takes the last segment that begins at or before the address: a later mapping covers an earlier one.
func (f *File) loadOf(address uint64) *Segment {
	for i := len(f.loads) - 1; i >= 0; i-- {
		if load := &f.loads[i]; load.Address <= address {
			if address-load.Address < load.FileSize {
				return load
			}
			return nil
		}
	}
	return nil
}
