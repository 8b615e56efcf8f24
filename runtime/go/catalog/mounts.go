package catalog

import (
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
)

type mount struct {
	point  string
	noexec bool
}

var mounts = sync.OnceValue(func() []mount {
	content, _ := os.ReadFile("/proc/self/mounts") // Without /proc nothing is known.
	return parseMounts(string(content))
})

// noexecMountOf is the mount that a file lies on, when it forbids to execute what is on it (mount(8): noexec); else empty. Links of the path are
// followed.
func noexecMountOf(path string) string {
	best := mount{}
	for _, m := range mounts() {
		isBelow := m.point == "/" || path == m.point || strings.HasPrefix(path, m.point+"/")
		// Of two on one point the later one covers the other.
		if isBelow && len(m.point) >= len(best.point) {
			best = m
		}
	}
	if !best.noexec {
		return ""
	}
	return best.point
}

var octal = regexp.MustCompile(`\\[0-7]{3}`)

// parseMounts: as the kernel lists them (proc(5): /proc/pid/mounts): device, mount point, type, options; blanks of names in octal.
func parseMounts(text string) []mount {
	var found []mount
	for line := range strings.SplitSeq(text, "\n") {
		fields := strings.Split(line, " ")
		if len(fields) < 4 {
			continue
		}
		point := octal.ReplaceAllStringFunc(fields[1], func(escaped string) string {
			value, _ := strconv.ParseUint(escaped[1:], 8, 8)
			return string([]byte{byte(value)})
		})
		found = append(found, mount{point, slices.Contains(strings.Split(fields[3], ","), "noexec")})
	}
	return found
}
