package verdict

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"ocx.dev/runtime/internal/elffile"
)

// symbolVersions: ld.so checks each DT_VERNEED entry that is not weak (elf/dl-version.c). A host that
// runs proves the versions it asks for itself; a library of this system proves what it defines.
func symbolVersions(s *subject, scope *linkerScope) ruling {
	if s.host == nil {
		return ruling{}
	}
	if scope.isHere {
		return versionsHere(s, scope)
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
	if found := versionsOfAnotherMachine(s); found != nil {
		return checked("symbol versions", found...)
	}
	r := ruling{}
	for _, need := range s.plugin.Linker.VersionNeeds {
		library := scope.byName[need.Library]
		if need.Weak || asked[need.Library+" "+need.Version] || library != nil && library.Versions[need.Version] {
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

// firstGlibc is the first release of glibc for a machine: no older version is in any of its libraries
// (sysdeps/unix/sysv/linux/aarch64/shlib-versions).
var firstGlibc = map[string][]int{"aarch64": {2, 17}}

func versionsOfAnotherMachine(s *subject) []Finding {
	first, known := firstGlibc[s.host.Evidence.Object.Machine]
	if !known {
		return nil
	}
	var found []Finding
	for _, need := range s.plugin.Linker.VersionNeeds {
		numbers := glibcVersion(need.Version)
		if need.Weak || numbers == nil || !glibc.MatchString(need.Library) || slices.Compare(first, numbers) <= 0 {
			continue
		}
		found = append(found, New("OCX0212", Finding{
			Subject:       need.Library + " " + need.Version,
			Plugin:        need.Version,
			Evidence:      "dynamic section, DT_VERNEED",
			Message:       fmt.Sprintf("needs %s of %s, which is older than the first glibc for the host's machine", need.Version, need.Library),
			LoaderMessage: fmt.Sprintf("version `%s' not found (required by %s)", need.Version, s.plugin.Path),
			Fix:           "link it against the C library of the host's machine",
		}))
	}
	return found
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

// versionsHere: the libraries of this system decide, for the plugin and for the libraries that come with it (elf/dl-version.c:
// match_symbol).
func versionsHere(s *subject, scope *linkerScope) ruling {
	var found []Finding
	check := func(by string, needs []elffile.VersionNeed) {
		for _, need := range needs {
			library := scope.byName[need.Library]
			if library == nil {
				library = scope.bySOName(need.Library)
			}
			if need.Weak || library == nil || library.Versions[need.Version] || len(library.Versions) == 0 && library.Versioned {
				continue
			}
			who := "needs"
			if by != s.plugin.Path {
				who = by + " needs"
			}
			if len(library.Versions) == 0 {
				found = append(found, unversioned(who, need, library))
				continue
			}
			found = append(found, New("OCX0212", Finding{
				Subject:       need.Library + " " + need.Version,
				Plugin:        need.Version,
				Host:          newestOf(library),
				Evidence:      fmt.Sprintf("dynamic section, DT_VERNEED; %s of this system", library.Path),
				Message:       fmt.Sprintf("%s %s of %s, which %s of this system does not have", who, need.Version, need.Library, library.Path),
				LoaderMessage: fmt.Sprintf("%s: version `%s' not found (required by %s)", library.Path, need.Version, by),
				Fix:           "build the plugin on the system the host runs on, or an older one",
			}))
		}
	}
	check(s.plugin.Path, s.plugin.Linker.VersionNeeds)
	for _, library := range scope.added {
		check(library.Path, library.VersionNeeds)
	}
	return checked("symbol versions", found...)
}

// unversioned: check_match asserts that a file of which a version is asked has versions at all, and ends the process (elf/dl-lookup.c).
func unversioned(who string, need elffile.VersionNeed, library *Library) Finding {
	return New("OCX0214", Finding{
		Subject:       need.Library + " " + need.Version,
		Plugin:        need.Version,
		Host:          "no versions",
		Evidence:      fmt.Sprintf("dynamic section, DT_VERNEED; %s of this system", library.Path),
		Message:       fmt.Sprintf("%s %s of %s, and %s of this system has no versions: ld.so ends the process", who, need.Version, need.Library, library.Path),
		LoaderMessage: "Inconsistency detected by ld.so: dl-lookup.c: check_match: Assertion failed",
		Fix:           fmt.Sprintf("install the %s that the plugin was linked against", need.Library),
	})
}

// newestOf is GLIBC_2.36: of versions with numbers, the highest.
func newestOf(library *Library) string {
	var newest []int
	for version := range library.Versions {
		if numbers := glibcVersion(version); numbers != nil && slices.Compare(numbers, newest) > 0 {
			newest = numbers
		}
	}
	if newest == nil {
		return ""
	}
	return "GLIBC_" + joinNumbers(newest)
}
