package catalog

import (
	"regexp"
	"strconv"
	"strings"
)

const (
	// Bytes of initial-exec storage of one library, in libc.so and in others (elf/dl-tls.c: LIBC_IE_TLS, OTHER_IE_TLS).
	tlsOfLibrary = 144
	// The rest that was there before there were tunables (LEGACY_TLS).
	tlsLegacy = 144
)

// surplusOf is what glibc keeps of static thread-local storage for libraries that are opened later, in bytes (elf/dl-tls.c:
// _dl_tls_static_surplus_init), 1664 by default; it was a constant of that size before glibc 2.32.
func surplusOf(tunables string) uint64 {
	namespaces := tunable(tunables, "nns", 4)
	if namespaces < 1 || namespaces > 16 {
		namespaces = 4
	}
	return (2*namespaces-1)*tlsOfLibrary + tunable(tunables, "optional_static_tls", 512) + tlsLegacy
}

var tunableNumber = regexp.MustCompile(`^(?i:0x[0-9a-f]+|\d+)`)

// tunable: the last of a name counts; decimal, octal or hexadecimal as far as it goes, what is no number is 0 (elf/dl-tunables.c; dl-misc.c:
// _dl_strtoul).
func tunable(tunables, name string, otherwise uint64) uint64 {
	for each := range strings.SplitSeq(tunables, ":") {
		if value, found := strings.CutPrefix(each, "glibc.rtld."+name+"="); found {
			digits := tunableNumber.FindString(value)
			number, err := strconv.ParseUint(digits, 0, 51)
			if err != nil {
				number, _ = strconv.ParseUint(digits, 10, 51)
			}
			otherwise = number
		}
	}
	return otherwise
}
