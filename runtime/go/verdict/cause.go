package verdict

import (
	"fmt"
	"runtime/debug"
	"slices"
	"strings"

	"ocx.dev/runtime/evidence"
)

// cause is one reason why packages differ, with how many of them it explains.
type cause struct {
	words    string
	explains int
	cure     cure
	// folder is the module whose sources differ, where a folder and no version says which they are.
	folder string
}

// cure is what takes a cause away: the parts of several are put together into one command.
type cure struct {
	// edits of go.mod: -dropreplace=example.com/x.
	edits []string
	// gets are module@version for go get.
	gets []string
	// environment stands before go build, flags after those of the host.
	environment, flags []string
	// sentence is for what no command can do.
	sentence string
}

// explainMismatch goes from mismatched packages to the reason: the one cause that explains the
// most comes first, and the fix takes all of them away. A standard library package that differs
// means toolchain, flags or environment, since nobody has another standard library of the same
// release; else a module of another version explains its packages; else a module whose version
// says nothing.
func explainMismatch(s *subject, mismatched []Item) (words, fix string) {
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
	packages := make([]string, len(mismatched))
	for i, item := range mismatched {
		packages[i] = item.Subject
	}
	info, hostInfo := buildInfoOf(s.plugin), buildInfoOf(s.host.Evidence)
	settings := settingsCause(differences, len(packages), info, hostInfo, theirs)
	modules := moduleCauses(differences, packages)
	made := ocxBuildOf(s.plugin)
	fixOf := func(causes []cause) string {
		if made == nil {
			return cureOf(causes, buildCommand(*theirs))
		}
		var steps, fips []string
		for _, c := range causes {
			if c.folder == "" {
				continue
			}
			if step := folderStep(c.folder, theirs); !slices.Contains(steps, step) {
				steps = append(steps, step)
			}
		}
		if settings != nil {
			for _, word := range settings.cure.environment {
				if strings.HasPrefix(word, "GOFIPS140=") {
					fips = append(fips, word)
				}
			}
		}
		return strings.Join(append(steps, made.fix(mine, theirs, fips...)), "; then: ")
	}
	if slices.ContainsFunc(packages, isStandardLibrary) {
		share := fmt.Sprintf("%d of %d packages differ", len(packages), len(s.plugin.Go.LinkHashes))
		if settings != nil {
			return settings.words + ": " + share + moreCauses(modules), fixOf(append([]cause{*settings}, modules...))
		}
		return fmt.Sprintf("the standard library differs (%s), but neither release nor recorded flags do: another build of the toolchain, or a changed GOROOT", share),
			rebuildCommand(made, mine, *theirs)
	}
	found := modules
	if settings != nil {
		found = append(found, *settings)
	}
	if len(modules) == 0 && info != nil && hostInfo != nil {
		found = append(found, sourceCauses(packages, info, hostInfo)...)
	}
	if len(found) == 0 {
		return fmt.Sprintf("no module has another version, yet %s differs: a local module, a replace or the build path", packages[0]),
			"build host and plugin from the same folders, with -trimpath"
	}
	total := len(packages)
	all := fmt.Sprintf("all %d", total)
	if total == 1 {
		all = "it"
	}
	share := "may explain " + all
	switch explains := found[0].explains; {
	case explains == total:
		share = "explains " + all
	case explains > 0:
		share = fmt.Sprintf("explains %d of %d", explains, total)
	}
	return found[0].words + ": " + share + moreCauses(found[1:]), fixOf(found)
}

func buildInfoOf(e *evidence.Evidence) *debug.BuildInfo {
	if e.Go == nil {
		return nil
	}
	return e.Go.BuildInfo
}

func moreCauses(others []cause) string {
	switch len(others) {
	case 0:
		return ""
	case 1:
		return "; and " + others[0].words
	}
	return fmt.Sprintf("; and %s, and %d more", others[0].words, len(others)-1)
}

// cureOf is the command that takes all causes away at once: all of them have to go before the plugin loads.
func cureOf(causes []cause, build string) string {
	var edits, gets, environment, flags, sentences []string
	add := func(to *[]string, words ...string) {
		for _, word := range words {
			if !slices.Contains(*to, word) {
				*to = append(*to, word)
			}
		}
	}
	runs := false
	for _, c := range causes {
		add(&edits, c.cure.edits...)
		add(&gets, c.cure.gets...)
		add(&environment, c.cure.environment...)
		add(&flags, c.cure.flags...)
		if c.cure.sentence == "" {
			runs = true
		} else {
			add(&sentences, c.cure.sentence)
		}
	}
	var steps []string
	if len(edits) > 0 {
		steps = append(steps, "go mod edit "+strings.Join(edits, " "))
	}
	if len(gets) > 0 {
		steps = append(steps, "go get "+strings.Join(gets, " "))
	}
	if len(steps) > 0 {
		steps = append(steps, "go mod tidy")
	}
	steps = append(steps, strings.Join(slices.Concat(environment, []string{build}, flags), " "))
	command := strings.Join(steps, " && ")
	switch {
	case len(sentences) == 0:
		return command
	case runs:
		return sentences[0] + "; then: " + command
	}
	return sentences[0]
}

// isStandardLibrary: import paths without a dot in their first element (cmd/go/internal/search).
func isStandardLibrary(path string) bool {
	first, _, _ := strings.Cut(path, "/")
	return !strings.Contains(first, ".") && path != "main"
}
