package elffile

import (
	"debug/elf"

	"ocx.dev/runtime/internal/bin"
)

// pointerRelocations are the relocation numbers that carry a pointer: base + addend, and symbol + addend.
var pointerRelocations = map[elf.Machine]struct {
	relative uint32
	absolute [2]uint32
}{
	elf.EM_X86_64:    {8, [2]uint32{1, 6}},
	elf.EM_AARCH64:   {1027, [2]uint32{257, 1025}},
	elf.EM_386:       {8, [2]uint32{1, 6}},
	elf.EM_ARM:       {23, [2]uint32{2, 21}},
	elf.EM_RISCV:     {3, [2]uint32{2, 2}},
	elf.EM_PPC64:     {22, [2]uint32{38, 20}},
	elf.EM_S390:      {12, [2]uint32{22, 10}},
	elf.EM_LOONGARCH: {3, [2]uint32{2, 2}},
}

// mostRelocations are looked at one by one: those of a program of 300 MB are two million.
const mostRelocations = 1 << 23

type relocation struct {
	address, addend uint64
	kind, symbol    uint32
}

// Words are the words of the file as they are after loading at address 0: the bytes, and
// over them what relocations put there. The first look at a place costs a binary search among
// the RELATIVE relocations, which linkers write first and sorted; only a place they say nothing
// of makes us read the whole table.
type Words struct {
	file      *File
	table     uint64
	entry     uint64
	count     uint64
	sorted    uint64
	byAddress map[uint64]uint64
}

// Words of the file.
func (f *File) Words() *Words {
	w := &Words{file: f, entry: uint64(3 * f.WordSize)}
	address, ok := f.dynamic.Get(elf.DT_RELA)
	if !ok {
		return w
	}
	size, _ := f.dynamic.Get(elf.DT_RELASZ)
	w.table = address
	w.count = min(size, f.BytesFrom(address)) / w.entry
	relative, _ := f.dynamic.Get(elf.DT_RELACOUNT)
	w.sorted = min(relative, w.count)
	return w
}

func (w *Words) at(index uint64) relocation {
	v := w.file.At(w.table+index*w.entry, w.entry, "relocation")
	size := w.file.WordSize
	r := relocation{address: v.Word(0, size, "r_offset"), addend: v.Word(2*size, size, "r_addend")}
	switch {
	case size == 4:
		info := v.U32(4, "r_info")
		r.kind, r.symbol = info&0xff, info>>8
		// An addend is signed: this one is of 32 bits.
		r.addend = uint64(int64(v.I32(8, "r_addend")))
	default:
		info := v.U64(8, "r_info")
		r.kind, r.symbol = uint32(info), uint32(info>>32)
	}
	return r
}

// Read gives words from an address, with RELATIVE relocations applied.
func (w *Words) Read(address, count uint64, field string) []uint64 {
	size := uint64(w.file.WordSize)
	bytes := w.file.At(address, count*size, field)
	words := make([]uint64, count)
	for i := range words {
		words[i] = bytes.Word(i*int(size), int(size), field)
	}
	numbers, known := pointerRelocations[w.file.Header.Machine]
	if !known {
		return words
	}
	for low := w.lowerBound(address); low < w.sorted; low++ {
		r := w.at(low)
		if r.address < address || r.address >= address+count*size {
			break
		}
		if r.kind == numbers.relative && (r.address-address)%size == 0 {
			words[(r.address-address)/size] = r.addend
		}
	}
	return words
}

// Pointer gives the pointer at an address. value is what Read found there: a 0 may mean
// that its relocation is not among the sorted ones, and then the whole table is asked.
func (w *Words) Pointer(address, value uint64) uint64 {
	if value != 0 {
		return value
	}
	w.index()
	index, found := w.byAddress[address]
	if !found {
		return 0
	}
	r := w.at(index)
	if !w.isPointer(r) {
		return 0
	}
	if r.symbol == 0 {
		return r.addend
	}
	symbol := w.file.SymbolAt(uint64(r.symbol))
	if symbol.Section == elf.SHN_UNDEF {
		return 0
	}
	return symbol.Address + r.addend
}

// lowerBound is the first of the sorted relocations at or behind an address.
func (w *Words) lowerBound(address uint64) uint64 {
	low, high := uint64(0), w.sorted
	for low < high {
		middle := (low + high) / 2
		if w.at(middle).address < address {
			low = middle + 1
		} else {
			high = middle
		}
	}
	return low
}

// Sorted tells how many RELATIVE relocations come first, by DT_RELACOUNT.
func (w *Words) Sorted() uint64 { return w.sorted }

// TypeOf gives the type of a relocation of DT_RELA.
func (w *Words) TypeOf(index uint64) uint32 { return w.at(index).kind }

// IsPatched tells whether a relocation of DT_RELA changes the word at an address.
func (w *Words) IsPatched(address uint64) bool {
	if at := w.lowerBound(address); at < w.sorted && w.at(at).address == address {
		return true
	}
	w.index()
	_, found := w.byAddress[address]
	return found
}

func (w *Words) index() {
	if w.byAddress != nil {
		return
	}
	if w.count > mostRelocations {
		bin.Fail(0, "relocations", "are %s, more than any program has", bin.Grouped(w.count))
	}
	w.byAddress = make(map[uint64]uint64, w.count)
	for i := range w.count {
		w.byAddress[w.at(i).address] = i
	}
}

func (w *Words) isPointer(r relocation) bool {
	numbers, known := pointerRelocations[w.file.Header.Machine]
	return known && (r.kind == numbers.relative || r.kind == numbers.absolute[0] || r.kind == numbers.absolute[1])
}

// SymbolAt gives the index of the dynamic symbol whose address a relocation puts at an address. It reads the whole table.
func (w *Words) SymbolAt(address uint64) (index uint64, found bool) {
	w.index()
	at, found := w.byAddress[address]
	if !found {
		return 0, false
	}
	r := w.at(at)
	return uint64(r.symbol), r.symbol != 0 && w.isPointer(r)
}

// AddressesOf gives the places where the address of a dynamic symbol is put.
func (w *Words) AddressesOf(symbol uint64) []uint64 {
	var found []uint64
	for i := range w.count {
		if r := w.at(i); uint64(r.symbol) == symbol && w.isPointer(r) {
			found = append(found, r.address)
		}
	}
	return found
}

// PointersTo gives the places where a pointer to target is, by relocation.
func (w *Words) PointersTo(target uint64) []uint64 {
	var found []uint64
	for i := range w.count {
		if r := w.at(i); r.symbol == 0 && r.addend == target {
			found = append(found, r.address)
		}
	}
	for _, address := range w.file.relr() {
		if w.file.BytesFrom(address) >= uint64(w.file.WordSize) && w.file.Word(address, "DT_RELR word") == target {
			found = append(found, address)
		}
	}
	return found
}

// relr decodes DT_RELR: an even word is an address and starts a run behind it; an odd one is
// a bitmap of the next 63 (31) words. It ends where the file has no more words to relocate.
func (f *File) relr() []uint64 {
	table, ok := f.dynamic.Get(dtRELR)
	if !ok {
		return nil
	}
	size := uint64(f.WordSize)
	bytes, _ := f.dynamic.Get(dtRELRSZ)
	count := min(bytes, f.BytesFrom(table)) / size
	limit := int(min(f.Source.Size()/size, mostRelocations))
	var addresses []uint64
	var next uint64
	bin.Try(func() {
		for i := range count {
			word := f.Word(table+i*size, "DT_RELR")
			if word&1 == 0 {
				addresses = append(addresses, word)
				next = word + size
			} else {
				for bit := uint64(1); bit < 8*size; bit++ {
					if word>>bit&1 != 0 {
						addresses = append(addresses, next+(bit-1)*size)
					}
				}
				next += (8*size - 1) * size
			}
			if len(addresses) > limit {
				return
			}
		}
	})
	return addresses
}
