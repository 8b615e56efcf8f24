package verdict

import (
	"fmt"
	"slices"

	"ocx.dev/runtime/internal/elffile"
)

// lack is a symbol that a file wants and nobody has.
type lack struct {
	by, name string
	// version is empty where any will do; library is where it is looked for then.
	version string
	library *Library
}

// undefinedSymbols: dlopen(RTLD_NOW) binds every symbol (elf/dl-reloc.c), of the libraries that come with the plugin first: those without a version
// are looked for in the host, its libraries, the plugin and its libraries (elf/dl-lookup.c). Where this system could run the host, what is
// nowhere fails.
func undefinedSymbols(s *subject, scope *linkerScope) ruling {
	if s.host == nil {
		return ruling{}
	}
	lacks := func(name string) bool {
		return !s.host.Evidence.Defines(name) &&
			!slices.ContainsFunc(scope.names, func(library string) bool { return scope.byName[library].Defines(name) }) &&
			!s.before.Defines(name, nil)
	}
	var lacking []Item
	for _, name := range s.plugin.Linker.Undefined {
		if lacks(name) {
			lacking = append(lacking, Item{Subject: name})
		}
	}
	// The plugin itself may define what its library wants.
	var ofLibraries []lack
	for _, library := range scope.added {
		names := slices.DeleteFunc(slices.Clone(library.Undefined), func(name string) bool {
			return !lacks(name) || s.libraries.DefinesIn(s.plugin.Path, name)
		})
		if len(names) > 0 {
			ofLibraries = append(ofLibraries, lack{by: library.Path, name: firstBound(s, scope, library.Path, names)})
		}
	}
	if scope.isHere {
		return undefinedHere(s, scope, lacking, ofLibraries)
	}
	if len(lacking) > 0 {
		f := undefinedOnes(lacking, lacking[0].Subject)
		f.Message += ": not in the host"
		f.LoaderMessage = "undefined symbol: " + f.Subject
		return notChecked("undefined symbols that a library may provide", New("OCX0203", f))
	}
	if len(ofLibraries) == 0 {
		return checked("undefined symbols")
	}
	wanting := ofLibraries[0]
	return notChecked("undefined symbols of needed libraries", New("OCX0203", Finding{
		Subject:  wanting.by,
		Plugin:   wanting.by,
		Evidence: "dynamic symbols of " + wanting.by,
		Message:  fmt.Sprintf("%s, which it needs, wants %s, which neither the host nor a library has", wanting.by, wanting.name),
		Fix:      "link that library against what it needs",
	}))
}

func undefinedHere(s *subject, scope *linkerScope, lacking []Item, ofLibraries []lack) ruling {
	var own []lack
	for _, one := range lackingVersions(s, scope) {
		if one.by == s.plugin.Path {
			own = append(own, one)
		} else {
			ofLibraries = append(ofLibraries, one)
		}
	}
	// The last of a list is relocated first (elf/dl-open.c: dl_open_worker_begin).
	slices.Reverse(ofLibraries)
	var findings []Finding
	for _, one := range ofLibraries {
		findings = append(findings, undefinedOf(one))
	}
	if len(lacking) > 0 {
		var names []string
		for _, one := range lacking {
			names = append(names, one.Subject)
		}
		f := undefinedOnes(lacking, firstBound(s, scope, s.plugin.Path, names))
		f.Message += ": not in the host, nor in a library"
		f.LoaderMessage = s.plugin.Path + ": undefined symbol: " + f.Subject
		findings = append(findings, New("OCX0213", f))
	}
	for _, one := range own {
		findings = append(findings, undefinedOf(one))
	}
	return checked("undefined symbols", findings...)
}

// firstBound is asked only where several are wanted: relocations are many.
func firstBound(s *subject, scope *linkerScope, path string, names []string) string {
	if scope.isHere && len(names) > 1 {
		if first := s.libraries.FirstBoundIn(path, names); first != "" {
			return first
		}
	}
	return names[0]
}

func undefinedOnes(lacking []Item, first string) Finding {
	f := Finding{
		Subject:  first,
		Plugin:   first,
		Evidence: "dynamic symbols, undefined and without a version",
		Message:  "undefined symbol " + first,
		Fix:      "link the library that defines it into the plugin",
		Items:    lacking,
	}
	if len(lacking) > 1 {
		f.Message = fmt.Sprintf("%d undefined symbols, first %s", len(lacking), f.Subject)
	}
	return f
}

// lackingVersions are symbols that are wanted in a version, of the libraries that are mapped under their names: another than the plugin was linked
// against may define the version and not the symbol in it. One of that name elsewhere may be taken (elf/dl-lookup.c: do_lookup_x): then nothing
// is said.
func lackingVersions(s *subject, scope *linkerScope) []lack {
	isAsked := func(needs []elffile.VersionNeed) bool {
		return slices.ContainsFunc(needs, func(need elffile.VersionNeed) bool { return !glibc.MatchString(need.Library) })
	}
	var files []string
	if isAsked(s.plugin.Linker.VersionNeeds) {
		files = append(files, s.plugin.Path)
	}
	for _, library := range scope.added {
		if isAsked(library.VersionNeeds) {
			files = append(files, library.Path)
		}
	}
	var found []lack
	for _, by := range files {
		for _, wanted := range s.libraries.WantedIn(by) {
			if wanted.Version == "" || wanted.Library == "" || glibc.MatchString(wanted.Library) {
				continue
			}
			library := scope.byName[wanted.Library]
			if library == nil {
				library = scope.bySOName(wanted.Library)
			}
			if library != nil && library.Versions[wanted.Version] && !library.Satisfies(wanted.Name, wanted.Version) && !isElsewhere(s, scope, wanted.Name, library) {
				found = append(found, lack{by, wanted.Name, wanted.Version, library})
				break
			}
		}
	}
	return found
}

func isElsewhere(s *subject, scope *linkerScope, name string, besides *Library) bool {
	return s.host.Evidence.Defines(name) || s.before.Defines(name, besides) || s.libraries.DefinesIn(s.plugin.Path, name) ||
		slices.ContainsFunc(scope.names, func(other string) bool {
			return scope.byName[other] != besides && scope.byName[other].Defines(name)
		})
}

func undefinedOf(one lack) Finding {
	words := one.name
	if one.version != "" {
		words = fmt.Sprintf("%s, version %s", one.name, one.version)
	}
	f := Finding{
		Subject:       one.name,
		Plugin:        words,
		Evidence:      fmt.Sprintf("dynamic symbols of %s, undefined", one.by),
		Message:       fmt.Sprintf("undefined symbol %s of %s, which it needs: not in the host, nor in a library", words, one.by),
		LoaderMessage: fmt.Sprintf("%s: undefined symbol: %s", one.by, words),
		Fix:           "link that library against what it needs",
	}
	if one.library != nil {
		f.Evidence += fmt.Sprintf("; %s of this system", one.library.Path)
		f.Message = fmt.Sprintf("undefined symbol %s of %s: %s, which it is looked for in, has not that version of it", words, one.by, one.library.Path)
		f.Fix = fmt.Sprintf("install the %s that it was linked against", orElse(one.library.SOName, one.library.Path))
	}
	return New("OCX0213", f)
}
