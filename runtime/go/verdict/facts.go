package verdict

import (
	"runtime/debug"
	"slices"
	"strconv"
	"strings"

	"ocx.dev/runtime/evidence"
	"ocx.dev/runtime/manifest"
)

// Facts say how something was built, from whichever source tells: the common ground on
// which a plugin and a host are compared. What the source does not say is empty or nil.
type Facts struct {
	Language     string
	Toolchain    string
	Profile      string
	Flags        *manifest.Flags
	Target       string
	GOAMD64      string
	ABIVersion   int
	BuildTime    string
	Dependencies *Dependencies
}

// Dependency is a module or a crate.
type Dependency struct {
	Version string
	// Hash is h1:..., or a crate's checksum.
	Hash string
	// Local: built from a folder, so that version and go.sum say nothing.
	Local bool
}

func (d Dependency) text() string {
	switch {
	case d.Version != "" && d.Hash != "":
		return d.Version + " " + d.Hash
	case d.Version == "" && d.Hash == "":
		return "no version"
	}
	return d.Version + d.Hash
}

// Dependencies by name, in the order of their source.
type Dependencies struct {
	Names  []string
	values map[string]Dependency
}

// Get gives a dependency, and whether it is there.
func (d *Dependencies) Get(name string) (Dependency, bool) {
	if d == nil {
		return Dependency{}, false
	}
	value, ok := d.values[name]
	return value, ok
}

func (d *Dependencies) set(name string, dependency Dependency) {
	if _, known := d.values[name]; !known {
		d.Names = append(d.Names, name)
	}
	d.values[name] = dependency
}

func claimedDependencies(hashes, versions *manifest.Texts) *Dependencies {
	result := &Dependencies{values: map[string]Dependency{}}
	for _, name := range versions.Names() {
		version, _ := versions.Get(name)
		result.set(name, Dependency{Version: version})
	}
	for _, name := range hashes.Names() {
		hash, _ := hashes.Get(name)
		known, _ := result.Get(name)
		result.set(name, Dependency{Version: known.Version, Hash: hash, Local: strings.HasPrefix(hash, "dir:")})
	}
	return result
}

// FactsOfManifest is what a manifest claims.
func FactsOfManifest(m *manifest.Manifest) Facts {
	return Facts{
		Language:     m.Language,
		Toolchain:    m.ToolchainVersion,
		Profile:      m.BuildProfile,
		Flags:        manifest.ComparableFlags(m.BuildFlags),
		Target:       m.Target,
		GOAMD64:      m.GOAMD64,
		ABIVersion:   m.ABIVersion,
		BuildTime:    m.BuildTime,
		Dependencies: claimedDependencies(m.DependencyHashes, m.DependencyVersions),
	}
}

// factsOfAcceptance is what a host's manifest takes of Rust plugins.
func factsOfAcceptance(accepts *manifest.RustAcceptance, host *manifest.Manifest) Facts {
	facts := Facts{
		Language:     "rust",
		Toolchain:    accepts.ToolchainVersion,
		Profile:      accepts.BuildProfile,
		Target:       accepts.Target,
		ABIVersion:   accepts.ABIVersion,
		Dependencies: claimedDependencies(accepts.DependencyHashes, accepts.DependencyVersions),
	}
	if accepts.BuildFlags != nil {
		facts.Flags = manifest.ComparableFlags(accepts.BuildFlags)
	}
	if facts.Target == "" {
		facts.Target = host.Target
	}
	return facts
}

// recordedFlags are those that go build writes into build info (cmd/go/internal/load/pkg.go:
// setBuildInfo). A claim about any other flag can't be checked against the bytes.
var recordedFlags = []string{"-asan", "-asmflags", "-cover", "-gcflags", "-msan", "-pgo", "-race", "-tags", "-trimpath"}

// FactsOfBuildInfo is what Go's build info says: there is no build time and no profile in it.
func FactsOfBuildInfo(info *debug.BuildInfo) Facts {
	facts := Facts{Language: "go", Toolchain: info.GoVersion, Dependencies: &Dependencies{values: map[string]Dependency{}}}
	var flags []string
	var system, arch string
	for _, setting := range info.Settings {
		switch {
		case setting.Key == "GOOS":
			system = setting.Value
		case setting.Key == "GOARCH":
			arch = setting.Value
		case setting.Key == "GOAMD64":
			facts.GOAMD64 = setting.Value
		case slices.Contains(recordedFlags, setting.Key):
			flags = append(flags, setting.Key+"="+setting.Value)
		}
	}
	facts.Flags = manifest.ComparableFlags(flags)
	if system != "" && arch != "" {
		facts.Target = manifest.TargetTriple(system + "/" + arch)
	}
	for _, module := range info.Deps {
		facts.Dependencies.set(module.Path, dependencyOf(module))
	}
	return facts
}

// A replace decides what is compiled: its version and sum count, under the path the code imports.
func dependencyOf(module *debug.Module) Dependency {
	used := module
	if module.Replace != nil {
		used = module.Replace
	}
	// A folder has no version: "=> ../api", or "=> ../api (devel)" as go version -m prints it.
	local := module.Replace != nil && (used.Version == "" || used.Version == "(devel)")
	dependency := Dependency{Version: used.Version, Hash: used.Sum, Local: local}
	if local {
		dependency.Version = ""
	}
	return dependency
}

// FactsOfBytes is what the bytes give, whatever the language; nil for a file that says nothing of how it was built.
func FactsOfBytes(e *evidence.Evidence) *Facts {
	if e.Go != nil && e.Go.BuildInfo != nil {
		facts := FactsOfBuildInfo(e.Go.BuildInfo)
		return &facts
	}
	if e.Rust == nil {
		return nil
	}
	facts := Facts{Language: "rust", Toolchain: e.Rust.Version}
	if e.Rust.HasCrates {
		facts.Dependencies = &Dependencies{values: map[string]Dependency{}}
		for _, crate := range e.Rust.Crates {
			if crate.Kind == "runtime" {
				facts.Dependencies.set(crate.Name, Dependency{Version: crate.Version, Local: crate.Source == "local"})
			}
		}
	}
	return &facts
}

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
	for _, name := range plugin.Names {
		mine, _ := plugin.Get(name)
		theirs, both := host.Get(name)
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
		if _, both := plugin.Get(name); !both {
			theirs, _ := host.Get(name)
			found = append(found, Difference{Kind: "dependency", Name: name, State: "only host", Host: theirs.text()})
		}
	}
	return found
}

// Hashes decide; versions only where a side has no hash.
func sameDependency(a, b Dependency) bool {
	if a.Hash != "" && b.Hash != "" {
		return a.Hash == b.Hash
	}
	return a.Version == "" || b.Version == "" || a.Version == b.Version
}
