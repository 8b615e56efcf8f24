package verdict

import (
	"fmt"
	"regexp"
	"runtime/debug"
	"slices"
	"strings"
)

// environmentSettings are decided by the environment, and recorded in build info.
var environmentSettings = []string{"GOEXPERIMENT", "GOFIPS140"}

var experiments = regexp.MustCompile(`[ -]X:\S+`)

// settingsCause is toolchain, flags and environment: what changes packages of every module, the
// standard library's among them. Nil when none of them differs.
func settingsCause(differences []Difference, mismatched int, mine, theirs *debug.BuildInfo, host *Facts) *cause {
	differs := func(kind string) *Difference {
		for _, d := range differences {
			if d.Kind == kind && d.State == "differs" {
				return &d
			}
		}
		return nil
	}
	result := cause{explains: mismatched}
	var built []string
	if flags := differs("flags"); flags != nil {
		if missing := without(flags.Host, flags.Plugin); missing != "" {
			built = append(built, "without "+missing)
		}
		if extra := without(flags.Plugin, flags.Host); extra != "" {
			built = append(built, "with "+extra)
		}
	}
	for _, name := range environmentSettings {
		plugin, wanted := setting(mine, name), setting(theirs, name)
		if mine == nil || theirs == nil || plugin == wanted {
			continue
		}
		if plugin != "" {
			built = append(built, "with "+name+"="+plugin)
		} else {
			built = append(built, "without "+name+"="+wanted)
		}
		// Said even when it is to be empty: what the shell or go env -w has set would stay.
		result.cure.environment = append(result.cure.environment, name+"="+quotedValue(wanted))
	}
	release, hostRelease := "", ""
	if toolchain := differs("toolchain"); toolchain != nil {
		release, hostRelease = experiments.ReplaceAllString(toolchain.Plugin, ""), experiments.ReplaceAllString(toolchain.Host, "")
	}
	switch {
	case len(built) == 0 && release == hostRelease:
		return nil
	case len(built) == 0:
		result.words = fmt.Sprintf("built with %s, host with %s", release, hostRelease)
	case release == hostRelease:
		result.words = "built " + strings.Join(built, ", ")
	default:
		result.words = "built " + strings.Join(built, ", ") + ", and with " + release
	}
	if setting(mine, "-pgo") != "" && setting(theirs, "-pgo") == "" {
		// -pgo=auto would take the default.pgo beside the main package again.
		result.cure.flags = []string{"-pgo=off"}
	}
	return &result
}

func setting(info *debug.BuildInfo, name string) string {
	if info == nil {
		return ""
	}
	for _, s := range info.Settings {
		if s.Key == name {
			return s.Value
		}
	}
	return ""
}

func without(a, b string) string {
	other := strings.Split(b, " ")
	var rest []string
	for _, flag := range strings.Split(a, " ") {
		if flag != "none" && !slices.Contains(other, flag) {
			rest = append(rest, flag)
		}
	}
	return strings.Join(rest, " ")
}
