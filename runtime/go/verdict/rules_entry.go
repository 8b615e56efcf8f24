package verdict

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"ocx.dev/runtime/internal/gofile"
)

// signatures are as %T prints them; the package of the registry is the host's affair. A NewFactory returns some factory.
var signatures = map[string]*regexp.Regexp{
	"CollectorPluginInit": regexp.MustCompile(`^func\([\w.]+\.Registry\) error$`),
	"NewFactory":          regexp.MustCompile(`^func\(\) [\w.*]*Factory$`),
}

// entrySymbol: without the symbol nothing can be registered (plugin.Lookup, or dlsym).
func entrySymbol(s *subject) ruling {
	isGo := s.opener == byPluginOpen
	// A host without hashes may die before it looks anything up (hostExportsHashes): what it would find decides nothing.
	if isGo && s.host != nil && !s.host.ProvidesHashes() && !s.host.WithoutCgo() {
		return ruling{}
	}
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
	if !isGo && slices.ContainsFunc(s.searched(), func(library *Library) bool { return slices.ContainsFunc(wanted, library.Defines) }) {
		return checked("entry symbol")
	}
	if i := slices.IndexFunc(wanted, s.plugin.Go.Lists); isGo && i >= 0 {
		return hiddenSymbol(s, wanted[i])
	}
	names := strings.Join(wanted, " or ")
	f := Finding{
		Subject:       wanted[0],
		Plugin:        "not exported",
		Host:          names,
		Evidence:      "dynamic symbols",
		Message:       "no entry symbol: " + names + " is not exported",
		LoaderMessage: "undefined symbol: " + wanted[0],
		Fix:           "export it: int32_t register_collector_plugin(const otc_host_api *), as spec/otelcol_plugin.h has it",
	}
	if s.plugin.Rust != nil {
		f.Fix = `export it: #[unsafe(no_mangle)] pub extern "C" fn register_collector_plugin`
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

// Hidden is the plugin's value in an OCX0501 of a symbol that plugin.Open itself looks for in vain, when the init functions have run.
const Hidden = "exported, without a dynamic symbol"

// hiddenSymbol: the symbol of each export is looked up before plugin.Open returns, and after the init functions ran (plugin/plugin_dlopen.go).
func hiddenSymbol(s *subject, name string) ruling {
	symbol := s.plugin.Go.PluginPath + "." + name
	f := Finding{
		Subject:  name,
		Plugin:   Hidden,
		Host:     symbol,
		Evidence: "exports of the plugin (ptab), dynamic symbols",
		Message:  fmt.Sprintf("%s is exported, but %s is not among the dynamic symbols, where plugin.Open looks", name, symbol),
		Fix:      "build it without -ldflags=-pluginpath, and link it without a version script",
	}
	// Go looks them up in the order of a map, which is another each time.
	if len(s.plugin.Go.Exports) == 1 {
		f.LoaderMessage = fmt.Sprintf("could not find symbol %s: %s: undefined symbol: %s", name, s.plugin.Path, symbol)
	}
	return checked("entry symbol", New("OCX0501", f))
}

// A Collector that has this package opens plugins with it: what it takes, by whatever name, is known (loader/open.go: call).
const (
	ourLoader = "ocx.dev/runtime/loader"
	ourTypes  = "func(pluginapi.Registry) error, or func() of a Factory"
)

var taken = regexp.MustCompile(`^func\((pluginapi\.Registry\) error|\) (component|receiver|processor|exporter|connector|extension)\.Factory)$`)

// signature: a host asserts the type of what plugin.Lookup gives; which one it asserts is in its code.
func signature(s *subject, name string) ruling {
	expected, isOurs := signatures[name], s.host != nil && s.host.Evidence.HashOf(ourLoader) != ""
	if isOurs {
		expected = taken
	}
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
	if s.host.ProvidesHashes() && export.Type != "" {
		if why := neverAsserted(export, s.host); why != "" {
			return wrongType(name, export.Type, why, isOurs)
		}
	}
	if expected.MatchString(export.Type) {
		return checked("entry symbol and its type")
	}
	if isOurs && export.Type != "" {
		return wrongType(name, export.Type, export.Type+", which this Collector does not take", isOurs)
	}
	usual := "func(...Registry) error"
	if name == "NewFactory" {
		usual = "func() ...Factory"
	}
	if s.host != nil && export.Type != "" && !namedBy[name].MatchString(export.Type) {
		return otherThanTheRFC(name, export.Type, usual)
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

// namedBy is what the RFC's types can't be without, however a host spells them: a type that has no such word is none of them.
var namedBy = map[string]*regexp.Regexp{
	"CollectorPluginInit": regexp.MustCompile(`^func\(.*Registry.*\)`),
	"NewFactory":          regexp.MustCompile(`^func\(.*\) .*Factory`),
}

// otherThanTheRFC: a host asks for the RFC's names because it takes the RFC's types.
func otherThanTheRFC(name, typ, usual string) ruling {
	return checked("entry symbol and its type", New("OCX0505", Finding{
		Subject:  name,
		Plugin:   typ,
		Host:     usual,
		Evidence: "exports of the plugin (ptab)",
		Message:  fmt.Sprintf("%s is %s, and hosts that ask for it take %s: their type assertion fails", name, typ, usual),
		Fix:      fmt.Sprintf("let %s be %s of the host's own plugin API", name, usual),
	}))
}

// neverAsserted: why no assertion in the host can hold: it would compare with its own description of the type (cmd/compile:
// walkDotType), of a package it links, under the type's symbol. Empty where one can.
func neverAsserted(export gofile.Export, host *Host) string {
	for _, path := range export.Packages {
		if host.Evidence.HashOf(path) == "" {
			return fmt.Sprintf("%s of package %s, which the host does not have", export.Type, path)
		}
	}
	if export.TypeSymbol != "" && !host.Evidence.Defines(export.TypeSymbol) {
		return export.Type + ", a type that is nowhere in the host"
	}
	return ""
}

func wrongType(name, typ, why string, isOurs bool) ruling {
	says := "" // What another host says of it are its own words.
	host := "has no such type"
	if isOurs {
		host = ourTypes
		says = fmt.Sprintf("symbol %s is a %s, not a func(pluginapi.Registry) error of this Collector's ocx.dev/runtime/pluginapi", name, typ)
	}
	return checked("entry symbol and its type", New("OCX0505", Finding{
		Subject:       name,
		Plugin:        typ,
		Host:          host,
		Evidence:      "exports of the plugin (ptab), symbols of types (type:...) in both",
		Message:       fmt.Sprintf("%s is %s: its type assertion fails", name, why),
		LoaderMessage: says,
		Fix:           fmt.Sprintf("let %s be what the host asks for: func(...Registry) error of the host's own plugin API", name),
	}))
}
