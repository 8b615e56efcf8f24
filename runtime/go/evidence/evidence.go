// Package evidence gathers what the bytes of a plugin or a Collector say, each thing
// with where it was found. It judges nothing and runs nothing of the file.
//
// Texts are as the file has them: untrusted, and never printed but through internal/clean.
package evidence

import (
	"runtime/debug"

	"ocx.dev/runtime/internal/bin"
	"ocx.dev/runtime/internal/elffile"
	"ocx.dev/runtime/internal/gofile"
	"ocx.dev/runtime/internal/rustfile"
)

// Evidence of one file.
type Evidence struct {
	Path string
	Size int64
	// Object is what kind of file it is.
	Object Object
	// Linker is nil for what is not ELF.
	Linker *Linker
	// Go is nil when nothing in the file is of Go.
	Go *Go
	// Rust is nil when nothing in the file is of Rust.
	Rust     *Rust
	Manifest Manifests
	// EntrySymbols are those of EntrySymbols, and the one its manifest names, that the file exports.
	EntrySymbols []string
	// Problems are parts that could not be read; the rest stands.
	Problems []*bin.Problem
	// LoadFaults are damage that a loader is certain to refuse or to die of.
	LoadFaults []LoadFault
	// ThreadLocal is thread-local storage of C code; nil where there is none.
	ThreadLocal *elffile.ThreadLocal

	elf *elffile.File
}

// EntrySymbols are what hosts look up in a plugin: the RFC's two Go drafts and its Rust one.
var EntrySymbols = []string{"CollectorPluginInit", "NewFactory", "register_collector_plugin"}

// Object is the file as its format has it.
type Object struct {
	// Format is elf, macho or pe.
	Format string
	Bits   int
	// Endian is little or big.
	Endian  string
	Machine string
	// Kind is "shared object", "executable", ...
	Kind string
	// GoPlatform is linux/amd64; empty when Go has no name for it.
	GoPlatform string
	// Truncated is nil when the file is whole.
	Truncated *Truncation
	// HasSymbolTable: more than the dynamic symbols can be listed.
	HasSymbolTable bool
	// HeaderFaults are what a dynamic linker refuses, in its words.
	HeaderFaults []string
}

// Truncation is where a file ends inside a segment.
type Truncation struct {
	Segment, Segments int
	Needs             uint64
	// Pages: whole ones are missing, and touching one is SIGBUS. Else only the end of the last is, which reads as zeros.
	Pages bool
}

// Linker is what the dynamic linker will want.
type Linker struct {
	Interpreter  string
	SOName       string
	RPath        string
	RunPath      string
	Needed       []string
	VersionNeeds []elffile.VersionNeed
	// Undefined are strong symbols without a version.
	Undefined []string
	HasRELR   bool
	// Filters are libraries that are loaded like needed ones, and stand in for this one's symbols (DT_FILTER).
	Filters []string
	// Symbolic: references are bound to the file's own symbols first (DT_SYMBOLIC, DF_SYMBOLIC).
	Symbolic bool
	// AndroidRelocations are packed in a format of which glibc knows nothing.
	AndroidRelocations bool
	// StaticTLS is how many bytes of thread-local storage it wants in the static block (DF_STATIC_TLS); 0 when it takes it as it comes.
	StaticTLS uint64
	// NoOpen is DF_1_NOOPEN, PIE is DF_1_PIE.
	NoOpen, PIE bool
	// Dynamic is false for what was linked statically.
	Dynamic bool
}

// Go is what a file has of Go.
type Go struct {
	// BuildInfo is nil when there is none.
	BuildInfo *debug.BuildInfo
	// LinkHashes are in the order of the runtime's check; nil when the file has no table of them.
	LinkHashes []gofile.PackageHash
	// HasTable tells a table that is empty from none.
	HasTable bool
	// ProvidesHashes: the file can be a host of Go plugins.
	ProvidesHashes bool
	// LoaderWithoutHashes: a program whose package plugin is linked in (cgo), and that provides no hashes all the same: linked statically, or
	// by Go's own linker alone.
	LoaderWithoutHashes bool
	// ExportsLastModule: runtime.lastmoduledatap is a dynamic symbol, through which the host's runtime finds the plugin.
	ExportsLastModule bool
	PluginPath        string
	Exports           []gofile.Export
	// ExportsKnown is false when this is no plugin, or the list could not be read.
	ExportsKnown bool
	// Layout is nil when nothing tells.
	Layout *gofile.Layout
}

// Version is go1.26.8; empty when the file has no build info.
func (g *Go) Version() string {
	if g == nil || g.BuildInfo == nil {
		return ""
	}
	return g.BuildInfo.GoVersion
}

// Setting gives a build setting, and whether it is recorded.
func (g *Go) Setting(key string) (string, bool) {
	if g == nil || g.BuildInfo == nil {
		return "", false
	}
	for _, setting := range g.BuildInfo.Settings {
		if setting.Key == key {
			return setting.Value, true
		}
	}
	return "", false
}

// Rust is what a file has of Rust.
type Rust struct {
	// Comment is rustc's line of .comment; Version is what rustc --version prints, less of it where only the standard
	// library tells.
	Comment, Version string
	Crates           []rustfile.Crate
	HasCrates        bool
}

// Manifests a file carries, before anyone believes them.
type Manifests struct {
	// Found is the one that counts, first in carrier order; nil when there is none.
	Found *Carried
	// Others are further ones, in carrier order.
	Others []*Carried
	// Descriptors are of notes of type 2.
	Descriptors *Carried
}

// Carrier is where a manifest sits.
type Carrier string

// The carriers, strongest first.
const (
	Note    Carrier = "note"
	Symbol  Carrier = "symbol"
	Section Carrier = "section"
	Sidecar Carrier = "sidecar"
)

// Carried is a manifest's text as it was found.
type Carried struct {
	Carrier Carrier
	// Offset of the text in the file; 0 in a sidecar.
	Offset uint64
	// Size in bytes.
	Size uint64
	Text string
}

// HashOf gives the link hash of a package that this file provides as a host; empty when it has not that package.
func (e *Evidence) HashOf(packagePath string) string {
	if e.elf == nil {
		return ""
	}
	return gofile.ProvidedHash(e.elf, packagePath)
}

// Defines tells whether the dynamic symbols of this file define a name.
func (e *Evidence) Defines(symbol string) bool {
	if e.elf == nil {
		return false
	}
	return defines(e.elf, symbol)
}
