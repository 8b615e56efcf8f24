package rusthost

// #include <stdlib.h>
// #include "bridge.h"
import "C"

import "unsafe"

const (
	// No error text of a sane plugin comes near this.
	maxErrorText = 64 << 10
	// A batch of this size is a mistake; a protobuf message can't be larger anyway.
	maxOutput = 1 << 31
)

// buffer is memory of C that a plugin appends to, used by one call.
type buffer struct{ memory C.otc_buffer }

func newBuffer(limit int) *buffer {
	return &buffer{C.otc_buffer{limit: C.size_t(limit)}}
}

func (b *buffer) c() *C.otc_buffer { return &b.memory }

// bytes are valid until free.
func (b *buffer) bytes() []byte {
	return unsafe.Slice((*byte)(b.memory.data), int(b.memory.size))
}

func (b *buffer) text() string { return string(b.bytes()) }

func (b *buffer) free() { C.ocx_buffer_free(&b.memory) }

// text of C, with the NUL that is not counted.
type text struct {
	memory *C.char
	length int
}

func cText(s string) text { return text{C.CString(s), len(s)} }

func (t text) pointer() *C.char { return t.memory }
func (t text) size() C.size_t   { return C.size_t(t.length) }
func (t text) free()            { C.free(unsafe.Pointer(t.memory)) }
