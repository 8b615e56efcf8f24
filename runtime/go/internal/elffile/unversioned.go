package elffile

import (
	"debug/elf"
	"slices"
)

// codeOrData is ALLOWED_STT of check_match.
var codeOrData = []elf.SymType{elf.STT_NOTYPE, elf.STT_OBJECT, elf.STT_FUNC, elf.STT_COMMON, elf.STT_TLS, elf.STT_GNU_IFUNC}

// FoundByDlsym tells whether dlsym finds a symbol in this file: of no version, else the one of a default version (elf/dl-sym.c asks for the
// newest: DL_LOOKUP_RETURN_NEWEST). The libraries that the file needs, where dlsym looks next, are not looked into.
func (f *File) FoundByDlsym(name string) bool { return f.answers(name, firstVersion) }

// AnswersUnversioned tells whether a reference without a version is bound to a symbol of that name in this file: to the oldest version,
// hidden or not, else to the one of a default version.
func (f *File) AnswersUnversioned(name string) bool {
	return !f.hidesItsSymbols() && f.answers(name, secondVersion)
}

// answers: of the symbols of a name the first counts that has a value, is code or data, and has a lower version than first; else the one of
// a default version, where there is one alone. It must then be neither hidden nor local.
//
// Source: glibc elf/dl-lookup.c (check_match, do_lookup_x). Undefined ones with a value, which stand for a program's functions, are left out.
func (f *File) answers(name string, first uint16) bool {
	versions, versioned := f.dynamic.Get(elf.DT_VERSYM)
	var defaults []Symbol
	symbol, found := f.symbolThat(name, func(symbol Symbol) bool {
		if !symbol.isDefinition() {
			return false
		}
		version := uint16(0)
		if versioned {
			version = f.At(versions+2*symbol.Index, 2, "DT_VERSYM").U16(0, "DT_VERSYM")
		}
		if version&versionMask < first {
			return true
		}
		if version&versionHidden == 0 {
			defaults = append(defaults, symbol)
		}
		return false
	})
	if !found && len(defaults) == 1 {
		symbol, found = defaults[0], true
	}
	return found && symbol.isVisible()
}

func (s Symbol) isDefinition() bool {
	return (s.Address != 0 || s.Section == elf.SHN_ABS || s.Type == elf.STT_TLS) && slices.Contains(codeOrData, s.Type)
}

// STB_GNU_UNIQUE, which debug/elf has no name for.
const unique elf.SymBind = 10

func (s Symbol) isVisible() bool {
	outside := s.Visibility == elf.STV_DEFAULT || s.Visibility == elf.STV_PROTECTED
	return outside && (s.Binding == elf.STB_GLOBAL || s.Binding == elf.STB_WEAK || s.Binding == unique)
}
