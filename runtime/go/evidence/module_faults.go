package evidence

import (
	"debug/elf"
	"fmt"
	"math"

	"ocx.dev/runtime/internal/bin"
	"ocx.dev/runtime/internal/elffile"
	"ocx.dev/runtime/internal/gofile"
)

const (
	// A modulehash is five words, a ptabEntry two offsets of four bytes.
	hashEntry   = 40
	hashLength  = 24
	hashSize    = 8
	exportEntry = 8
	// Data that no plugin has, and no process gets the mask of.
	mostData   = uint64(1) << 40
	outOfRange = "fatal error: runtime: name offset base pointer out of range"
)

// moduleFaults are what Go's runtime is certain to throw at, to refuse or to die of when it takes the module of a plugin (runtime/plugin.go:
// lastmoduleinit, in its order), as far as moduledata's own words, about 600 bytes, and the ends of what they point to tell. Nothing of
// words that a relocation overwrites, or that nobody reads by then. What is damaged, and kills it only perhaps, is noted.
func moduleFaults(f *elffile.File, m *gofile.Module, version string, note func(*bin.Problem)) []LoadFault {
	quantum, known := map[elf.Machine]uint8{elf.EM_X86_64: 1, elf.EM_AARCH64: 4}[f.Header.Machine]
	if m == nil || !known {
		return nil
	}
	var fields *gofile.Fields
	if bin.Try(func() { fields = m.Fields(version) }) != nil || fields == nil {
		return nil
	}
	for _, problem := range moduleProblems(fields) {
		note(problem)
	}
	looks := []func(*gofile.Fields) []LoadFault{
		passedOver, listGoesOn, noPath, loadedAlready, hashTable, pointerMasks, typeLinks,
		func(f *gofile.Fields) []LoadFault { return functionTable(f, quantum, version) },
		otherHashes, interfaceTables, exportTable, initTasks, farPath,
	}
	var faults []LoadFault
	for _, look := range looks {
		var found []LoadFault
		if bin.Try(func() { found = look(fields) }) == nil {
			faults = append(faults, found...)
		}
	}
	return faults
}

// A module that is bad is none: the list has then no last one.
func passedOver(f *gofile.Fields) []LoadFault {
	if bad := f.Byte(f.Bad); bad != 0 {
		return crash(ModuleList, "moduledata.bad", fmt.Sprintf("is %d", bad), "fatal error: runtime: no plugin module data")
	}
	return nil
}

// The runtime follows it, from the module that was the last before; go.link.addmoduledata writes its own into that one alone.
func listGoesOn(f *gofile.Fields) []LoadFault {
	if next := f.Word(f.Next); next != 0 {
		return crash(ModuleList, "moduledata.next", fmt.Sprintf("is %s, behind the last module", address(next)), segfault)
	}
	return nil
}

func noPath(f *gofile.Fields) []LoadFault {
	if f.Word(f.PluginPath+8) != 0 {
		return nil
	}
	return crash(ModuleList, "moduledata.pluginpath", "is empty", "fatal error: runtime: plugin has empty pluginpath")
}

func loadedAlready(f *gofile.Fields) []LoadFault {
	typemap := f.Word(f.TypeMap)
	if typemap == 0 {
		return nil
	}
	problem := fmt.Sprintf("is %s, set before it was opened", address(typemap))
	return []LoadFault{{ModuleList, "fails", "moduledata.typemap", problem, "plugin already loaded"}}
}

// The loop over pkghashes leaves the table that the linker wrote, and reads whatever comes as pointers: the last of so many is none of its entries.
func hashTable(f *gofile.Fields) []LoadFault {
	table := f.Slice(f.PkgHashes)
	if table.Length == 0 {
		return nil
	}
	isInside := fits(table.Length, hashEntry, f.BytesFrom(table.Pointer))
	if isInside && f.At(table.Pointer+(table.Length-1)*hashEntry+hashLength, 8, "linktimehash length").U64(0, "linktimehash length") == hashSize {
		return nil
	}
	if isInside && table.Length <= f.Capacity(f.PkgHashes) {
		return nil
	}
	return crash(ModuleTest, "moduledata.pkghashes",
		fmt.Sprintf("claims %s packages, more than the table has", amount(table.Length)), segfault)
}

// modulesinit: progToPointerMask asks for a bit for each word of data and of bss, and runs the program at gcdata and gcbss.
func pointerMasks(f *gofile.Fields) []LoadFault {
	var faults []LoadFault
	for _, area := range []struct {
		name           string
		start, program uint64
	}{{"data", f.Data, f.GCData}, {"bss", f.BSS, f.GCBSS}} {
		if f.Pointer(area.start+8)-f.Pointer(area.start) > mostData {
			faults = append(faults, crash(ModuleTest, "moduledata."+area.name, "ends before it begins",
				"fatal error: runtime: cannot allocate memory")...)
			continue
		}
		faults = append(faults, outside(f, "moduledata.gc"+area.name, f.Pointer(area.program), 1, 1)...)
	}
	return faults
}

// typelinksinit reads a type at each offset; resolveNameOff wants the names between types and etypes.
func typeLinks(f *gofile.Fields) []LoadFault {
	types, etypes := f.Pointer(f.Types), f.Pointer(f.ETypes)
	if faults := outside(f, "moduledata.types", types, 1, 1); faults != nil {
		return faults
	}
	if etypes <= types {
		return crash(ModuleTest, "moduledata.etypes", fmt.Sprintf("is %s, not behind types", address(etypes)), outOfRange)
	}
	if f.TypeLinks == 0 {
		return nil
	}
	links := f.Slice(f.TypeLinks)
	return outside(f, "moduledata.typelinks", links.Pointer, links.Length, 4)
}

// moduledataverify1 reads them all; plugins have none: they are for -linkshared, which links no plugin.
func otherHashes(f *gofile.Fields) []LoadFault {
	hashes := f.Slice(f.ModuleHashes)
	return outside(f, "moduledata.modulehashes", hashes.Pointer, hashes.Length, hashEntry)
}

// itabAdd hashes the types that each of them points to.
func interfaceTables(f *gofile.Fields) []LoadFault {
	if f.ITabLinks == 0 {
		return nil
	}
	links := f.Slice(f.ITabLinks)
	return outside(f, "moduledata.itablinks", links.Pointer, links.Length, 8)
}

// lastmoduleinit makes a symbol of each export: resolveNameOff and resolveTypeOff throw behind etypes, and 0 is no type.
func exportTable(f *gofile.Fields) []LoadFault {
	exports := f.Slice(f.PTab)
	if faults := outside(f, "moduledata.ptab", exports.Pointer, exports.Length, exportEntry); faults != nil || exports.Length == 0 {
		return faults
	}
	size := f.Pointer(f.ETypes) - f.Pointer(f.Types)
	isBehind := func(offset int32) bool { return offset > 0 && uint64(offset) > size }
	// Of more exports than a plugin has, those of the first page are enough.
	count := min(exports.Length, 512)
	table := f.At(exports.Pointer, count*exportEntry, "ptab")
	for i := range int(count) {
		name, typ := table.I32(8*i, "ptabEntry.name"), table.I32(8*i+4, "ptabEntry.typ")
		field := fmt.Sprintf("moduledata.ptab, entry %d,", i)
		switch {
		case typ == 0 || typ == -1:
			return crash(ModuleTest, field, "has no type", segfault)
		case isBehind(name):
			return crash(ModuleTest, field, fmt.Sprintf("has its name at types + 0x%x, behind etypes", name), outOfRange)
		case isBehind(typ):
			return crash(ModuleTest, field, fmt.Sprintf("has its type at types + 0x%x, behind etypes", typ), outOfRange)
		}
	}
	return nil
}

// runtime/proc.go: doInit goes through them.
func initTasks(f *gofile.Fields) []LoadFault {
	tasks := f.Slice(f.InitTasks)
	return outside(f, "moduledata.inittasks", tasks.Pointer, tasks.Length, 8)
}

// plugin/plugin_dlopen.go: open makes the name of each export's symbol of it.
func farPath(f *gofile.Fields) []LoadFault {
	length := f.Word(f.PluginPath + 8)
	if f.Length(f.PTab) == 0 {
		return nil
	}
	if int64(length) >= 0 {
		return outside(f, "moduledata.pluginpath", f.Pointer(f.PluginPath), length, 1)
	}
	return crash(ModuleTest, "moduledata.pluginpath", fmt.Sprintf("claims %s bytes", amount(length)),
		"fatal error: string concatenation too long")
}

// outside tells that nothing of the file is where so many elements are read; nothing is read of none. A pointer that no relocation made one is null.
func outside(f *gofile.Fields, field string, place, length, size uint64) []LoadFault {
	left := f.BytesFrom(place)
	if fits(length, size, left) {
		return nil
	}
	problem := fmt.Sprintf("claims %s bytes where %d are left", amount(times(length, size)), left)
	if left == 0 {
		problem = fmt.Sprintf("is at %s, outside the file", address(place))
	}
	return crash(ModuleTest, field, problem, segfault)
}

func fits(length, size, left uint64) bool { return length <= left/size }

func times(length, size uint64) uint64 {
	if length > math.MaxUint64/size {
		return math.MaxUint64
	}
	return length * size
}

// mostExact is a number above which one is no place and no size in any file, and its digits tell nothing.
const mostExact = uint64(1)<<53 - 1

// address is one as the runtime prints it.
func address(value uint64) string {
	if value > mostExact {
		return "an impossible address"
	}
	return fmt.Sprintf("0x%x", value)
}

// amount is a length or a number of bytes.
func amount(value uint64) string {
	if value > mostExact {
		return "impossibly many"
	}
	return fmt.Sprint(value)
}
