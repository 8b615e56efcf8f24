package gofile

import (
	"bytes"
	"debug/elf"

	"ocx.dev/runtime/internal/bin"
	"ocx.dev/runtime/internal/elffile"
)

const (
	loaderChunk = 1 << 20
	// Bytes. Collectors have some hundred megabytes; of a file with holes it could be any number.
	mostSearched = 1 << 30
)

// LinksPluginLoader tells whether a program has the cgo part of the package plugin linked in: its call of dlopen
// (plugin/plugin_dlopen.go). Every function's name is in Go's own table of them, between zero bytes (runtime/symtab.go: funcnametab;
// cmd/link/internal/ld/pcln.go), which no strip takes away; the linker leaves out what is never called. The table has no
// address that is easy to come by in every release, so all that is mapped is searched.
func LinksPluginLoader(f *elffile.File) bool {
	const field = "Go function names"
	function := []byte("plugin._Cfunc_pluginOpen")
	left := uint64(mostSearched)
	for _, segment := range f.Segments {
		if segment.Type != elf.PT_LOAD {
			continue
		}
		end := segment.Offset + segment.FileSize
		if end < segment.Offset || end > f.Source.Size() {
			end = f.Source.Size()
		}
		if segment.Offset >= end {
			continue
		}
		if end-segment.Offset > left {
			bin.Fail(segment.Offset, field, "are looked for in 1,073,741,824 bytes at most")
		}
		left -= end - segment.Offset
		// A name, and the zeros around it, may lie across two chunks.
		for start := segment.Offset; start < end; start += loaderChunk {
			size := min(loaderChunk+uint64(len(function))+2, end-start)
			if holdsName(f.Source.Bytes(start, size, field), function) {
				return true
			}
		}
	}
	return false
}

// holdsName: between zeros, else it is a text of a program that looks for the name.
func holdsName(text, name []byte) bool {
	for from := 0; ; {
		at := bytes.Index(text[from:], name)
		if at < 0 {
			return false
		}
		at += from
		if end := at + len(name); at > 0 && text[at-1] == 0 && end < len(text) && text[end] == 0 {
			return true
		}
		from = at + 1
	}
}
