package verdict

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// explainMismatch goes from mismatched packages to the reason. A standard library package that
// differs means flags or toolchain, since nobody has another standard library of the same
// release; else a module whose version differs explains its packages.
func explainMismatch(s *subject, mismatched []Item) (cause, fix string) {
	mine := FactsOfBytes(s.plugin)
	if mine == nil && s.claim() != nil {
		facts := FactsOfManifest(s.claim())
		mine = &facts
	}
	theirs := FactsOfBytes(s.host.Evidence)
	if theirs == nil && s.host.ValidManifest() != nil {
		facts := FactsOfManifest(s.host.ValidManifest())
		theirs = &facts
	}
	if mine == nil || theirs == nil {
		return Count(len(mismatched), "package") + " differ, and no build info says why",
			"no fix from here: ask who built it for a build with the host's go.mod and flags"
	}
	differences := Differences(*mine, *theirs)
	if slices.ContainsFunc(mismatched, func(item Item) bool { return isStandardLibrary(item.Subject) }) {
		return explainStandardLibrary(differences, len(mismatched), len(s.plugin.Go.LinkHashes), theirs)
	}
	return explainModules(differences, mismatched, theirs)
}

// isStandardLibrary: import paths without a dot in their first element (cmd/go/internal/search).
func isStandardLibrary(path string) bool {
	first, _, _ := strings.Cut(path, "/")
	return !strings.Contains(first, ".") && path != "main"
}

func explainStandardLibrary(differences []Difference, mismatched, packages int, host *Facts) (cause, fix string) {
	share := fmt.Sprintf("%d of %d packages differ", mismatched, packages)
	find := func(kind string) (Difference, bool) {
		i := slices.IndexFunc(differences, func(d Difference) bool { return d.Kind == kind })
		if i < 0 || differences[i].State != "differs" {
			return Difference{}, false
		}
		return differences[i], true
	}
	wanted := buildCommand(*host)
	toolchain, toolchainDiffers := find("toolchain")
	if flags, ok := find("flags"); ok {
		var words []string
		if missing := without(flags.Host, flags.Plugin); missing != "" {
			words = append(words, "without "+missing)
		}
		if extra := without(flags.Plugin, flags.Host); extra != "" {
			words = append(words, "with "+extra)
		}
		also := ""
		if toolchainDiffers {
			also = ", and with " + toolchain.Plugin
		}
		return fmt.Sprintf("built %s%s: %s", strings.Join(words, ", "), also, share), wanted
	}
	if toolchainDiffers {
		return fmt.Sprintf("built with %s, host with %s: %s", toolchain.Plugin, toolchain.Host, share), wanted
	}
	return fmt.Sprintf("the standard library differs (%s), but neither release nor recorded flags do: GOEXPERIMENT, -pgo or a changed GOROOT", share),
		wanted
}

func without(a, b string) string {
	other := strings.Split(b, " ")
	rest := slices.DeleteFunc(strings.Split(a, " "), func(flag string) bool {
		return flag == "none" || slices.Contains(other, flag)
	})
	return strings.Join(rest, " ")
}

func explainModules(differences []Difference, mismatched []Item, host *Facts) (cause, fix string) {
	type changed struct {
		module   Difference
		packages int
	}
	var explained []changed
	for _, d := range differences {
		if d.Kind != "dependency" || d.State != "differs" {
			continue
		}
		c := changed{module: d}
		for _, item := range mismatched {
			if item.Subject == d.Name || strings.HasPrefix(item.Subject, d.Name+"/") {
				c.packages++
			}
		}
		explained = append(explained, c)
	}
	if len(explained) == 0 {
		return fmt.Sprintf("no module has another version, yet %s differs: a local module, a replace or the build path", mismatched[0].Subject),
			"build host and plugin from the same folders, with -trimpath"
	}
	slices.SortStableFunc(explained, func(a, b changed) int { return cmp.Compare(b.packages, a.packages) })
	best, total := explained[0], len(mismatched)
	share := fmt.Sprintf("may explain all %d", total)
	switch {
	case best.packages == total:
		share = fmt.Sprintf("explains all %d", total)
	case best.packages > 0:
		share = fmt.Sprintf("explains %d of %d", best.packages, total)
	}
	more := ""
	if len(explained) > 1 {
		more = fmt.Sprintf("; %s differ", Count(len(explained)-1, "more module"))
	}
	var gets []string
	for _, c := range explained {
		gets = append(gets, c.module.Name+"@"+versionOf(c.module.Host))
	}
	cause = fmt.Sprintf("%s %s, host has %s: %s%s", ShortModule(best.module.Name),
		versionOf(best.module.Plugin), versionOf(best.module.Host), share, more)
	return cause, fmt.Sprintf("go get %s && go mod tidy && %s", strings.Join(gets, " "), buildCommand(*host))
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
