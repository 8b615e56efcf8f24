// Package gofile reads what Go's linker leaves in an ELF file for the runtime that
// opens it as a plugin: moduledata, the table of package hashes, exports, types.
package gofile

import (
	"debug/elf"
	"encoding/hex"
	"slices"

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

func initArrayCandidates(f *elffile.File, words *elffile.Words) []uint64 {
	array, ok := f.Dynamic().Get(elf.DT_INIT_ARRAY)
	if !ok {
		return nil
	}
	size := uint64(f.WordSize)
	bytes, _ := f.Dynamic().Get(elf.DT_INIT_ARRAYSZ)
	var candidates []uint64
	bin.Try(func() {
		for i, value := range words.Read(array, min(maxWords, bytes/size), "DT_INIT_ARRAY") {
			code := words.Pointer(array+uint64(i)*size, value)
			bin.Try(func() {
				if passed, ok := addressPassedBy(f, code); ok {
					candidates = append(candidates, passed)
				}
			})
		}
	})
	// Go's is the last, but for linkers that order otherwise.
	slices.Reverse(candidates)
	return candidates
}

// addressPassedBy gives the address that the function's first instructions put into the first
// argument's register, for the machines whose linker was looked at.
func addressPassedBy(f *elffile.File, code uint64) (uint64, bool) {
	const field = "init function"
	add := func(address uint64, offset int64) (uint64, bool) { return address + uint64(offset), true }
	switch f.Header.Machine {
	case elf.EM_X86_64: // lea rdi, [rip + disp32], after an endbr64 where one is asked for
		b := f.At(code, 11, field)
		start := 0
		if b.U32(0, field) == 0xfa1e0ff3 {
			start = 4
		}
		if b.U8(start, field) == 0x48 && b.U8(start+1, field) == 0x8d && b.U8(start+2, field) == 0x3d {
			return add(code+uint64(start)+7, int64(b.I32(start+3, field)))
		}
	case elf.EM_AARCH64: // adrp x0, page; add x0, x0, #low; or what a linker relaxes it to
		b := f.At(code, 8, field)
		first, second := b.U32(0, field), b.U32(4, field)
		if first&0x9f00001f == 0x90000000 && second&0xffc003ff == 0x91000000 {
			return add(code&^4095+uint64(second>>10&0xfff), adrOffset(first)*4096)
		}
		if first&0x9f00001f == 0x10000000 {
			return add(code, adrOffset(first))
		}
		if second&0x9f00001f == 0x10000000 {
			return add(code+4, adrOffset(second))
		}
	case elf.EM_ARM: // ldr r0, [pc, #4]; add r0, pc, r0
		b := f.At(code, 16, field)
		if b.U32(0, field) == 0xe59f0004 && b.U32(4, field) == 0xe08f0000 {
			return add(code+12, int64(b.I32(12, field)))
		}
	case elf.EM_S390: // larl %r2, label, in halfwords
		b := f.At(code, 6, field)
		if b.U16(0, field) == 0xc020 {
			return add(code, 2*int64(b.I32(2, field)))
		}
	case elf.EM_RISCV: // auipc a0, high; addi a0, a0, low
		b := f.At(code, 8, field)
		high, low := b.I32(0, field), b.I32(4, field)
		if high&0xfff == 0x517 && low&0xfffff == 0x50513 {
			return add(code, int64(high&^0xfff)+int64(low>>20))
		}
	}
	return 0, false
}

func adrOffset(instruction uint32) int64 {
	value := int32(instruction>>5&0x7ffff<<2 | instruction>>29&3)
	return int64(value << 11 >> 11)
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
