package report

import (
	"runtime/debug"

	"ocx.dev/runtime/evidence"
	"ocx.dev/runtime/internal/bin"
)

// Inspection is the evidence of a file, for inspect: what the bytes say, in words of the formats.
type Inspection struct {
	Object       inspectedObject     `json:"object"`
	Linker       *inspectedLinker    `json:"linker"`
	Go           *inspectedGo        `json:"go"`
	Rust         *inspectedRust      `json:"rust"`
	Manifests    []inspectedManifest `json:"manifests"`
	EntrySymbols []string            `json:"entry_symbols"`
	Problems     []inspectedProblem  `json:"problems"`
}

type inspectedObject struct {
	Format         string               `json:"format"`
	Bits           int                  `json:"bits"`
	Endian         string               `json:"endian"`
	Machine        string               `json:"machine"`
	Kind           string               `json:"kind"`
	GoPlatform     *string              `json:"goPlatform"`
	Truncated      *inspectedTruncation `json:"truncated"`
	HasSymbolTable bool                 `json:"hasSymbolTable"`
	HeaderFaults   []string             `json:"headerFaults"`
}

type inspectedTruncation struct {
	Segment  int    `json:"segment"`
	Segments int    `json:"segments"`
	Needs    uint64 `json:"needs"`
	Pages    bool   `json:"pages"`
}

type inspectedLinker struct {
	Interpreter          *string         `json:"interpreter"`
	SOName               *string         `json:"soname"`
	Needed               []string        `json:"needed"`
	RPath                *string         `json:"rpath"`
	RunPath              *string         `json:"runpath"`
	VersionNeeds         []inspectedNeed `json:"versionNeeds"`
	UnversionedUndefined []string        `json:"unversionedUndefined"`
	HasRELR              bool            `json:"hasRelr"`
	Filters              []string        `json:"filters"`
	Symbolic             bool            `json:"symbolic"`
	AndroidRelocations   bool            `json:"androidRelocations"`
	StaticTLS            uint64          `json:"staticTls"`
	NoOpen               bool            `json:"noOpen"`
	PIE                  bool            `json:"pie"`
	Dynamic              bool            `json:"dynamic"`
}

type inspectedNeed struct {
	Library string `json:"library"`
	Version string `json:"version"`
	Weak    bool   `json:"weak"`
}

type inspectedGo struct {
	Version        *string             `json:"version"`
	BuildInfo      *inspectedBuildInfo `json:"build_info"`
	PluginPath     *string             `json:"plugin_path"`
	Layout         *inspectedLayout    `json:"layout"`
	LinkHashes     []inspectedHash     `json:"link_hashes"`
	ProvidesHashes bool                `json:"provides_hashes"`
	Exports        []inspectedExport   `json:"exports"`
}

type inspectedLayout struct {
	ModuledataSize  uint64 `json:"moduledataSize"`
	PkghashesOffset uint64 `json:"pkghashesOffset"`
}

type inspectedHash struct {
	Package string `json:"package"`
	Hash    string `json:"hash"`
	Offset  uint64 `json:"offset"`
}

type inspectedExport struct {
	Name     string   `json:"name"`
	Type     *string  `json:"type"`
	Packages []string `json:"packages"`
}

type inspectedBuildInfo struct {
	GoVersion string             `json:"goVersion"`
	Path      *string            `json:"path"`
	Main      *inspectedModule   `json:"main"`
	Deps      []*inspectedModule `json:"deps"`
	Settings  []inspectedSetting `json:"settings"`
}

type inspectedModule struct {
	Path    string           `json:"path"`
	Version string           `json:"version"`
	Sum     string           `json:"sum"`
	Replace *inspectedModule `json:"replace"`
}

type inspectedSetting struct {
	Key   string `json:"key"`
	Value string `json:"value"`
}

type inspectedRust struct {
	Comment      *string `json:"comment"`
	RustcVersion *string `json:"rustcVersion"`
	Crates       any     `json:"crates"`
}

type inspectedManifest struct {
	Carrier string `json:"carrier"`
	Offset  uint64 `json:"offset"`
	Size    uint64 `json:"size"`
	Text    string `json:"text"`
}

type inspectedProblem struct {
	Field   string `json:"field"`
	Offset  uint64 `json:"offset"`
	Problem string `json:"problem"`
}

// Inspect gives the evidence for printing; nil of a file that is no object file.
func Inspect(e *evidence.Evidence) *Inspection {
	if e == nil {
		return nil
	}
	i := &Inspection{
		Object:       inspectObject(e.Object),
		Linker:       inspectLinker(e.Linker),
		Go:           inspectGo(e.Go),
		Manifests:    []inspectedManifest{},
		EntrySymbols: notNil(e.EntrySymbols),
		Problems:     inspectProblems(e.Problems),
	}
	if r := e.Rust; r != nil {
		i.Rust = &inspectedRust{Comment: orNull(r.Comment), RustcVersion: orNull(r.Version)}
		if r.HasCrates {
			i.Rust.Crates = notNil(r.Crates)
		}
	}
	for _, c := range append([]*evidence.Carried{e.Manifest.Found}, e.Manifest.Others...) {
		if c != nil {
			i.Manifests = append(i.Manifests, inspectedManifest{string(c.Carrier), c.Offset, c.Size, c.Text})
		}
	}
	return i
}

func inspectObject(o evidence.Object) inspectedObject {
	i := inspectedObject{
		Format: o.Format, Bits: o.Bits, Endian: o.Endian, Machine: o.Machine, Kind: o.Kind, GoPlatform: orNull(o.GoPlatform),
		HasSymbolTable: o.HasSymbolTable, HeaderFaults: notNil(o.HeaderFaults),
	}
	if t := o.Truncated; t != nil {
		i.Truncated = &inspectedTruncation{t.Segment, t.Segments, t.Needs, t.Pages}
	}
	return i
}

func inspectLinker(l *evidence.Linker) *inspectedLinker {
	if l == nil {
		return nil
	}
	i := &inspectedLinker{
		Interpreter: orNull(l.Interpreter), SOName: orNull(l.SOName), Needed: notNil(l.Needed), RPath: orNull(l.RPath), RunPath: orNull(l.RunPath),
		VersionNeeds: []inspectedNeed{}, UnversionedUndefined: notNil(l.Undefined),
		HasRELR: l.HasRELR, Filters: notNil(l.Filters), Symbolic: l.Symbolic, AndroidRelocations: l.AndroidRelocations, StaticTLS: l.StaticTLS,
		NoOpen: l.NoOpen, PIE: l.PIE, Dynamic: l.Dynamic,
	}
	for _, need := range l.VersionNeeds {
		i.VersionNeeds = append(i.VersionNeeds, inspectedNeed{need.Library, need.Version, need.Weak})
	}
	return i
}

func inspectProblems(problems []*bin.Problem) []inspectedProblem {
	list := []inspectedProblem{}
	for _, p := range problems {
		list = append(list, inspectedProblem{p.Field, p.Offset, p.Text})
	}
	return list
}

func inspectGo(g *evidence.Go) *inspectedGo {
	if g == nil {
		return nil
	}
	i := &inspectedGo{
		Version:        orNull(g.Version()),
		BuildInfo:      inspectBuildInfo(g.BuildInfo),
		PluginPath:     orNull(g.PluginPath),
		ProvidesHashes: g.ProvidesHashes,
	}
	if g.Layout != nil {
		i.Layout = &inspectedLayout{g.Layout.ModuledataSize, g.Layout.PkghashesOffset}
	}
	if g.HasTable {
		i.LinkHashes = []inspectedHash{}
		for _, h := range g.LinkHashes {
			i.LinkHashes = append(i.LinkHashes, inspectedHash{h.Package, h.Hash, h.Offset})
		}
	}
	if g.ExportsKnown {
		i.Exports = []inspectedExport{}
		for _, x := range g.Exports {
			i.Exports = append(i.Exports, inspectedExport{x.Name, orNull(x.Type), notNil(x.Packages)})
		}
	}
	return i
}

func inspectBuildInfo(info *debug.BuildInfo) *inspectedBuildInfo {
	if info == nil {
		return nil
	}
	i := &inspectedBuildInfo{GoVersion: info.GoVersion, Path: orNull(info.Path), Deps: []*inspectedModule{}, Settings: []inspectedSetting{}}
	if info.Main.Path != "" {
		i.Main = inspectModule(&info.Main)
	}
	for _, dep := range info.Deps {
		i.Deps = append(i.Deps, inspectModule(dep))
	}
	for _, s := range info.Settings {
		i.Settings = append(i.Settings, inspectedSetting{s.Key, s.Value})
	}
	return i
}

func inspectModule(m *debug.Module) *inspectedModule {
	if m == nil {
		return nil
	}
	return &inspectedModule{m.Path, m.Version, m.Sum, inspectModule(m.Replace)}
}
