// Package bin reads numbers and bytes out of files that nobody vouches for.
//
// A read outside the file, or of a value that can't be, panics with a *Problem;
// Try turns it into a value again. So a parser is written as if its input were
// well-formed, and no malformed file can do more than end the part that is read
// (the way of text/template/parse and encoding/json).
package bin

import (
	"encoding/binary"
	"fmt"
	"io"
	"strconv"
)

// Problem is something malformed, with its place.
type Problem struct {
	// Field is the format's own name of what was being read: e_phoff, DT_STRTAB.
	Field string
	// Offset in the file.
	Offset uint64
	// Text says what is wrong, without the place.
	Text string
}

func (p *Problem) Error() string {
	return fmt.Sprintf("%s at offset 0x%x %s", p.Field, p.Offset, p.Text)
}

// Fail ends the part that is being read.
func Fail(offset uint64, field, format string, args ...any) {
	panic(&Problem{Field: field, Offset: offset, Text: fmt.Sprintf(format, args...)})
}

// Try runs read. A Problem becomes the result; anything else is a bug and goes on.
func Try(read func()) (problem *Problem) {
	defer func() {
		switch reason := recover().(type) {
		case nil:
		case *Problem:
			problem = reason
		default:
			panic(reason)
		}
	}()
	read()
	return nil
}

const (
	pageSize = 1 << 14
	// A page cache never holds more than this: a file is asked for a few hundred kilobytes.
	maxPages = 1 << 12
	// No table of a real file comes near. A file can have holes: of a few kilobytes on the disk it claims tables of gigabytes.
	mostAtOnce = 256 << 20
)

// Source is a file that is read by position, a page at a time.
type Source struct {
	reader io.ReaderAt
	size   uint64
	pages  map[uint64][]byte
}

// NewSource reads from r, which has size bytes.
func NewSource(r io.ReaderAt, size int64) *Source {
	return &Source{reader: r, size: uint64(max(size, 0)), pages: map[uint64][]byte{}}
}

// Size in bytes.
func (s *Source) Size() uint64 { return s.size }

// Bytes gives a range of the file, which must lie wholly in it and be no larger than any table. Shared: never write to it.
func (s *Source) Bytes(offset, length uint64, field string) []byte {
	s.Check(offset, length, field)
	if length == 0 {
		return nil
	}
	first, last := offset/pageSize, (offset+length-1)/pageSize
	if first == last {
		page := s.page(first, field)
		return page[offset%pageSize : offset%pageSize+length]
	}
	whole := make([]byte, 0, length)
	for at := first; at <= last; at++ {
		page := s.page(at, field)
		from, to := uint64(0), uint64(len(page))
		if at == first {
			from = offset % pageSize
		}
		if at == last {
			to = (offset+length-1)%pageSize + 1
		}
		whole = append(whole, page[from:to]...)
	}
	return whole
}

// Check fails where Bytes would, without reading.
func (s *Source) Check(offset, length uint64, field string) {
	if offset > s.size || length > s.size-offset {
		Fail(offset, field, "needs %s bytes, but the file ends at %s", Grouped(length), Grouped(s.size))
	}
	if length > mostAtOnce {
		Fail(offset, field, "needs %s bytes, more than the %s that are read at once", Grouped(length), Grouped(mostAtOnce))
	}
}

func (s *Source) page(index uint64, field string) []byte {
	if page, known := s.pages[index]; known {
		return page
	}
	start := index * pageSize
	page := make([]byte, min(pageSize, s.size-start))
	if n, err := s.reader.ReadAt(page, int64(start)); n < len(page) {
		Fail(start, field, "could not be read: %v", err)
	}
	if len(s.pages) >= maxPages {
		clear(s.pages)
	}
	s.pages[index] = page
	return page
}

// View is a range of a file, with the numbers in it.
type View struct {
	// Start is where the view begins in the file.
	Start uint64
	bytes []byte
	Order binary.ByteOrder
}

// View gives a range of the file as numbers.
func (s *Source) View(offset, length uint64, order binary.ByteOrder, field string) View {
	return View{Start: offset, bytes: s.Bytes(offset, length, field), Order: order}
}

// Len in bytes.
func (v View) Len() int { return len(v.bytes) }

// Raw gives bytes of the view.
func (v View) Raw(offset, length int, field string) []byte {
	if offset < 0 || length < 0 || offset+length > len(v.bytes) {
		Fail(v.Start, field, "needs %d bytes, but %d are left", length, max(0, len(v.bytes)-offset))
	}
	return v.bytes[offset : offset+length]
}

// U8 is one byte.
func (v View) U8(offset int, field string) uint8 { return v.Raw(offset, 1, field)[0] }

// U16 is a 16-bit number.
func (v View) U16(offset int, field string) uint16 { return v.Order.Uint16(v.Raw(offset, 2, field)) }

// U32 is a 32-bit number.
func (v View) U32(offset int, field string) uint32 { return v.Order.Uint32(v.Raw(offset, 4, field)) }

// I32 is a signed 32-bit number.
func (v View) I32(offset int, field string) int32 { return int32(v.U32(offset, field)) }

// U64 is a 64-bit number.
func (v View) U64(offset int, field string) uint64 { return v.Order.Uint64(v.Raw(offset, 8, field)) }

// Word is an address, offset or size of a file of 4 or 8 bytes a word.
func (v View) Word(offset, wordSize int, field string) uint64 {
	if wordSize == 8 {
		return v.U64(offset, field)
	}
	return uint64(v.U32(offset, field))
}

// Text decodes bytes; what is not UTF-8 becomes U+FFFD, and a byte order mark is dropped.
func Text(bytes []byte) string {
	if len(bytes) >= 3 && bytes[0] == 0xef && bytes[1] == 0xbb && bytes[2] == 0xbf {
		bytes = bytes[3:]
	}
	return string([]rune(string(bytes)))
}

// Grouped writes 8011776 as 8,011,776.
func Grouped(n uint64) string {
	if n < 1000 {
		return strconv.FormatUint(n, 10)
	}
	return fmt.Sprintf("%s,%03d", Grouped(n/1000), n%1000)
}
