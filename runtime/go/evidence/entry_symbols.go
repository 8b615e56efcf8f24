package evidence

import (
	"encoding/json"
	"regexp"
	"slices"

	"ocx.dev/runtime/internal/elffile"
	"ocx.dev/runtime/internal/gofile"
)

// entrySymbols: plugin.Lookup goes by the plugin's own list of exports (runtime/plugin.go: ptab), dlsym by
// the dynamic symbols: in a Go plugin a C function of the right name is not what a host finds. What is listed
// counts only where <plugin path>.<name> is among the dynamic symbols as well: plugin/plugin_dlopen.go fails
// without it (-ldflags=-pluginpath, a version script).
func (e *Evidence) entrySymbols(f *elffile.File) []string {
	names := slices.Clone(EntrySymbols)
	if name := e.Manifest.namedEntry(); name != "" && !slices.Contains(names, name) {
		names = append(names, name)
	}
	var found []string
	for _, name := range names {
		if e.exportsEntry(f, name) {
			found = append(found, name)
		}
	}
	return found
}

func (e *Evidence) exportsEntry(f *elffile.File, name string) bool {
	if e.Go == nil || !e.Go.HasTable || name == "register_collector_plugin" {
		return f.FoundByDlsym(name)
	}
	if e.Go.ExportsKnown && !e.Go.Lists(name) {
		return false
	}
	if e.Go.PluginPath == "" {
		return e.Go.ExportsKnown
	}
	return f.FoundByDlsym(e.Go.PluginPath + "." + name)
}

// Lists tells whether a name is in the plugin's own list of exports.
func (g *Go) Lists(name string) bool {
	return g != nil && slices.ContainsFunc(g.Exports, func(x gofile.Export) bool { return x.Name == name })
}

// White space and line ends are JavaScript's: the twin of this is in source/evidence/gather.ts.
var entryInManifest = regexp.MustCompile(`"entry_symbol"[\s\v\pZ\x{feff}]*:[\s\v\pZ\x{feff}]*("(?:[^"\\]|\\[^\n\r\x{2028}\x{2029}]){1,200}")`)

// namedEntry is the name a manifest gives its entry symbol, when it is JSON that has one: a host looks that up.
func (m Manifests) namedEntry() (name string) {
	if m.Found == nil {
		return ""
	}
	match := entryInManifest.FindStringSubmatch(m.Found.Text)
	if match == nil || json.Unmarshal([]byte(match[1]), &name) != nil {
		return "" // A manifest that is faulty is said to be.
	}
	return name
}

func defines(f *elffile.File, name string) bool {
	_, found := f.Symbol(name)
	return found
}
