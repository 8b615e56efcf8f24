package gofile

import (
	"crypto/sha256"
	"encoding/base64"
	"regexp"
	"slices"
	"strings"

	"ocx.dev/runtime/internal/bin"
	"ocx.dev/runtime/internal/elffile"
)

// Export is a function or variable that plugin.Lookup finds.
type Export struct {
	Name string
	// Type is as %T prints what Lookup returns; empty when unreadable.
	Type string
	// Packages are those that parameters and results of a func are of: what Type does not tell apart.
	Packages []string
	// TypeSymbol is the name of the symbol of its type, which every file has that asserts the type; empty when that is not certain.
	TypeSymbol string
}

const (
	tflagUncommon  = 1
	tflagExtraStar = 2
	kindFunc       = 19
	kindPointer    = 22
	maxExports     = 10_000
	maxToldApart   = 16
	maxParameters  = 64
)

// Exports reads ptab, a slice of {name, type int32} relative to types, three words before
// pluginpath (runtime/plugin.go: ptabEntry). known is false when types can't be found.
func (m *Module) Exports() (exports []Export, known bool) {
	if m.start == 0 {
		return nil, false
	}
	f, size := m.file, uint64(m.file.WordSize)
	typesField := m.start + typesOffset/8*size
	types := m.words.Pointer(typesField, m.words.Read(typesField, 1, "moduledata.types")[0])
	field := m.field - 5*size
	slice := m.words.Read(field, 2, "moduledata.ptab")
	// A loop over a length that is no signed number ends before it begins.
	if slice[1] == 0 || slice[1]>>(8*size-1) != 0 {
		return nil, true
	}
	if slice[1] > maxExports {
		bin.Fail(f.PlaceOf(field), "moduledata.ptab", "claims %d exports", slice[1])
	}
	table := f.At(m.words.Pointer(field, slice[0]), slice[1]*8, "ptab")
	for i := range int(slice[1]) {
		export := Export{Name: readName(f, types+uint64(int64(table.I32(8*i, "ptabEntry.name"))))}
		address := types + uint64(int64(table.I32(8*i+4, "ptabEntry.typ")))
		bin.Try(func() { export.Type = readTypeString(f, types, address) })
		if export.Type != "" && i < maxToldApart {
			m.tellApart(&export, types, address)
		}
		exports = append(exports, export)
	}
	return exports, true
}

// tellApart: the symbol of the type answers with a few reads; the description of its parameters may need the whole relocation table.
func (m *Module) tellApart(export *Export, types, address uint64) {
	if !strings.Contains(export.Type, ".") {
		export.TypeSymbol = m.symbolOfType(export.Type, address)
		return
	}
	if found := m.packageBySymbol(export.Type, address); found != "" {
		export.Packages = []string{found}
		export.TypeSymbol = m.symbolOfType(qualifier.ReplaceAllLiteralString(export.Type, found+"."), address)
	} else if strings.HasPrefix(export.Type, "func(") {
		bin.Try(func() { export.Packages = m.packagesOfFunc(types, address) })
	}
}

// symbolOfType is the name of a type's own symbol, where the file has it at the type's address: so the name is right whatever
// the linker makes of types.
func (m *Module) symbolOfType(full string, address uint64) string {
	name := typeSymbol(full)
	if symbol, ok := m.file.Symbol(name); ok && symbol.Address == address {
		return name
	}
	return ""
}

// readTypeString gives abi.Type.Str, less the star that is shared with the pointer type's string.
func readTypeString(f *elffile.File, types, address uint64) string {
	size := f.WordSize
	t := f.At(address, uint64(4*size+16), "abi.Type")
	text := readName(f, types+uint64(int64(t.I32(4*size+8, "abi.Type.Str"))))
	if t.U8(2*size+4, "abi.Type.TFlag")&tflagExtraStar != 0 {
		text = strings.TrimPrefix(text, "*")
	}
	return text
}

var qualifier = regexp.MustCompile(`([\p{L}_][\p{L}\p{N}_]*)\.`)

// packageBySymbol gives the package that a type's one qualifier stands for, when the type's own
// symbol says so: for each package of the file the symbol's name is made and looked up.
func (m *Module) packageBySymbol(typ string, address uint64) string {
	name := ""
	for _, match := range qualifier.FindAllStringSubmatch(typ, -1) {
		if name != "" && match[1] != name {
			return ""
		}
		name = match[1]
	}
	if name == "" {
		return ""
	}
	paths := make([]string, 0, len(m.Hashes))
	for _, hash := range m.Hashes {
		paths = append(paths, hash.Package)
	}
	likely := func(path string) int {
		if strings.HasSuffix(path, "/"+name) {
			return 0
		}
		return 1
	}
	slices.SortStableFunc(paths, func(a, b string) int { return likely(a) - likely(b) })
	for _, path := range paths {
		full := qualifier.ReplaceAllLiteralString(typ, path+".")
		if m.symbolOfType(full, address) != "" {
			return path
		}
	}
	return ""
}

// typeSymbol is the name of a type's symbol from Go 1.25 on (cmd/link/internal/ld/lib.go:
// typeSymbolMangle; cmd/internal/hash: Sum32 inverts the first byte).
func typeSymbol(typ string) string {
	if len(typ)+len("type:") <= 14 {
		return "type:" + typ
	}
	hash := sha256.Sum256([]byte(typ))
	hash[0] ^= 0xff
	return "type:" + base64.StdEncoding.EncodeToString(hash[:6])
}

// extraWords: kinds whose descriptions are longer than abi.Type, and by how much.
var extraWords = map[uint8]uint64{17: 3, 18: 2, 19: 1, 20: 4, 22: 1, 23: 1, 25: 4}

// packagesOfFunc gives the import paths of the packages that parameters and results are of, pointers followed.
func (m *Module) packagesOfFunc(types, address uint64) []string {
	f, size := m.file, uint64(m.file.WordSize)
	base := 4*size + 16
	kind, uncommon := m.typeHead(address)
	if kind != kindFunc {
		return nil
	}
	counts := f.At(address+base, 4, "abi.FuncType")
	// The top bit of OutCount says that the last parameter is variadic.
	count := uint64(counts.U16(0, "FuncType.InCount")) + uint64(counts.U16(2, "FuncType.OutCount")&0x7fff)
	if count > maxParameters {
		bin.Fail(counts.Start, "FuncType", "claims %d parameters", count)
	}
	if count == 0 {
		return nil
	}
	list := address + base + size
	if uncommon {
		list += 16
	}
	var packages []string
	for i, value := range m.words.Read(list, count, "FuncType parameters") {
		path := m.packageOf(types, m.words.Pointer(list+uint64(i)*size, value), 0)
		if path != "" && !slices.Contains(packages, path) {
			packages = append(packages, path)
		}
	}
	return packages
}

func (m *Module) packageOf(types, address uint64, depth int) string {
	size := uint64(m.file.WordSize)
	base := 4*size + 16
	kind, uncommon := m.typeHead(address)
	if !uncommon {
		if kind != kindPointer || depth > 4 {
			return ""
		}
		elem := m.words.Read(address+base, 1, "PtrType.Elem")[0]
		return m.packageOf(types, m.words.Pointer(address+base, elem), depth+1)
	}
	offset := m.file.At(address+base+extraWords[kind]*size, 4, "UncommonType.PkgPath").I32(0, "UncommonType.PkgPath")
	if offset == 0 {
		return ""
	}
	return readName(m.file, types+uint64(int64(offset)))
}

func (m *Module) typeHead(address uint64) (kind uint8, uncommon bool) {
	bytes := m.file.At(address+2*uint64(m.file.WordSize), 8, "abi.Type")
	return bytes.U8(7, "abi.Type.Kind_") & 0x1f, bytes.U8(4, "abi.Type.TFlag")&tflagUncommon != 0
}
