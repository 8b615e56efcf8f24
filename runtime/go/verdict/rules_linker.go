package verdict

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"ocx.dev/runtime/evidence"
	"ocx.dev/runtime/internal/elffile"
)

// dynamicLinker is the dynamic linker's part, as far as it can be told.
func dynamicLinker(s *subject) ruling {
	if s.plugin.Linker == nil {
		return ruling{}
	}
	if s.host.isMusl() {
		return muslLinker(s)
	}
	scope := s.scope()
	r := otherCLibrary(s)
	r.add(placed(s, scope))
	r.add(dynamicFlags(s, scope))
	r.add(neededLibraries(s, scope))
	// ld.so maps all libraries before it looks at a version or a symbol.
	isMapped := !scope.isHere || len(scope.missing) == 0
	if isMapped {
		r.add(symbolVersions(s, scope))
		r.add(scope.faultsAt(evidence.Relocation))
		r.add(faultsAt(s, evidence.Relocation))
		r.add(staticTLS(s, scope))
		r.add(undefinedSymbols(s, scope))
	}
	r.add(sanitizer(s, scope))
	r.add(loadTimeLimits(s))
	if isMapped {
		r.add(scope.faultsAt(evidence.InitStage))
		r.add(faultsAt(s, evidence.InitStage))
	}
	return r
}

func dynamicFlags(s *subject, scope *linkerScope) ruling {
	l := s.plugin.Linker
	r := checked("dynamic flags")
	if l.NoOpen {
		r.findings = append(r.findings, New("OCX0204", Finding{
			Subject:       "DF_1_NOOPEN",
			Plugin:        "set",
			Evidence:      "dynamic section, DT_FLAGS_1",
			Message:       "the file is marked as not to be opened with dlopen (-z nodlopen)",
			LoaderMessage: "shared object cannot be dlopen()ed",
			Fix:           "link it without -z nodlopen",
		}))
	}
	asks := slices.ContainsFunc(l.VersionNeeds, func(n elffile.VersionNeed) bool { return n.Version == "GLIBC_ABI_DT_RELR" })
	hostHas := s.host != nil && s.host.Evidence.Linker != nil && s.host.Evidence.Linker.HasRELR
	// A glibc that knows them defines that version, and refuses who does not ask for it; one that doesn't passes them over.
	libc := scope.byName["libc.so.6"]
	isKnown := scope.isHere && libc != nil && libc.Versions["GLIBC_ABI_DT_RELR"]
	// Of a file that asks libc.so.6 for no version at all, as that itself, it is not asked either.
	asksLibc := slices.ContainsFunc(l.VersionNeeds, func(n elffile.VersionNeed) bool { return n.Library == "libc.so.6" })
	if l.HasRELR && !asks && isKnown && asksLibc {
		r.add(checked("packed relocations", New("OCX0215", Finding{
			Subject:       "DT_RELR",
			Plugin:        "used, GLIBC_ABI_DT_RELR not asked for",
			Evidence:      fmt.Sprintf("dynamic section, DT_RELR; %s of this system", libc.Path),
			Message:       "uses packed relocations without asking for GLIBC_ABI_DT_RELR, which glibc refuses",
			LoaderMessage: s.plugin.Path + ": DT_RELR without GLIBC_ABI_DT_RELR dependency",
			Fix:           "link with -z nopack-relative-relocs, or with a linker that asks for the version",
		})))
	} else if l.HasRELR && !asks && !isKnown && !hostHas {
		r.add(notChecked("packed relocations", New("OCX0205", Finding{
			Subject:       "DT_RELR",
			Plugin:        "used, GLIBC_ABI_DT_RELR not asked for",
			Evidence:      "dynamic section, DT_RELR",
			Message:       "uses packed relocations without asking for GLIBC_ABI_DT_RELR: newer glibc refuses it, older ones crash",
			LoaderMessage: "DT_RELR without GLIBC_ABI_DT_RELR dependency",
			Fix:           "link with -z nopack-relative-relocs, or with a linker that asks for the version",
		})))
	}
	return r
}

// neededLibraries: each needed library, and what it needs, is found as ld.so would find it (elf/dl-load.c: _dl_map_object).
func neededLibraries(s *subject, scope *linkerScope) ruling {
	if len(scope.missing) == 0 {
		var here []string
		for _, name := range s.plugin.Linker.Needed {
			if library := scope.byName[name]; library != nil && !glibc.MatchString(name) {
				here = append(here, library.Path)
			}
		}
		if len(here) == 0 {
			return checked("needed libraries")
		}
		if path := orElse(s.plugin.Linker.RPath, s.plugin.Linker.RunPath); path != "" && !scope.isHere {
			return searchedElsewhere(path, here)
		}
		return checked(fmt.Sprintf("needed libraries (%s of this system)", strings.Join(here, ", ")))
	}
	var decided, open []Finding
	for _, m := range scope.missing {
		if scope.isHere && !m.relative {
			decided = append(decided, notHere(s, m))
		} else {
			open = append(open, New("OCX0201", Finding{
				Subject:       m.name,
				Plugin:        m.name,
				Evidence:      "dynamic section, DT_NEEDED",
				Message:       fmt.Sprintf("needs %s, which is not in this system's library directories", m.name),
				LoaderMessage: m.name + ": cannot open shared object file: No such file or directory",
				Fix:           "on the Collector's machine: ldd " + quoted(s.plugin.Path),
			}))
		}
	}
	var r ruling
	if decided != nil {
		r.add(checked("needed libraries", decided...))
	}
	if open != nil {
		r.add(notChecked("needed libraries that are not on this system", open...))
	}
	return r
}

func notHere(s *subject, m missing) Finding {
	who := "needs"
	if m.neededBy != s.plugin.Path {
		who = m.neededBy + " needs"
	}
	if m.unusable != nil && m.unusable.Kills {
		return New("OCX0104", Finding{
			Subject:  m.name,
			Plugin:   m.name,
			Host:     m.unusable.Path,
			Evidence: fmt.Sprintf("dynamic section, DT_NEEDED; %s of this system", m.unusable.Path),
			Message: fmt.Sprintf("%s %s, and %s is broken: %s: opening it kills the Collector",
				who, m.name, m.unusable.Path, m.unusable.Fault),
			Fix: "put the whole library there: " + quoted(m.unusable.Path),
		})
	}
	if m.unusable != nil {
		return New("OCX0211", Finding{
			Subject:       m.name,
			Plugin:        m.name,
			Host:          m.unusable.Path,
			Evidence:      "dynamic section, DT_NEEDED; this system",
			Message:       fmt.Sprintf("%s %s, and %s is found, which is no library: %s", who, m.name, m.unusable.Path, m.unusable.Fault),
			LoaderMessage: m.unusable.Path + ": " + m.unusable.Fault,
			Fix:           fmt.Sprintf("put the library there, or take %s away", quoted(m.unusable.Path)),
		})
	}
	return New("OCX0210", Finding{
		Subject:       m.name,
		Plugin:        m.name,
		Evidence:      "dynamic section, DT_NEEDED; this system, which could run the host",
		Message:       fmt.Sprintf("%s %s, which is not on this system", who, m.name),
		LoaderMessage: m.name + ": cannot open shared object file: No such file or directory",
		Fix:           "install what has it, or put it where it is looked for: ldd " + quoted(s.plugin.Path),
	})
}

// searchedElsewhere: its own search path comes before the system's directories, so the library found there may not be the one that is taken.
func searchedElsewhere(path string, here []string) ruling {
	return notChecked("needed libraries by RPATH or RUNPATH", New("OCX0208", Finding{
		Subject:  path,
		Plugin:   path,
		Evidence: "dynamic section, DT_RPATH or DT_RUNPATH",
		Message: fmt.Sprintf("looks for libraries in %s first, which was not searched (this system has %s)",
			path, strings.Join(here, ", ")),
		Fix: "link it without -rpath, or try it on the machine of the host",
	}))
}

// loadTimeLimits are what glibc does not read.
func loadTimeLimits(s *subject) ruling {
	var r ruling
	if s.plugin.Linker.AndroidRelocations {
		r.add(notChecked("packed relocations of Android", New("OCX0205", Finding{
			Subject:  "DT_ANDROID_RELA",
			Plugin:   "used",
			Evidence: "dynamic section",
			Message:  "its relocations are in Android's packed format, which glibc does not read",
			Fix:      "link it without --pack-dyn-relocs=android",
		})))
	}
	return r
}

var asanRuntime = regexp.MustCompile(`^lib(asan|clang_rt\.asan)[-.\w]*\.so`)

// sanitizer: a process whose first library is not the runtime of AddressSanitizer ends when
// that is loaded (compiler-rt, asan_linux.cpp: AsanCheckDynamicRTPrereqs).
func sanitizer(s *subject, scope *linkerScope) ruling {
	needs := func(names []string) string {
		i := slices.IndexFunc(names, asanRuntime.MatchString)
		if i < 0 {
			return ""
		}
		return names[i]
	}
	runtime := needs(append(slices.Clone(s.plugin.Linker.Needed), scope.names...))
	if runtime == "" || s.host == nil {
		return ruling{}
	}
	if s.host.Evidence.Linker != nil {
		if inHost := needs(s.host.Evidence.Linker.Needed); inHost != "" {
			return sanitizedTwice(s, inHost)
		}
	}
	return checked("sanitizers", New("OCX0206", Finding{
		Subject:       runtime,
		Plugin:        "needs " + runtime,
		Host:          "built without it",
		Evidence:      "dynamic section, DT_NEEDED",
		Message:       "built with -asan, the host without: its runtime ends the process when it is loaded",
		LoaderMessage: "ASan runtime does not come first in initial library list",
		Fix:           "build it without -asan",
	}))
}

// sanitizedTwice: each Go file that is built with cgo has package runtime/cgo's C variables of its own; with -asan they are registered in
// both, which the runtime takes for two definitions of one variable (compiler-rt, asan_globals.cpp: ReportODRViolation;
// ASAN_OPTIONS=detect_odr_violation=0 allows it).
func sanitizedTwice(s *subject, runtime string) ruling {
	if s.plugin.Go == nil || !slices.ContainsFunc(s.plugin.Linker.Needed, asanRuntime.MatchString) {
		return ruling{}
	}
	return checked("sanitizers", New("OCX0206", Finding{
		Subject:       runtime,
		Plugin:        "built with -asan",
		Host:          "built with -asan",
		Evidence:      "dynamic section, DT_NEEDED, of both",
		Message:       "both are built with -asan: its runtime finds the C variables of package runtime/cgo twice, and ends the process",
		LoaderMessage: "AddressSanitizer: odr-violation",
		Fix:           "start the host with ASAN_OPTIONS=detect_odr_violation=0",
	}))
}

var glibcLinker = regexp.MustCompile(`/ld(-linux[-\w]*|64)?(-[\d.]+)?\.so`)

// otherCLibrary: only glibc's dynamic linker is modelled; musl's has rules of its own (ldso/dynlink.c).
func otherCLibrary(s *subject) ruling {
	if s.host == nil || s.host.Evidence.Linker == nil {
		return ruling{}
	}
	interpreter := s.host.Evidence.Linker.Interpreter
	if interpreter == "" || glibcLinker.MatchString(interpreter) {
		return ruling{}
	}
	return notChecked("the dynamic linker of the host", New("OCX0207", Finding{
		Subject:  interpreter,
		Host:     interpreter,
		Evidence: "PT_INTERP of the host",
		Message:  fmt.Sprintf("the host asks for %s, which is not glibc's: its rules for libraries are not decided here", interpreter),
		Fix:      "try it in a child process on the machine of the host",
	}))
}
