package catalog

import (
	"os"
	"regexp"
	"runtime"
	"slices"
	"strings"
)

// Flags of /proc/cpuinfo that a level adds to the one below (x86-64 psABI; glibc sysdeps/x86_64/dl-hwcaps_subdirs.c: compute_level).
var processorLevelFlags = []struct {
	name  string
	flags []string
}{
	{"x86-64-v2", []string{"cx16", "lahf_lm", "popcnt", "pni", "sse4_1", "sse4_2", "ssse3"}},
	{"x86-64-v3", []string{"avx", "avx2", "bmi1", "bmi2", "f16c", "fma", "abm", "movbe", "xsave"}},
	{"x86-64-v4", []string{"avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"}},
}

var cpuFlags = regexp.MustCompile(`(?m)^flags\s*: (.*)$`)

// processorLevels are the folders of glibc-hwcaps that ld.so looks into on a processor, the best first; it is told by the text of /proc/cpuinfo.
func processorLevels(cpuinfo string) []string {
	match := cpuFlags.FindStringSubmatch(cpuinfo)
	if match == nil {
		return nil
	}
	has := strings.Split(match[1], " ")
	var levels []string
	for _, level := range processorLevelFlags {
		if slices.ContainsFunc(level.flags, func(flag string) bool { return !slices.Contains(has, flag) }) {
			break
		}
		levels = append(levels, level.name)
	}
	slices.Reverse(levels)
	return levels
}

// levelsHere are those of this machine; none where it does not say, or has no such levels.
func levelsHere() []string {
	content, err := os.ReadFile("/proc/cpuinfo")
	if err != nil || runtime.GOARCH != "amd64" {
		return []string{}
	}
	return append([]string{}, processorLevels(string(content))...)
}

var intel = regexp.MustCompile(`(?m)^vendor_id\s*: GenuineIntel$`)

// platformHere is $PLATFORM of search paths (AT_PLATFORM). Empty where glibc has words of its own for it: on Intel's processors, before 2.37
// (sysdeps/x86/cpu-features.c: haswell, xeon_phi).
func platformHere(machine string) string {
	if machine == "aarch64" {
		return machine
	}
	content, err := os.ReadFile("/proc/cpuinfo")
	if err != nil || machine != "x86-64" || intel.Match(content) {
		return ""
	}
	return "x86_64"
}
