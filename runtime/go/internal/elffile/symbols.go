package elffile

import (
	"debug/elf"

	"ocx.dev/runtime/internal/bin"
)

// Symbol is a dynamic symbol.
type Symbol struct {
	Index   uint64
	Name    uint32
	Binding elf.SymBind
	Type    elf.SymType
	// Visibility is STV_*.
	Visibility elf.SymVis
	Section    elf.SectionIndex
	Address    uint64
	Size       uint64
}

// Symbol gives the first defined dynamic symbol of that name, through a hash table: a host has tens of thousands of them.
// Whether it counts for dlsym or a reference: unversioned.go.
func (f *File) Symbol(name string) (Symbol, bool) {
	return f.symbolThat(name, func(Symbol) bool { return true })
}

// symbolThat gives the first of that name that is accepted.
func (f *File) symbolThat(name string, accept func(Symbol) bool) (symbol Symbol, found bool) {
	if f.lookup == nil {
		bin.Try(func() { symbol, found = f.scan(name, accept) })
		return symbol, found
	}
	f.try(func() { symbol, found = f.lookup.find(name, accept) })
	return symbol, found
}

// scan looks at every symbol, for files without a hash table that can be read.
func (f *File) scan(name string, accept func(Symbol) bool) (Symbol, bool) {
	if !f.dynamic.Has(elf.DT_SYMTAB) {
		return f.scanSection(name, accept)
	}
	count := f.symbolsBeforeNextTable()
	table, _ := f.dynamic.Get(elf.DT_SYMTAB)
	f.check(table, count*f.symbolSize(), "DT_SYMTAB")
	for index := range count {
		if symbol := f.SymbolAt(index); symbol.Section != elf.SHN_UNDEF && f.isNamed(symbol, name) && accept(symbol) {
			return symbol, true
		}
	}
	return Symbol{}, false
}

// symbolsBeforeNextTable: linkers put tables back to back, so as many as fit before the next one.
func (f *File) symbolsBeforeNextTable() uint64 {
	table, _ := f.dynamic.Get(elf.DT_SYMTAB)
	bytes := f.BytesFrom(table)
	for _, tag := range []elf.DynTag{elf.DT_STRTAB, elf.DT_GNU_HASH, elf.DT_HASH, elf.DT_VERSYM, elf.DT_VERNEED, elf.DT_VERDEF, elf.DT_RELA, elf.DT_REL, dtRELR, elf.DT_JMPREL} {
		if address, ok := f.dynamic.Get(tag); ok && address > table {
			bytes = min(bytes, address-table)
		}
	}
	return bytes / f.symbolSize()
}

// scanSection looks at the section .dynsym: for files whose PT_DYNAMIC can't be read.
func (f *File) scanSection(name string, accept func(Symbol) bool) (Symbol, bool) {
	for i := range f.Sections() {
		section := &f.Sections()[i]
		if section.Type != elf.SHT_DYNSYM || section.Link >= len(f.Sections()) {
			continue
		}
		strings := f.Sections()[section.Link]
		text := f.Source.Bytes(strings.Offset, strings.Size, "dynamic strings")
		for index := range section.Size / f.symbolSize() {
			symbol := f.decode(f.Source.View(section.Offset+index*f.symbolSize(), f.symbolSize(), f.Header.Order, "symbol"))
			end := uint64(symbol.Name) + uint64(len(name))
			symbol.Index = index
			if symbol.Section != elf.SHN_UNDEF && end < uint64(len(text)) && text[end] == 0 && string(text[symbol.Name:end]) == name && accept(symbol) {
				return symbol, true
			}
		}
	}
	return Symbol{}, false
}

func (f *File) symbolSize() uint64 {
	if f.Header.Bits == 64 {
		return 24
	}
	return 16
}

// SymbolAt reads an entry of DT_SYMTAB.
func (f *File) SymbolAt(index uint64) Symbol {
	table, ok := f.dynamic.Get(elf.DT_SYMTAB)
	if !ok {
		bin.Fail(0, "DT_SYMTAB", "is missing, and a relocation names a symbol")
	}
	symbol := f.decode(f.At(table+index*f.symbolSize(), f.symbolSize(), "DT_SYMTAB"))
	symbol.Index = index
	return symbol
}

func (f *File) decode(v bin.View) Symbol {
	symbol := Symbol{Name: v.U32(0, "st_name")}
	if f.Header.Bits == 64 {
		symbol.Binding = elf.ST_BIND(v.U8(4, "st_info"))
		symbol.Type = elf.ST_TYPE(v.U8(4, "st_info"))
		symbol.Visibility = elf.ST_VISIBILITY(v.U8(5, "st_other"))
		symbol.Section = elf.SectionIndex(v.U16(6, "st_shndx"))
		symbol.Address = v.U64(8, "st_value")
		symbol.Size = v.U64(16, "st_size")
		return symbol
	}
	symbol.Address = uint64(v.U32(4, "st_value"))
	symbol.Size = uint64(v.U32(8, "st_size"))
	symbol.Binding = elf.ST_BIND(v.U8(12, "st_info"))
	symbol.Type = elf.ST_TYPE(v.U8(12, "st_info"))
	symbol.Visibility = elf.ST_VISIBILITY(v.U8(13, "st_other"))
	symbol.Section = elf.SectionIndex(v.U16(14, "st_shndx"))
	return symbol
}

// A plugin lacks a few hundred symbols at most.
const maxUndefined = 20_000

// Undefined are the strong undefined dynamic symbols that name no version. DT_GNU_HASH
// sorts the symbols it holds to the end, so only the first few are read.
func (f *File) Undefined() []string {
	names := f.undefined(false)
	if f.hidesItsSymbols() {
		f.try(func() { names = append(names, f.ownWanted()...) })
	}
	return names
}

// hidesItsSymbols: no hash table, or an empty one: nobody finds a symbol of this file by its name, not even itself.
func (f *File) hidesItsSymbols() bool {
	if f.lookup != nil {
		return f.lookup.isEmpty()
	}
	return f.dynamic.Has(elf.DT_SYMTAB) && !f.dynamic.Has(elf.DT_GNU_HASH) && !f.dynamic.Has(elf.DT_HASH)
}

// ownWanted are symbols of its own that the file's relocations ask for by name, where its hash table holds none: they are looked for in
// others only (elf/dl-lookup.c: do_lookup_x passes over a file without buckets). In the order of the relocations.
func (f *File) ownWanted() []string {
	var names []string
	listed := map[string]bool{}
	f.boundByName(func(symbol Symbol) bool {
		// Weak ones may be missing; what is not of default visibility is bound without a look (elf/dl-machine.h: RESOLVE_MAP).
		if symbol.Section == elf.SHN_UNDEF || symbol.Binding != elf.STB_GLOBAL || symbol.Visibility != elf.STV_DEFAULT {
			return true
		}
		if name := f.dynamic.Text(uint64(symbol.Name), "st_name"); !listed[name] {
			listed[name] = true
			names = append(names, name)
		}
		return len(names) < maxUndefined
	})
	return names
}

// FirstBound tells which of these names the first relocation asks for that asks for one of them: the one that ld.so speaks of when it finds none.
// Empty when none does, or a table is malformed.
func (f *File) FirstBound(names []string) (first string) {
	wanted := map[string]bool{}
	for _, name := range names {
		wanted[name] = true
	}
	bin.Try(func() {
		f.boundByName(func(symbol Symbol) bool {
			if name := f.dynamic.Text(uint64(symbol.Name), "st_name"); wanted[name] {
				first = name
			}
			return first == ""
		})
	})
	return first
}

// boundByName gives each symbol that a relocation names once, in the order in which ld.so goes through them (elf/do-rel.h: DT_RELA behind its
// RELATIVE ones, then DT_JMPREL), as long as it is told to go on.
func (f *File) boundByName(more func(Symbol) bool) {
	seen := map[uint32]bool{0: true}
	rela := f.Words()
	if rela.count > rela.sorted {
		f.check(rela.table+rela.sorted*rela.entry, (rela.count-rela.sorted)*rela.entry, "relocation")
	}
	look := func(w *Words, from uint64) bool {
		for index := from; index < w.count; index++ {
			if number := w.at(index).symbol; !seen[number] {
				seen[number] = true
				if !more(f.SymbolAt(uint64(number))) {
					return false
				}
			}
		}
		return true
	}
	if look(rela, rela.sorted) {
		look(f.jumpSlots(rela), 0)
	}
}

// UndefinedOfAnyVersion are those that name a version too.
func (f *File) UndefinedOfAnyVersion() []string { return f.undefined(true) }

func (f *File) undefined(all bool) []string {
	table, ok := f.dynamic.Get(elf.DT_SYMTAB)
	if !ok {
		return nil
	}
	var names []string
	f.try(func() {
		count := f.symbolsBeforeNextTable()
		if f.lookup != nil {
			count = f.lookup.mayBeUndefined()
		}
		if count <= 1 {
			return
		}
		versions, versioned := f.dynamic.Get(elf.DT_VERSYM)
		f.check(table, count*f.symbolSize(), "DT_SYMTAB")
		for index := uint64(1); index < count; index++ {
			symbol := f.SymbolAt(index)
			if symbol.Section != elf.SHN_UNDEF || symbol.Binding == elf.STB_WEAK || symbol.Binding == elf.STB_LOCAL {
				continue
			}
			// Versions 0 and 1 are local, and global of no version.
			if versioned && !all && f.At(versions+2*index, 2, "DT_VERSYM").U16(0, "DT_VERSYM")&0x7fff >= 2 {
				continue
			}
			if len(names) == maxUndefined {
				bin.Fail(0, "DT_SYMTAB", "has more than %d undefined symbols", maxUndefined)
			}
			names = append(names, f.dynamic.Text(uint64(symbol.Name), "st_name"))
		}
	})
	return names
}
