package verdict

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// moduleCauses are the modules of another version or hash than the host's: those that explain the most packages first.
func moduleCauses(differences []Difference, packages []string) []cause {
	var causes []cause
	for _, d := range differences {
		if d.Kind != "dependency" || d.State != "differs" {
			continue
		}
		mine, theirs := versionOf(d.Plugin), versionOf(d.Host)
		c := cause{cure: cure{gets: []string{quoted(d.Name + "@" + theirs)}}}
		if mine == theirs {
			c.words = fmt.Sprintf("%s %s with another hash (%s, host has %s)", ShortModule(d.Name), mine, secondWord(d.Plugin), secondWord(d.Host))
		} else {
			c.words = fmt.Sprintf("%s %s, host has %s", ShortModule(d.Name), mine, theirs)
		}
		for _, path := range packages {
			if isIn(path, d.Name) {
				c.explains++
			}
		}
		causes = append(causes, c)
	}
	slices.SortStableFunc(causes, func(a, b cause) int { return cmp.Compare(b.explains, a.explains) })
	return causes
}

func secondWord(text string) string {
	if words := strings.Split(text, " "); len(words) > 1 {
		return words[1]
	}
	return "none"
}

// isIn tells whether a package is of a module, as far as their names tell.
func isIn(packagePath, modulePath string) bool {
	return packagePath == modulePath || strings.HasPrefix(packagePath, modulePath+"/")
}

var majorVersion = regexp.MustCompile(`^v\d+$`)

// ShortModule is pdata for go.opentelemetry.io/collector/pdata: the last element that is no major version.
func ShortModule(path string) string {
	parts := strings.Split(path, "/")
	for _, part := range slices.Backward(parts) {
		if !majorVersion.MatchString(part) {
			return part
		}
	}
	return path
}
