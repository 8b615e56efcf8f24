// Package gofile reads what Go's linker leaves in an ELF file for the runtime that
// opens it as a plugin: moduledata, the table of package hashes, exports, types.
package gofile

import (
	"bytes"
	"encoding/hex"
	"strings"

	"ocx.dev/runtime/internal/bin"
	"ocx.dev/runtime/internal/elffile"
)

const (
	// moduledata is about 600 bytes, as runtime.firstmoduledata says; without that symbol, this much is looked at.
	maxWords   = 128
	maxPlaces  = 8
	maxEntries = 65_536
	maxName    = 4096
	// A modulehash (runtime/symtab.go) is two strings and a pointer.
	entryWords = 5
	// cmd/internal/goobj: FingerprintType.
	hashSize = 8
)

// PackageHash is one entry of go:link.pkghashes.
type PackageHash struct {
	// Package is an import path. Untrusted.
	Package string
	// Hash is of the export data the plugin was linked against: 8 bytes in hex; of an entry whose length is damaged, what that length
	// takes: it equals none.
	Hash string
	// Offset in the file.
	Offset uint64
	// Own is what the file itself brings of the package, where damage made that another hash; else empty.
	Own string
}

// Module is what a plugin file says to the runtime that opens it.
type Module struct {
	// Hashes are in the order in which the runtime compares them.
	Hashes []PackageHash
	// PluginPath is as the linker has it; empty when unreadable.
	PluginPath string

	file  *elffile.File
	words *elffile.Words
	// start of moduledata; 0 when only its field pkghashes was found.
	start uint64
	field uint64
	table uint64
	count uint64
}

// ReadModule gives nil when the file has no table of package hashes: no Go plugin. The Go version, of build info, is asked for where
// the table's own shape does not tell.
func ReadModule(f *elffile.File, version func() string) *Module {
	m := findModule(f, f.Words(), version)
	if m == nil {
		return nil
	}
	m.readHashes()
	m.PluginPath = m.readPluginPath()
	m.compareOwn()
	return m
}

// compareOwn: the runtime compares an entry with what the file itself brings where nobody before the plugin brings the package, as of its own
// main package (cmd/link/internal/ld/symtab.go writes both from one fingerprint, so only damage makes them differ).
func (m *Module) compareOwn() {
	for i := range m.Hashes {
		if entry := &m.Hashes[i]; entry.Package == m.PluginPath {
			if own := ProvidedHash(m.file, entry.Package); own != entry.Hash {
				entry.Own = own
			}
		}
	}
}

// findModule looks for moduledata: through the function of .init_array that the linker makes
// (cmd/link/internal/*/asm.go: gentext), in the section .go.module (Go 1.26 on), by the hash
// table itself. A candidate counts only when it has a field of the shape of pkghashes; only a damaged file has none of that shape, and then
// the release it was built with says where the field is.
func findModule(f *elffile.File, words *elffile.Words, version func() string) *Module {
	symbol, _ := f.Symbol("runtime.firstmoduledata")
	candidates := initArrayCandidates(f, words)
	for _, start := range candidates {
		if m := tryModule(func() *Module { return atStart(f, words, start, symbol.Size) }); m != nil {
			return m
		}
	}
	section := f.Section(".go.module")
	if section != nil {
		candidates = append(candidates, section.Address)
		if m := tryModule(func() *Module { return atStart(f, words, section.Address, section.Size) }); m != nil {
			return m
		}
	}
	if m := byTable(f, words); m != nil {
		return m
	}
	for _, start := range candidates {
		if m := tryModule(func() *Module { return atOffset(f, words, start, version()) }); m != nil {
			return m
		}
	}
	return nil
}

// atOffset goes by the release alone: a length of the slice or of the table's strings is not as any linker writes it. The runtime goes by the
// length of the slice; where that can't be, the entries that are there are what there is to compare.
func atOffset(f *elffile.File, words *elffile.Words, start uint64, version string) *Module {
	layout := layoutOf(version)
	if layout == (Layout{}) || f.Header.Bits != 64 {
		return nil
	}
	field := start + layout.PkghashesOffset
	slice := words.Read(field, 3, "pkghashes")
	table, length, capacity := words.Pointer(field, slice[0]), slice[1], slice[2]
	if table == 0 {
		return nil
	}
	entry := entryWords * uint64(f.WordSize)
	room := min(maxEntries, f.BytesFrom(table)/entry)
	count := uint64(0)
	switch {
	case length > 0 && length <= room && (length <= capacity || capacity == 0 || capacity > room):
		count = length
	case capacity > 0 && capacity <= room:
		count = capacity
	default:
		for count < room && isHashTable(f, table+count*entry, 1) {
			count++
		}
	}
	if count == 0 {
		return nil
	}
	return &Module{file: f, words: words, start: start, field: field, table: table, count: count}
}

func tryModule(read func() *Module) (m *Module) {
	if bin.Try(func() { m = read() }) != nil {
		return nil
	}
	return m
}

func atStart(f *elffile.File, words *elffile.Words, start, size uint64) *Module {
	wordSize := uint64(f.WordSize)
	count := min(maxWords, f.BytesFrom(start)/wordSize)
	if size > 0 {
		count = min(count, size/wordSize)
	}
	fields := words.Read(start, count, "moduledata")
	find := func(pointer func(field, value uint64) uint64) *Module {
		// From the end: pkghashes is the last but one.
		for i := len(fields) - 3; i >= 0; i-- {
			length := fields[i+1]
			if length == 0 || length != fields[i+2] {
				continue
			}
			field := start + uint64(i)*wordSize
			table := pointer(field, fields[i])
			if table != 0 && isHashTable(f, table, length) {
				return &Module{file: f, words: words, start: start, field: field, table: table, count: length}
			}
		}
		return nil
	}
	if m := find(func(_, value uint64) uint64 { return value }); m != nil {
		return m
	}
	return find(words.Pointer)
}

// isHashTable tells by lengths that no relocation touches, of the first entry and the last.
func isHashTable(f *elffile.File, table, count uint64) (is bool) {
	size := uint64(f.WordSize)
	entry := entryWords * size
	if count > maxEntries || count*entry > f.BytesFrom(table) {
		return false
	}
	bin.Try(func() {
		for _, at := range []uint64{table, table + (count-1)*entry} {
			name := f.Word(at+size, "modulename length")
			if f.Word(at+3*size, "linktimehash length") != hashSize || name == 0 || name > maxName {
				return
			}
		}
		is = true
	})
	return is
}

// byTable goes from an entry of the table to both its ends, then to the field that points to it.
func byTable(f *elffile.File, words *elffile.Words) *Module {
	runtime, ok := f.Symbol("go:link.pkghash.runtime")
	if !ok {
		return nil
	}
	size := uint64(f.WordSize)
	entry := entryWords * size
	var places []uint64
	bin.Try(func() { places = words.AddressesOf(runtime.Index) })
	for _, place := range places[:min(maxPlaces, len(places))] {
		table := place - (entryWords-1)*size
		if !isHashTable(f, table, 1) {
			continue
		}
		for steps := 0; steps < maxEntries && isHashTable(f, table-entry, 1); steps++ {
			table -= entry
		}
		var fields []uint64
		bin.Try(func() { fields = words.PointersTo(table) })
		for _, field := range fields {
			m := tryModule(func() *Module {
				slice := words.Read(field, 3, "pkghashes")
				if slice[1] == 0 || slice[1] != slice[2] || !isHashTable(f, table, slice[1]) {
					return nil
				}
				return &Module{file: f, words: words, field: field, table: table, count: slice[1]}
			})
			if m != nil {
				return m
			}
		}
	}
	return nil
}

func (m *Module) readHashes() {
	f := m.file
	size := uint64(f.WordSize)
	fields := m.words.Read(m.table, m.count*entryWords, "go:link.pkghashes")
	m.Hashes = make([]PackageHash, m.count)
	for i := range m.Hashes {
		at := uint64(i) * entryWords
		entry := m.table + at*size
		text := func(word uint64, field string) []byte {
			length := fields[at+word+1]
			if length > maxName {
				bin.Fail(f.PlaceOf(entry), field, "claims %d bytes", length)
			}
			place := m.words.Pointer(entry+word*size, fields[at+word])
			return f.At(place, length, field).Raw(0, int(length), field)
		}
		hash := text(2, "linktimehash")
		// The runtime reads the name only to complain. Of a damaged one the symbol that the entry is compared with tells.
		name := ""
		if bin.Try(func() { name = bin.Text(text(0, "modulename")) }) != nil {
			known := false
			if name, known = m.nameBySymbol(entry + 4*size); !known {
				name = bin.Text(text(0, "modulename"))
			}
		}
		m.Hashes[i] = PackageHash{Package: name, Hash: hex.EncodeToString(hash), Offset: f.PlaceOf(entry)}
	}
}

// nameBySymbol gives the package of the symbol go:link.pkghash.<package> whose address is put at runtimehash. It reads all relocations.
func (m *Module) nameBySymbol(runtimehash uint64) (name string, known bool) {
	symbol, ok := m.words.SymbolAt(runtimehash)
	if !ok {
		return "", false
	}
	text := m.file.Dynamic().Text(uint64(m.file.SymbolAt(symbol).Name), "st_name")
	return strings.CutPrefix(text, "go:link.pkghash.")
}

// pluginpath is the string just before pkghashes, in every version of the struct. What lies behind a NUL in it no symbol's name has
// (plugin/plugin_dlopen.go hands it to dlsym): of a length that is damaged it ends there.
func (m *Module) readPluginPath() string {
	field := m.field - 2*uint64(m.file.WordSize)
	words := m.words.Read(field, 2, "pluginpath")
	place := m.words.Pointer(field, words[0])
	if words[1] == 0 || words[1] > m.file.BytesFrom(place) {
		return ""
	}
	length := min(words[1], maxName)
	path := m.file.At(place, length, "pluginpath").Raw(0, int(length), "pluginpath")
	if end := bytes.IndexByte(path, 0); end >= 0 {
		path = path[:end+1]
	}
	return bin.Text(path)
}

// ProvidedHash gives the hash of a package that a file brings to the process that loads it
// (cmd/link/internal/ld/lib.go), in hex; empty when it does not bring the package.
func ProvidedHash(f *elffile.File, packagePath string) string {
	symbol, ok := f.Symbol("go:link.pkghashbytes." + packagePath)
	if !ok {
		return ""
	}
	hash := ""
	bin.Try(func() {
		hash = hex.EncodeToString(f.At(symbol.Address, hashSize, "go:link.pkghashbytes").Raw(0, hashSize, "go:link.pkghashbytes"))
	})
	return hash
}

// ProvidesHashes tells whether the file can be a host of Go plugins.
func ProvidesHashes(f *elffile.File) bool {
	return ProvidedHash(f, "runtime") != "" || ProvidedHash(f, "internal/abi") != ""
}
