// Package gofile reads what Go's linker leaves in an ELF file for the runtime that
// opens it as a plugin: moduledata, the table of package hashes, exports, types.
package gofile

import (
	"encoding/hex"

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
	// Hash is of the export data the plugin was linked against: 8 bytes in hex.
	Hash string
	// Offset in the file.
	Offset uint64
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

// ReadModule gives nil when the file has no table of package hashes: no Go plugin.
func ReadModule(f *elffile.File) *Module {
	m := findModule(f, f.Words())
	if m == nil {
		return nil
	}
	m.readHashes()
	m.PluginPath = m.readPluginPath()
	return m
}

// findModule looks for moduledata: through the function of .init_array that the linker makes
// (cmd/link/internal/*/asm.go: gentext), in the section .go.module (Go 1.26 on), by the hash
// table itself. A candidate counts only when it has a field of the shape of pkghashes.
func findModule(f *elffile.File, words *elffile.Words) *Module {
	symbol, _ := f.Symbol("runtime.firstmoduledata")
	for _, start := range initArrayCandidates(f, words) {
		if m := tryModule(func() *Module { return atStart(f, words, start, symbol.Size) }); m != nil {
			return m
		}
	}
	if section := f.Section(".go.module"); section != nil {
		if m := tryModule(func() *Module { return atStart(f, words, section.Address, section.Size) }); m != nil {
			return m
		}
	}
	return byTable(f, words)
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
		if len(hash) != hashSize {
			bin.Fail(f.PlaceOf(entry), "linktimehash", "of entry %d has %d bytes, not %d", i, len(hash), hashSize)
		}
		m.Hashes[i] = PackageHash{bin.Text(text(0, "modulename")), hex.EncodeToString(hash), f.PlaceOf(entry)}
	}
}

// FunctionTableHead gives the first 8 bytes of runtime.pcHeader, to which the first word of moduledata points; false when moduledata's
// beginning is not known.
func (m *Module) FunctionTableHead() (head bin.View, known bool) {
	if m.start == 0 {
		return head, false
	}
	at := m.words.Pointer(m.start, m.words.Read(m.start, 1, "pcHeader")[0])
	return m.file.At(at, 8, "pcHeader"), true
}

// pluginpath is the string just before pkghashes, in every version of the struct.
func (m *Module) readPluginPath() string {
	field := m.field - 2*uint64(m.file.WordSize)
	words := m.words.Read(field, 2, "pluginpath")
	if words[1] == 0 || words[1] > maxName {
		return ""
	}
	path := m.file.At(m.words.Pointer(field, words[0]), words[1], "pluginpath")
	return bin.Text(path.Raw(0, int(words[1]), "pluginpath"))
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
