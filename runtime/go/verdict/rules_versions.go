package verdict

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// symbolVersions: ld.so checks each DT_VERNEED entry that is not weak (elf/dl-version.c). A host that
// runs proves the versions it asks for itself; a library of this system proves what it defines.
func symbolVersions(s *subject, found map[string]Library) ruling {
	if s.host == nil {
		return ruling{}
	}
	asked := map[string]bool{}
	var newest []int
	if s.host.Evidence.Linker != nil {
		for _, need := range s.host.Evidence.Linker.VersionNeeds {
			asked[need.Library+" "+need.Version] = true
			// glibc is one package: libm's 2.29 proves libc's.
			if numbers := glibcVersion(need.Version); numbers != nil && glibc.MatchString(need.Library) && slices.Compare(numbers, newest) > 0 {
				newest = numbers
			}
		}
	}
	r := ruling{}
	for _, need := range s.plugin.Linker.VersionNeeds {
		library := found[need.Library]
		if need.Weak || asked[need.Library+" "+need.Version] || library != nil && library.DefinesVersion(need.Version) {
			continue
		}
		isGlibc := glibc.MatchString(need.Library)
		if numbers := glibcVersion(need.Version); numbers != nil && isGlibc && slices.Compare(numbers, newest) <= 0 {
			continue
		}
		f := Finding{
			Subject:       need.Library + " " + need.Version,
			Plugin:        need.Version,
			Evidence:      "dynamic section, DT_VERNEED",
			Message:       fmt.Sprintf("needs %s of %s, which neither the host nor this system proves", need.Version, need.Library),
			LoaderMessage: fmt.Sprintf("version `%s' not found (required by %s)", need.Version, s.plugin.Path),
			Fix:           "build the plugin on the system the host was built on, or an older one",
		}
		if len(newest) > 0 && isGlibc {
			f.Host = "GLIBC_" + joinNumbers(newest)
		}
		r.findings = append(r.findings, New("OCX0202", f))
	}
	if len(r.findings) == 0 {
		return checked("symbol versions")
	}
	r.notChecked = []string{"symbol versions newer than the host proves"}
	return r
}

var glibcNumbers = regexp.MustCompile(`^GLIBC_(\d+(?:\.\d+)*)$`)

func glibcVersion(version string) []int {
	match := glibcNumbers.FindStringSubmatch(version)
	if match == nil {
		return nil
	}
	var numbers []int
	for part := range strings.SplitSeq(match[1], ".") {
		n, err := strconv.Atoi(part)
		if err != nil {
			return nil
		}
		numbers = append(numbers, n)
	}
	// 2.0 is 2.
	for len(numbers) > 1 && numbers[len(numbers)-1] == 0 {
		numbers = numbers[:len(numbers)-1]
	}
	return numbers
}

func joinNumbers(numbers []int) string {
	parts := make([]string, len(numbers))
	for i, n := range numbers {
		parts[i] = strconv.Itoa(n)
	}
	return strings.Join(parts, ".")
}

func undefinedSymbols(s *subject, found map[string]Library) ruling {
	if s.host == nil {
		return ruling{}
	}
	libraries := slices.Collect(maps.Values(found))
	var missing []Item
	for _, name := range s.plugin.Linker.Undefined {
		defined := s.host.Evidence.Defines(name) ||
			slices.ContainsFunc(libraries, func(library Library) bool { return library.Defines(name) })
		if !defined {
			missing = append(missing, Item{Subject: name})
		}
	}
	if len(missing) == 0 {
		return checked("undefined symbols")
	}
	first := missing[0].Subject
	what := "undefined symbol " + first
	if len(missing) > 1 {
		what = fmt.Sprintf("%d undefined symbols, first %s", len(missing), first)
	}
	return notChecked("undefined symbols that a library may provide", New("OCX0203", Finding{
		Subject:       first,
		Plugin:        first,
		Evidence:      "dynamic symbols, undefined and without a version",
		Message:       what + ": not in the host",
		LoaderMessage: "undefined symbol: " + first,
		Fix:           "link the library that defines it into the plugin",
		Items:         missing,
	}))
}
