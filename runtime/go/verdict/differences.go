package verdict

import (
	"strconv"
	"strings"

	"ocx.dev/runtime/manifest"
)

// Difference is one thing a plugin and a host both could have.
type Difference struct {
	// Kind is toolchain, flags, dependency, ...
	Kind string
	// Name is the manifest's field, or the dependency's.
	Name string
	// State is same, differs, "only plugin" or "only host".
	State string
	// Decides is false for what the policy never refuses.
	Decides      bool
	Plugin, Host string
}

// Differences compares how two things were built (policy exact). Things neither side knows are left out.
func Differences(plugin, host Facts) []Difference {
	sameToolchain := func(a, b string) bool { return manifest.GoToolchain(a) == manifest.GoToolchain(b) }
	if plugin.Language == "rust" {
		sameToolchain = manifest.SameRustToolchain
	}
	same := func(a, b string) bool { return a == b }
	sameTarget := func(a, b string) bool { return manifest.TargetTriple(a) == manifest.TargetTriple(b) }
	var found []Difference
	compare := func(kind, name, a, b string, equal func(a, b string) bool) {
		d := Difference{Kind: kind, Name: name, Plugin: a, Host: b}
		switch {
		case a == "" && b == "":
			return
		case a == "":
			d.State = "only host"
		case b == "":
			d.State = "only plugin"
		case equal(a, b):
			d.State = "same"
		default:
			d.State, d.Decides = "differs", kind != "build time"
		}
		found = append(found, d)
	}
	compare("language", "language", plugin.Language, host.Language, same)
	compare("toolchain", "toolchain_version", plugin.Toolchain, host.Toolchain, sameToolchain)
	compare("profile", "build_profile", plugin.Profile, host.Profile, same)
	compare("flags", "build_flags", flagsText(plugin.Flags), flagsText(host.Flags), same)
	compare("target", "target", plugin.Target, host.Target, sameTarget)
	compare("goamd64", "goamd64", plugin.GOAMD64, host.GOAMD64, same)
	compare("abi", "abi_version", numberText(plugin.ABIVersion), numberText(host.ABIVersion), same)
	compare("build time", "build_time", plugin.BuildTime, host.BuildTime, same)
	return append(found, compareDependencies(plugin.Dependencies, host.Dependencies)...)
}

func flagsText(flags *manifest.Flags) string {
	if flags == nil {
		return ""
	}
	return flags.String()
}

func numberText(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

func compareDependencies(plugin, host *Dependencies) []Difference {
	if plugin == nil || host == nil {
		return nil
	}
	var found []Difference
	copies := copiesIn(plugin, host)
	for _, name := range plugin.Names {
		mine, _ := plugin.Get(name)
		theirs, both := host.Get(name)
		if !both {
			theirs, both = theirsOfCopy(name, mine, host, copies)
		}
		d := Difference{Kind: "dependency", Name: name, Plugin: mine.text()}
		switch {
		case !both:
			d.State = "only plugin"
		case sameDependency(mine, theirs):
			d.State, d.Host = "same", theirs.text()
		default:
			d.State, d.Host, d.Decides = "differs", theirs.text(), true
		}
		found = append(found, d)
	}
	for _, name := range host.Names {
		_, both := plugin.Get(name)
		if _, copied := copies[name]; !both && !copied {
			theirs, _ := host.Get(name)
			found = append(found, Difference{Kind: "dependency", Name: name, State: "only host", Host: theirs.text()})
		}
	}
	return found
}

// copiesIn has the crates that are in the plugin by name and version (prost@0.13.5), with whether one of them is the host's. Once
// through: lists can be long.
func copiesIn(plugin, host *Dependencies) map[string]bool {
	copies := map[string]bool{}
	for _, name := range plugin.Names {
		crate, _, isCopy := strings.Cut(name, "@")
		if !isCopy {
			continue
		}
		mine, _ := plugin.Get(name)
		theirs, both := host.Get(crate)
		copies[crate] = copies[crate] || both && sameDependency(mine, theirs)
	}
	return copies
}

// theirsOfCopy finds the host's of a crate that is in the plugin twice: prost@0.13.5 and prost@0.14.6 there, and prost in what a host
// accepts. One of the two must be the host's, and then the other is the plugin's own affair.
func theirsOfCopy(name string, mine Dependency, host *Dependencies, copies map[string]bool) (Dependency, bool) {
	crate, _, isCopy := strings.Cut(name, "@")
	if !isCopy {
		return Dependency{}, false
	}
	theirs, both := host.Get(crate)
	if !both || sameDependency(mine, theirs) || !copies[crate] {
		return theirs, both
	}
	return Dependency{}, false
}

// Hashes decide; versions only where a side has no hash.
func sameDependency(a, b Dependency) bool {
	if a.Hash != "" && b.Hash != "" {
		return a.Hash == b.Hash
	}
	return a.Version == "" || b.Version == "" || a.Version == b.Version
}
