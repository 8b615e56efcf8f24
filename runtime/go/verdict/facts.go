package verdict

import (
	"runtime/debug"
	"slices"
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
	// One of a workspace is (devel).
	local := used.Version == "(devel)" || module.Replace != nil && used.Version == ""
	dependency := Dependency{Version: used.Version, Hash: used.Sum, Local: local}
	if local && module.Replace != nil {
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
