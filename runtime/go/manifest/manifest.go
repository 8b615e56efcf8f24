// Package manifest reads what a plugin or a Collector says of how it was built.
//
// The manifest is the RFC's (Phase 7, "Unified Plugin Manifest Schema"): seven
// required fields and some optional ones, published as spec/manifest.schema.json.
package manifest

// Manifest is one that is valid. A field that the text leaves out is the zero
// value: no field can hold it, since texts are never empty and numbers start at 1.
type Manifest struct {
	// Language is "go" or "rust".
	Language string
	// ToolchainVersion is go1.26.8, or the line rustc --version prints, as written.
	ToolchainVersion string
	BuildProfile     string
	// DependencyHashes has h1: hashes of go.sum (of a folder dir:...), or checksums of Cargo.lock.
	DependencyHashes *Texts
	BuildFlags       []string
	// Target is a Rust triple for both languages.
	Target    string
	BuildTime string

	SchemaVersion      int
	Name               string
	Version            string
	GOAMD64            string
	EntrySymbol        string
	ABIVersion         int
	DependencyVersions *Texts
	AcceptsRust        *RustAcceptance
	// BuildEnvironment is that of a hermetic build, or nil.
	BuildEnvironment *BuildEnvironment
}

// BuildEnvironment is the container of a hermetic build, in parts: image go,
// dockerfile, rust, go.sum.
type BuildEnvironment struct {
	// Digest is sha256:... over the canonical JSON of the parts.
	Digest string
	Parts  *Texts
}

// RustAcceptance is what a host takes of Rust plugins. What is left out is not compared.
type RustAcceptance struct {
	ToolchainVersion string
	ABIVersion       int
	Target           string
	BuildProfile     string
	// BuildFlags is nil when the host does not say.
	BuildFlags         []string
	DependencyHashes   *Texts
	DependencyVersions *Texts
}

// Texts is an object of strings in the order of the file: the first that
// differs is the one a message names, and it must be the same on every run.
type Texts struct {
	names  []string
	values map[string]string
}

// NewTexts makes a Texts of pairs: name, value, name, value.
func NewTexts(pairs ...string) *Texts {
	t := &Texts{values: map[string]string{}}
	for i := 0; i+1 < len(pairs); i += 2 {
		t.set(pairs[i], pairs[i+1])
	}
	return t
}

func (t *Texts) set(name, value string) {
	if _, known := t.values[name]; !known {
		t.names = append(t.names, name)
	}
	t.values[name] = value
}

// Names in the order of the file. A nil Texts has none.
func (t *Texts) Names() []string {
	if t == nil {
		return nil
	}
	return t.names
}

// Get gives the value of a name, and whether there is one.
func (t *Texts) Get(name string) (string, bool) {
	if t == nil {
		return "", false
	}
	value, ok := t.values[name]
	return value, ok
}
