package elffile

import (
	"debug/elf"

	"ocx.dev/runtime/internal/bin"
)

type nameLookup interface {
	// find gives the first defined symbol of the name that is accepted.
	find(name string, accept func(Symbol) bool) (Symbol, bool)
	// mayBeUndefined tells how many symbols at the beginning of DT_SYMTAB may be undefined.
	mayBeUndefined() uint64
	// isEmpty: it has no bucket, and ld.so looks at none of the file's symbols (elf/dl-lookup.c: do_lookup_x).
	isEmpty() bool
}

func (f *File) newLookup() nameLookup {
	if !f.dynamic.Has(elf.DT_SYMTAB) {
		return nil
	}
	if table, ok := f.dynamic.Get(elf.DT_GNU_HASH); ok {
		return newGNUHash(f, table)
	}
	if table, ok := f.dynamic.Get(elf.DT_HASH); ok {
		return newSysvHash(f, table)
	}
	return nil
}

func (f *File) isNamed(symbol Symbol, name string) bool {
	address := f.dynamic.strings("symbol") + uint64(symbol.Name)
	length := len(name) + 1
	if f.BytesFrom(address) < uint64(length) {
		return false
	}
	bytes := f.At(address, uint64(length), "DT_STRTAB").Raw(0, length, "DT_STRTAB")
	return bytes[len(name)] == 0 && string(bytes[:len(name)]) == name
}

// gnuHash is DT_GNU_HASH: a head, a Bloom filter, buckets, and a chain of hash values parallel
// to the symbols from the first on, whose lowest bit ends a bucket (glibc elf/dl-lookup.c).
type gnuHash struct {
	file      *File
	buckets   uint32
	first     uint32
	bucketsAt uint64
	chain     uint64
	// Words of the Bloom filter, their number, and by how much a hash is shifted for its second bit.
	bloom      uint64
	bloomWords uint32
	bloomShift uint32
}

// A chain of so many entries has lost the bit that ends it.
const maxChain = 1 << 18

func newGNUHash(f *File, table uint64) *gnuHash {
	head := f.At(table, 16, "DT_GNU_HASH")
	h := &gnuHash{file: f, buckets: head.U32(0, "nbuckets"), first: head.U32(4, "symoffset")}
	h.bloom, h.bloomWords, h.bloomShift = table+16, head.U32(8, "bloom_size"), head.U32(12, "bloom_shift")
	bloom := uint64(head.U32(8, "bloom_size")) * uint64(f.WordSize)
	h.bucketsAt = table + 16 + bloom
	h.chain = h.bucketsAt + 4*uint64(h.buckets)
	if claimed := 16 + bloom + 4*uint64(h.buckets); claimed > f.BytesFrom(table) {
		bin.Fail(head.Start, "DT_GNU_HASH", "claims %d bytes, more than its segment has", claimed)
	}
	return h
}

func (h *gnuHash) find(name string, accept func(Symbol) bool) (Symbol, bool) {
	if h.buckets == 0 {
		return Symbol{}, false
	}
	hash := uint32(5381)
	for i := range len(name) {
		hash = hash*33 + uint32(name[i])
	}
	if !h.mayHave(hash) {
		return Symbol{}, false
	}
	index := h.file.At(h.bucketsAt+4*uint64(hash%h.buckets), 4, "DT_GNU_HASH bucket").U32(0, "DT_GNU_HASH bucket")
	if index < h.first {
		return Symbol{}, false
	}
	for range maxChain {
		value := h.file.At(h.chain+4*uint64(index-h.first), 4, "DT_GNU_HASH chain").U32(0, "DT_GNU_HASH chain")
		if value>>1 == hash>>1 {
			symbol := h.file.SymbolAt(uint64(index))
			if symbol.Section != elf.SHN_UNDEF && h.file.isNamed(symbol, name) && accept(symbol) {
				return symbol, true
			}
		}
		if value&1 != 0 {
			return Symbol{}, false
		}
		index++
	}
	bin.Fail(h.file.PlaceOf(h.chain), "DT_GNU_HASH chain", "does not end")
	return Symbol{}, false
}

// mayHave asks the Bloom filter, as ld.so does before it looks into a bucket: what it denies is not found, damaged or not.
func (h *gnuHash) mayHave(hash uint32) bool {
	if h.bloomWords == 0 {
		return true
	}
	size := uint64(h.file.WordSize)
	bits := uint32(8 * size)
	word := h.file.At(h.bloom+uint64(hash/bits%h.bloomWords)*size, size, "DT_GNU_HASH bloom filter").Word(0, int(size), "DT_GNU_HASH bloom filter")
	return word>>(hash%bits)&1 != 0 && word>>(hash>>(h.bloomShift%32)%bits)&1 != 0
}

func (h *gnuHash) isEmpty() bool { return h.buckets == 0 }

func (h *sysvHash) isEmpty() bool { return h.buckets == 0 }

func (h *gnuHash) mayBeUndefined() uint64 {
	if h.first > 1 {
		return uint64(h.first)
	}
	// GNU ld writes 1 and nothing else when no symbol is hashed.
	return h.file.symbolsBeforeNextTable()
}

// sysvHash is DT_HASH (gABI, chapter 5); its chains hold undefined symbols too.
type sysvHash struct {
	file    *File
	table   uint64
	buckets uint32
	symbols uint32
}

func newSysvHash(f *File, table uint64) *sysvHash {
	head := f.At(table, 8, "DT_HASH")
	h := &sysvHash{file: f, table: table, buckets: head.U32(0, "nbucket"), symbols: head.U32(4, "nchain")}
	if claimed := 8 + 4*(uint64(h.buckets)+uint64(h.symbols)); claimed > f.BytesFrom(table) {
		bin.Fail(head.Start, "DT_HASH", "claims %d bytes, more than its segment has", claimed)
	}
	return h
}

func (h *sysvHash) find(name string, accept func(Symbol) bool) (Symbol, bool) {
	if h.buckets == 0 {
		return Symbol{}, false
	}
	var hash uint32
	for i := range len(name) {
		hash = hash<<4 + uint32(name[i])
		hash ^= hash >> 24 & 0xf0
		hash &= 0x0fffffff
	}
	word := func(at uint64) uint32 { return h.file.At(h.table+8+4*at, 4, "DT_HASH").U32(0, "DT_HASH") }
	index := word(uint64(hash % h.buckets))
	// A chain that is longer than the table is a circle.
	for steps := uint32(0); index != 0 && index < h.symbols && steps <= min(h.symbols, 1<<14); steps++ {
		symbol := h.file.SymbolAt(uint64(index))
		if symbol.Section != elf.SHN_UNDEF && h.file.isNamed(symbol, name) && accept(symbol) {
			return symbol, true
		}
		index = word(uint64(h.buckets) + uint64(index))
	}
	return Symbol{}, false
}

func (h *sysvHash) mayBeUndefined() uint64 { return uint64(h.symbols) }
