package verdict

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Hosts for Alpine: their dynamic linker is musl's own (ldso/dynlink.c), and checks far less than glibc's.
var (
	muslLinkerPath = regexp.MustCompile(`/ld-musl-[-\w]+\.so\.1$`)
	// load_library: these names mean musl itself, whatever stands behind them: libc.so.6.
	reservedByMusl = regexp.MustCompile(`^lib(c|pthread|rt|m|dl|util|xnet)\.`)
)

func (h *Host) isMusl() bool {
	return h != nil && h.Evidence.Linker != nil && muslLinkerPath.MatchString(h.Evidence.Linker.Interpreter)
}

// muslLinker: every symbol is bound when a library is opened, by name alone: versions are passed over (find_sym, do_relocs). What is
// defined neither in the host, nor in musl, nor by what was opened before, fails. Asked of musl as this system has it.
func muslLinker(s *subject) ruling {
	linker, interpreter := s.plugin.Linker, s.host.Evidence.Linker.Interpreter
	others := slices.DeleteFunc(slices.Clone(linker.Needed), reservedByMusl.MatchString)
	switch {
	case slices.ContainsFunc(linker.Needed, asanRuntime.MatchString):
		return undecidedByMusl(interpreter, "which can take no sanitizer of glibc")
	case len(others) > 0:
		return undecidedByMusl(interpreter, fmt.Sprintf("where %s is found is not decided here", strings.Join(others, ", ")))
	// A Go plugin's thread-local variable is the host's (runtime.tlsg); another file's own is refused, if it comes too late (do_relocs: TPOFF).
	case linker.StaticTLS > 0 && !s.hasTable():
		return undecidedByMusl(interpreter, "which gives static thread-local storage at its start only")
	case linker.HasRELR:
		return undecidedByMusl(interpreter, "of which only releases from 1.2.4 on read packed relocations (DT_RELR)")
	}
	var musl *Library
	var wanted []string
	known := false
	if s.host.Evidence.Object.Machine == s.libraries.Machine() {
		musl = s.libraries.Find(interpreter, nil)
		wanted, known = s.libraries.UndefinedIn(s.plugin.Path)
	}
	if musl == nil || musl.Fault != "" || !known {
		return undecidedByMusl(interpreter, "which is not on this system: its symbols are not known")
	}
	var lacking []Item
	for _, name := range wanted {
		if !s.host.Evidence.Defines(name) && !musl.Defines(name) && !s.before.Defines(name, nil) {
			lacking = append(lacking, Item{Subject: name})
		}
	}
	if len(lacking) == 0 {
		return checked(fmt.Sprintf("undefined symbols (%s of this system)", musl.Path))
	}
	first := lacking[0].Subject
	what := "undefined symbol " + first
	if len(lacking) > 1 {
		what = fmt.Sprintf("%d undefined symbols, first %s", len(lacking), first)
	}
	return checked("undefined symbols", New("OCX0213", Finding{
		Subject:       first,
		Plugin:        first,
		Evidence:      fmt.Sprintf("dynamic symbols, undefined; %s of this system", musl.Path),
		Message:       what + ": neither in the host nor in musl",
		LoaderMessage: fmt.Sprintf("Error relocating %s: %s: symbol not found", s.plugin.Path, first),
		Items:         lacking,
		Fix:           "build its C code against musl, or without what glibc alone has",
	}))
}

func undecidedByMusl(interpreter, why string) ruling {
	return notChecked("the dynamic linker of the host", New("OCX0207", Finding{
		Subject:  interpreter,
		Host:     interpreter,
		Evidence: "PT_INTERP of the host",
		Message:  fmt.Sprintf("the host asks for %s, %s", interpreter, why),
		Fix:      "try it in a child process on the machine of the host",
	}))
}

// muslHeader: of the header musl takes the program headers at their word, and looks at nothing else (map_library).
func muslHeader(s *subject) ruling {
	i := slices.IndexFunc(s.plugin.Object.HeaderFaults, func(fault string) bool { return strings.Contains(fault, "phentsize") })
	if i < 0 {
		return checked("ELF header")
	}
	fault := s.plugin.Object.HeaderFaults[i]
	return checked("ELF header", New("OCX0105", Finding{
		Subject:       "ELF header",
		Plugin:        fault,
		Evidence:      "ELF header at 0x0",
		Message:       "the dynamic linker refuses the ELF header: " + fault,
		LoaderMessage: "Exec format error",
		Fix:           "copy or build the file again; no compiler writes such a header",
	}))
}

// muslMachine: musl maps a file of another machine all the same, and then meets relocations that it does not know.
func muslMachine(s *subject) ruling {
	if !s.host.isMusl() {
		return ruling{}
	}
	mine, theirs := s.plugin.Object, s.host.Evidence.Object
	if mine.Machine == theirs.Machine && mine.Bits == theirs.Bits && mine.Endian == theirs.Endian {
		return ruling{}
	}
	f := Finding{
		Subject:  "machine",
		Plugin:   mine.Machine,
		Host:     theirs.Machine,
		Evidence: "ELF header, e_machine at 0x12",
		Fix:      "build the plugin for " + orElse(theirs.GoPlatform, theirs.Machine),
	}
	// Where the header and what was compiled agree, it is code of another machine; else the header lies, and musl does not look at it.
	if built := setting(buildInfoOf(s.plugin), "GOARCH"); built != "" && strings.HasSuffix(mine.GoPlatform, "/"+built) {
		f.Message = fmt.Sprintf("built for %s, the host is %s", mine.Machine, theirs.Machine)
		return checked("machine", New("OCX0106", f))
	}
	f.Message = fmt.Sprintf("its header says %s, at which musl does not look", mine.Machine)
	return notChecked("machine", New("OCX0207", f))
}

// muslType: ET_EXEC is taken as ET_DYN is (map_library).
func muslType(s *subject) ruling {
	kind := s.plugin.Object.Kind
	if kind == "shared object" && !s.plugin.Linker.PIE {
		return checked("shared object")
	}
	return notChecked("shared object", New("OCX0207", Finding{
		Subject:  "type",
		Plugin:   kind,
		Evidence: "ELF header, e_type at 0x10",
		Message:  fmt.Sprintf("it is a %s, which musl opens as a library", kind),
		Fix:      "link it as a shared library",
	}))
}
