package verdict

import (
	"fmt"
	"slices"
	"strconv"

	"ocx.dev/runtime/internal/gofile"
	"ocx.dev/runtime/manifest"
)

// hostHasCgo: a host without cgo answers every Open with an error before it looks at the file (plugin/plugin_stubs.go).
func hostHasCgo(s *subject) ruling {
	if s.host == nil || !s.host.WithoutCgo() {
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

// WithoutCgo: built with CGO_ENABLED=0, so that every plugin.Open is an error.
func (h *Host) WithoutCgo() bool {
	value, _ := h.Evidence.Go.Setting("CGO_ENABLED")
	return value == "0"
}

// ProvidesHashes: its dynamic symbols have link hashes to compare with.
func (h *Host) ProvidesHashes() bool {
	return h != nil && h.Evidence.Go != nil && h.Evidence.Go.ProvidesHashes
}

// hostExportsHashes: cmd/link exports package hashes from programs that link the package plugin.
func hostExportsHashes(s *subject) ruling {
	if s.host == nil || s.opener != byPluginOpen {
		return ruling{}
	}
	if s.host.ProvidesHashes() {
		return checked("host can load plugins")
	}
	if s.host.WithoutCgo() {
		return ruling{} // Said by hostHasCgo.
	}
	if g := s.host.Evidence.Go; g != nil && g.LoaderWithoutHashes && !s.host.Evidence.Defines("runtime.lastmoduledatap") {
		// With the runtime's own symbols among its dynamic ones (--dynamic-list) a plugin's module is found, and meets no hash of the host's.
		return checked("host can load plugins", diesOnOpening(s))
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

// diesOnOpening: without dynamic symbols of the host the plugin's code finds only its own runtime: it links its module into a list of its
// own, and the host's runtime finds none and throws (runtime/plugin.go: lastmoduleinit), if nothing dies before that.
func diesOnOpening(s *subject) Finding {
	linker := s.host.Evidence.Linker
	isStatic := linker == nil || linker.Interpreter == ""
	f := Finding{
		Subject:       "host",
		Host:          "no go:link.pkghashbytes symbol",
		Evidence:      "Go function names of the host (plugin._Cfunc_pluginOpen), its PT_INTERP and dynamic symbols",
		LoaderMessage: "fatal error: runtime: no plugin module data",
		Fix:           "build the host without -extldflags=-static, -static-pie and -linkmode=internal",
	}
	if s.plugin.Go != nil && !s.hasTable() {
		f.LoaderMessage = "" // The runtime of a c-shared library dies earlier, with a signal.
	}
	how := "exports none of its symbols"
	if isStatic {
		f.Host, how = "linked statically", "is linked statically"
	}
	f.Message = fmt.Sprintf("the host has the package plugin, and %s: opening any plugin kills it", how)
	return New("OCX0405", f)
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

// moduleLinked: the plugin's own code links its module into the host's list through runtime.lastmoduledatap (cmd/link:
// addmoduledata). Bound to a copy of its own (-Bsymbolic, a version script) it links into nothing, and the host throws.
func moduleLinked(s *subject) ruling {
	if s.opener != byPluginOpen || !s.hasTable() || len(s.plugin.Problems) > 0 {
		return ruling{}
	}
	symbolic := s.plugin.Linker != nil && s.plugin.Linker.Symbolic
	if s.plugin.Go.ExportsLastModule && !symbolic {
		return checked("module list")
	}
	f := Finding{
		Subject:       "runtime.lastmoduledatap",
		Plugin:        "no dynamic symbol",
		Evidence:      "dynamic symbols",
		LoaderMessage: "fatal error: runtime: no plugin module data",
		Fix:           "link it without -Bsymbolic and without a version script",
	}
	why := "runtime.lastmoduledatap is hidden"
	if symbolic {
		f.Plugin, f.Evidence = "bound to its own (-Bsymbolic)", "dynamic section, DT_SYMBOLIC"
		why = "linked with -Bsymbolic"
	}
	f.Message = why + ": the runtime finds no module, opening it kills the Collector"
	return checked("module list", New("OCX0304", f))
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
		fix = rebuildCommand(ocxBuildOf(s.plugin), FactsOfBytes(s.plugin), FactsOfBuildInfo(theirs.BuildInfo))
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
	if known && (sameRelease(own, host) || s.sameRuntime()) {
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

// sameRuntime: where one has no build info: the export data of runtime, of which the link hash is taken, has moduledata and all that changes with a
// release (cmd/link/internal/ld/lib.go: loadobjfile keeps the fingerprint of each package).
func (s *subject) sameRuntime() bool {
	if s.plugin.Go.Version() != "" && s.host.Evidence.Go.Version() != "" {
		return false
	}
	return slices.ContainsFunc(s.plugin.Go.LinkHashes, func(entry gofile.PackageHash) bool {
		return entry.Package == "runtime" && s.host.Evidence.HashOf("runtime") == entry.Hash
	})
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
