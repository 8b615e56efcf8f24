package elffile

import "debug/elf"

// WantedSymbol is a strong undefined symbol that names a version of a library.
type WantedSymbol struct {
	Name string
	// Version and Library are empty where DT_VERSYM has a number that no needed version has.
	Version string
	Library string
}

const (
	// VER_NDX_GLOBAL: of no version, and good for any.
	versionGlobal = 1
	versionMask   = 0x7fff
	// versionHidden keeps a version from those who name none: name@V1, not name@@V1.
	versionHidden = 0x8000
	// 0 and 1 are local, and of no version; 2 is the first that a file defines.
	firstVersion  = 2
	secondVersion = 3
)

// WantedOf gives the symbols that are wanted in a version of a library which is asked for, in table order; nil when a table is malformed.
func (f *File) WantedOf(isOf func(library string) bool) []WantedSymbol {
	versions, versioned := f.dynamic.Get(elf.DT_VERSYM)
	if !versioned || f.lookup == nil {
		return nil
	}
	needs := map[uint16]VersionNeed{}
	for _, need := range f.VersionNeeds() {
		needs[need.Index] = need
	}
	var wanted []WantedSymbol
	f.try(func() {
		for index := uint64(1); index < f.lookup.mayBeUndefined(); index++ {
			symbol := f.SymbolAt(index)
			number := f.At(versions+2*index, 2, "DT_VERSYM").U16(0, "DT_VERSYM") & versionMask
			if symbol.Section != elf.SHN_UNDEF || symbol.Binding == elf.STB_WEAK || symbol.Binding == elf.STB_LOCAL || number <= versionGlobal {
				continue
			}
			need, known := needs[number]
			if known && !isOf(need.Library) {
				continue
			}
			wanted = append(wanted, WantedSymbol{f.dynamic.Text(uint64(symbol.Name), "st_name"), need.Version, need.Library})
		}
	})
	return wanted
}

// Satisfies tells whether the file defines a symbol in a version, or of none, which is good for any (elf/dl-lookup.c: check_match). A file without
// versions has every one.
func (f *File) Satisfies(name, version string) bool {
	versions, versioned := f.dynamic.Get(elf.DT_VERSYM)
	if !versioned || f.lookup == nil {
		return true
	}
	found := false
	f.try(func() {
		names := f.definedVersions()
		_, found = f.lookup.find(name, func(symbol Symbol) bool {
			number := f.At(versions+2*symbol.Index, 2, "DT_VERSYM").U16(0, "DT_VERSYM") & versionMask
			return number == versionGlobal || names[number] == version
		})
	})
	return found
}
