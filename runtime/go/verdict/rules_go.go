package verdict

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"ocx.dev/runtime/internal/gofile"
	"ocx.dev/runtime/manifest"
)

// hostHasCgo: a host without cgo answers every Open with an error before it looks at the file (plugin/plugin_stubs.go).
func hostHasCgo(s *subject) ruling {
	if s.host == nil || !s.host.withoutCgo() {
		return ruling{}
	}
	f := Finding{
		Subject:  "host",
		Host:     "CGO_ENABLED=0",
		Evidence: "build info of the host",
		Message:  "the host has no plugin loader: built with CGO_ENABLED=0, like every release binary",
		Fix:      "build a Collector with CGO_ENABLED=1 that imports the package plugin",
	}
	if s.opener == byPluginOpen {
		f.LoaderMessage = "plugin: not implemented"
	}
	return checked("host can load plugins", New("OCX0402", f))
}

func (h *Host) withoutCgo() bool {
	value, _ := h.Evidence.Go.Setting("CGO_ENABLED")
	return value == "0"
}

func (h *Host) providesHashes() bool {
	return h != nil && h.Evidence.Go != nil && h.Evidence.Go.ProvidesHashes
}

// hostExportsHashes: cmd/link exports package hashes from programs that link the package plugin.
func hostExportsHashes(s *subject) ruling {
	if s.host == nil || s.opener != byPluginOpen {
		return ruling{}
	}
	if s.host.providesHashes() {
		return checked("host can load plugins")
	}
	if s.host.withoutCgo() {
		return ruling{} // Said by hostHasCgo.
	}
	f := Finding{
		Subject:  "host",
		Host:     "not a Go program",
		Evidence: "dynamic symbols of the host",
		Message:  "the host is not a Go program: it opens no Go plugin",
		Fix:      "name the Collector that loads the plugins with --collector",
	}
	if s.host.Evidence.Go != nil {
		f.Host = "no go:link.pkghashbytes symbol"
		f.Message = "the host exports no link hashes: it was not built to load Go plugins"
	}
	return notChecked("whether the host can load Go plugins", New("OCX0403", f))
}

func (s *subject) hasTable() bool { return s.plugin.Go != nil && s.plugin.Go.HasTable }

// packageHashTable: a module without a table makes the runtime throw (runtime/plugin.go: lastmoduleinit).
func packageHashTable(s *subject) ruling {
	if s.opener != byPluginOpen {
		return ruling{}
	}
	if s.hasTable() {
		return checked("package hash table")
	}
	if len(s.plugin.Problems) > 0 {
		return notChecked("package hash table", New("OCX0404", Finding{
			Subject:  "package hash table",
			Evidence: "dynamic section",
			Message:  "the package hash table could not be found: parts of the file are malformed",
			Fix:      "copy or build the file again",
		}))
	}
	f := Finding{
		Subject:       "package hash table",
		Plugin:        "none",
		Evidence:      "moduledata",
		LoaderMessage: "fatal error: runtime: no plugin module data",
		Fix:           "build it with go build -buildmode=plugin",
	}
	why := ""
	if mode, ok := s.plugin.Go.Setting("-buildmode"); ok && mode != "" {
		f.Plugin = fmt.Sprintf("none (-buildmode=%s)", mode)
		f.Evidence = "build info, -buildmode"
		if mode != "plugin" {
			why = ": built with -buildmode=" + mode
		}
	}
	f.Message = "no package hash table" + why + "; opening it kills the Collector"
	return checked("package hash table", New("OCX0301", f))
}

// runtimeLayout: the host reads the plugin's moduledata with its own struct (runtime/symtab.go).
func runtimeLayout(s *subject) ruling {
	if s.opener != byPluginOpen || s.host == nil || !s.hasTable() || s.host.Evidence.Go == nil {
		return ruling{}
	}
	mine, theirs := s.plugin.Go, s.host.Evidence.Go
	own, host := mine.Version(), theirs.Version()
	fix := "build it with " + orElse(host, "the host's Go")
	if theirs.BuildInfo != nil {
		fix = buildCommand(FactsOfBuildInfo(theirs.BuildInfo))
	}
	differing, known := layoutsDiffer(mine.Layout, theirs.Layout)
	if known && differing {
		text := func(version string, layout *gofile.Layout) string {
			if version == "" {
				version = "unknown Go"
			}
			return version + ": " + layoutText(layout)
		}
		return checked("runtime layout", New("OCX0302", Finding{
			Subject:  "runtime.moduledata",
			Plugin:   text(own, mine.Layout),
			Host:     text(host, theirs.Layout),
			Evidence: "runtime.firstmoduledata, pkghashes in moduledata",
			Message: fmt.Sprintf("runtime layout of %s, the host has that of %s: opening it kills the Collector",
				release(own), release(host)),
			Fix: fix,
		}))
	}
	// Layouts that agree prove nothing across releases: 1.22 and 1.26 have one size, and other fields may have moved.
	if known && sameRelease(own, host) {
		return checked("runtime layout")
	}
	f := Finding{Subject: "runtime.moduledata", Plugin: own, Host: host, Evidence: "build info, moduledata", Fix: fix}
	switch {
	case known:
		f.Message = fmt.Sprintf("%s and %s are different Go releases of one layout size", release(own), release(host))
	case mine.Layout != nil:
		f.Message = "no runtime layout is known for " + release(host)
	default:
		f.Message = "no runtime layout is known for " + release(own)
	}
	return notChecked("runtime layout", New("OCX0303", f))
}

func layoutsDiffer(a, b *gofile.Layout) (differ, known bool) {
	if a == nil || b == nil {
		return false, false
	}
	complete := true
	for _, pair := range [][2]uint64{{a.ModuledataSize, b.ModuledataSize}, {a.PkghashesOffset, b.PkghashesOffset}} {
		if pair[0] == 0 || pair[1] == 0 {
			complete = false
		} else if pair[0] != pair[1] {
			return true, true
		}
	}
	return false, complete
}

func sameRelease(a, b string) bool {
	major, minor, ok := manifest.GoRelease(a)
	otherMajor, otherMinor, otherOK := manifest.GoRelease(b)
	return ok && otherOK && major == otherMajor && minor == otherMinor
}

func release(version string) string {
	if major, minor, ok := manifest.GoRelease(version); ok {
		return fmt.Sprintf("Go %d.%d", major, minor)
	}
	if version == "" {
		return "an unknown Go release"
	}
	return version
}

func layoutText(layout *gofile.Layout) string {
	if layout == nil {
		return "unknown"
	}
	number := func(n uint64) string {
		if n == 0 {
			return "?"
		}
		return strconv.FormatUint(n, 10)
	}
	return fmt.Sprintf("moduledata %s bytes, pkghashes at %s", number(layout.ModuledataSize), number(layout.PkghashesOffset))
}

// linkHashes: each entry of the plugin's table is compared with the first provider in scope; a
// package the host lacks resolves to the plugin itself and always matches (runtime/plugin.go).
func linkHashes(s *subject) ruling {
	if s.opener != byPluginOpen || !s.host.providesHashes() || !s.hasTable() {
		return ruling{}
	}
	table := s.plugin.Go.LinkHashes
	if len(table) == 0 {
		return notChecked("link hashes", New("OCX0404", Finding{
			Subject:  "package hash table",
			Evidence: "moduledata",
			Message:  "the package hash table is empty: no Go plugin is built without packages",
			Fix:      "copy or build the file again",
		}))
	}
	what := "link hashes of " + Count(len(table), "package")
	var differing []Item
	var offset uint64
	for _, entry := range table {
		theirs := s.host.Evidence.HashOf(entry.Package)
		if theirs == "" || theirs == entry.Hash {
			continue
		}
		if differing == nil {
			offset = entry.Offset
		}
		differing = append(differing, Item{entry.Package, entry.Hash, theirs})
	}
	if differing == nil {
		return checked(what)
	}
	return checked(what, mismatch(s, differing, offset))
}

func mismatch(s *subject, differing []Item, offset uint64) Finding {
	first := differing[0]
	number := Count(len(differing), "package")
	if len(differing) == 1 {
		number = "package " + first.Subject
	}
	cause, fix := explainMismatch(s, differing)
	// plugin/plugin_dlopen.go: the name in messages has lost its .so.
	name := jsonQuote(strings.TrimSuffix(s.plugin.Path, ".so"))
	return New("OCX0410", Finding{
		Subject:       first.Subject,
		Plugin:        first.Plugin,
		Host:          first.Host,
		Evidence:      fmt.Sprintf("link hash of %s, at 0x%x", first.Subject, offset),
		Message:       "plugin was built with a different version of " + number,
		Cause:         cause,
		LoaderMessage: fmt.Sprintf("plugin.Open(%s): plugin was built with a different version of package %s", name, first.Subject),
		Fix:           fix,
		Items:         differing,
	})
}

// jsonQuote quotes as ocx does: like strconv.Quote, but for the spelling of control characters.
func jsonQuote(text string) string {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(text); err != nil {
		return strconv.Quote(text)
	}
	return strings.TrimSuffix(out.String(), "\n")
}

// signatures are as %T prints them; the package of the registry is the host's affair. A NewFactory returns some factory.
var signatures = map[string]*regexp.Regexp{
	"CollectorPluginInit": regexp.MustCompile(`^func\([\w.]+\.Registry\) error$`),
	"NewFactory":          regexp.MustCompile(`^func\(\) [\w.*]*Factory$`),
}

// entrySymbol: without the symbol nothing can be registered (plugin.Lookup, or dlsym).
func entrySymbol(s *subject) ruling {
	isGo := s.opener == byPluginOpen
	// Without a hash table the file is no Go plugin; it has no exports in the sense of plugin.Lookup.
	if isGo && !s.hasTable() {
		return checked("entry symbol")
	}
	wanted := []string{"register_collector_plugin"}
	if isGo {
		wanted = []string{"CollectorPluginInit", "NewFactory"}
	}
	if m := s.claim(); m != nil && m.EntrySymbol != "" {
		wanted = []string{m.EntrySymbol}
	}
	for _, name := range wanted {
		if slices.Contains(s.plugin.EntrySymbols, name) {
			return signature(s, name)
		}
	}
	names := strings.Join(wanted, " or ")
	f := Finding{
		Subject:       wanted[0],
		Plugin:        "not exported",
		Host:          names,
		Evidence:      "dynamic symbols",
		Message:       "no entry symbol: " + names + " is not exported",
		LoaderMessage: "undefined symbol: " + wanted[0],
		Fix:           `export it: #[unsafe(no_mangle)] pub extern "C" fn register_collector_plugin`,
	}
	if len(s.plugin.EntrySymbols) > 0 {
		f.Plugin = strings.Join(s.plugin.EntrySymbols, ", ")
	}
	if isGo {
		f.Evidence = "exports of the plugin (ptab)"
		f.LoaderMessage = fmt.Sprintf("plugin: symbol %s not found in plugin %s", wanted[0], s.plugin.Go.PluginPath)
		f.Fix = "export func CollectorPluginInit from package main, and build again"
	}
	return checked("entry symbol", New("OCX0501", f))
}

// signature: a host asserts the type of what plugin.Lookup gives; which one it asserts is in its code.
func signature(s *subject, name string) ruling {
	expected := signatures[name]
	if s.opener == byDlopen || expected == nil {
		return checked("entry symbol")
	}
	var export gofile.Export
	for _, candidate := range s.plugin.Go.Exports {
		if candidate.Name == name {
			export = candidate
			break
		}
	}
	if expected.MatchString(export.Type) {
		// A host can only assert a type of a package that it links.
		for _, path := range export.Packages {
			if s.host.providesHashes() && s.host.Evidence.HashOf(path) == "" {
				return lookalike(name, export.Type, path)
			}
		}
		return checked("entry symbol and its type")
	}
	usual := "func(...Registry) error"
	if name == "NewFactory" {
		usual = "func() ...Factory"
	}
	f := Finding{
		Subject:  name,
		Plugin:   export.Type,
		Host:     usual,
		Evidence: "exports of the plugin (ptab)",
		Message:  fmt.Sprintf("%s is %s, hosts expect %s", name, export.Type, usual),
		Fix:      fmt.Sprintf("let %s be %s", name, usual),
	}
	if export.Type == "" {
		f.Plugin, f.Message = "type unknown", fmt.Sprintf("the type of %s can't be told from the file", name)
	}
	return notChecked("type of the entry symbol", New("OCX0502", f))
}

func lookalike(name, typ, path string) ruling {
	return notChecked("type of the entry symbol", New("OCX0502", Finding{
		Subject:  name,
		Plugin:   typ + ", of " + path,
		Host:     "does not have " + path,
		Evidence: "exports of the plugin (ptab), type descriptions",
		Message: fmt.Sprintf("%s is %s of package %s, which the host does not have: its own type may only look alike",
			name, typ, path),
		LoaderMessage: fmt.Sprintf("symbol %s is a %s, not a %s", name, typ, typ),
		Fix:           "import the package of the host's plugin API",
	}))
}
