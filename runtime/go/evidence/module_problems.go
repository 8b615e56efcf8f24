package evidence

import (
	"fmt"

	"ocx.dev/runtime/internal/bin"
	"ocx.dev/runtime/internal/gofile"
)

// Tables lie one behind the other, each aligned to no more than this.
const tableGap = 64

// moduleProblems are damage of moduledata that opening survives or not by what the plugin's init functions do, or that makes of its types others
// than the host's (runtime/symtab.go: pcvalue and funcInfo; runtime/type.go: typelinksinit; runtime/mbitmap.go).
func moduleProblems(f *gofile.Fields) (problems []*bin.Problem) {
	add := func(field string, at uint64, format string, args ...any) {
		problems = append(problems, &bin.Problem{Field: "moduledata." + field, Offset: f.PlaceOf(at), Text: fmt.Sprintf(format, args...)})
	}
	// Asked when a stack grows or is scanned, with a frame of the plugin on it. pclntable begins with ftab, and pctab ends where it begins.
	for _, table := range []struct {
		name     string
		at, room uint64
	}{
		{"pctab", f.PCTab, f.Word(f.PCLnTable) - f.Word(f.PCTab) - tableGap},
		{"pclntable", f.PCLnTable, times(f.Length(f.FTab), functabEntry)},
	} {
		if bytes := min(f.Length(table.at), f.Capacity(table.at)); int64(table.room) > 0 && bytes < table.room {
			add(table.name, table.at, "has %s bytes of %s: who walks a stack of the plugin reads behind it", amount(bytes), amount(table.room))
		}
	}
	// The linker writes one number for both; behind it lies what is no element of the table.
	for _, table := range []struct {
		name string
		at   uint64
	}{{"textsectmap", f.TextSectMap}, {"typelinks", f.TypeLinks}, {"itablinks", f.ITabLinks}, {"inittasks", f.InitTasks}} {
		if table.at == 0 {
			continue
		}
		if length, capacity := f.Length(table.at), f.Capacity(table.at); capacity > 0 && length > capacity {
			add(table.name, table.at, "has %s elements in a table of %s: one of the two is damaged", amount(length), amount(capacity))
		}
	}
	if f.TypeLinks != 0 && f.Length(f.TypeLinks) == 0 {
		add("typelinks", f.TypeLinks, "is empty: types that plugin and host share are taken for different ones")
	}
	if f.Word(f.GCDataMask) != 0 || f.Word(f.GCDataMask+8) != 0 {
		add("gcdatamask", f.GCDataMask, "is set: the runtime makes none, and its collector goes by this one")
	}
	return problems
}
