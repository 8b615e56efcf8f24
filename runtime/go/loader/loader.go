// Package loader finds, verifies, opens and registers the plugins of a Collector.
//
// A plugin is judged by its bytes before it is opened (package verdict), so nothing of a refused
// plugin ever runs, and the dynamic linker never has it in its scope, where it could break others.
package loader

import (
	"errors"
	"fmt"
	"path/filepath"
	"plugin"
	"runtime/debug"
	"slices"
	"strings"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/connector"
	"go.opentelemetry.io/collector/exporter"
	"go.opentelemetry.io/collector/extension"
	"go.opentelemetry.io/collector/otelcol"
	"go.opentelemetry.io/collector/processor"
	"go.opentelemetry.io/collector/receiver"

	"ocx.dev/runtime/catalog"
	"ocx.dev/runtime/pluginapi"
	"ocx.dev/runtime/verdict"
)

// Plugin is one that the loader looked at.
type Plugin struct {
	catalog.Record
	// Err is why it is not loaded; nil when it is. A *Refusal when it was not opened.
	Err error
	// Components that it registered.
	Components []Component
}

// Refusal says why a plugin was not opened: nothing of it ran.
type Refusal struct {
	Path     string
	Verdict  verdict.Verdict
	Findings []verdict.Finding
}

func (r *Refusal) Error() string {
	return fmt.Sprintf("%s: %s: %s", r.Path, r.Verdict, firstReason(r.Findings))
}

func firstReason(findings []verdict.Finding) string {
	if len(findings) == 0 {
		return "no reason was found"
	}
	first := findings[0]
	if first.Cause != "" {
		return first.Cause
	}
	return first.Message
}

// Result is what became of the plugins of a place, in load order.
type Result struct {
	Plugins []Plugin
}

// Failed are the plugins that are not loaded.
func (r *Result) Failed() []Plugin {
	return slices.DeleteFunc(slices.Clone(r.Plugins), func(p Plugin) bool { return p.Err == nil })
}

// Components of all plugins.
func (r *Result) Components() []Component {
	var components []Component
	for _, p := range r.Plugins {
		components = append(components, p.Components...)
	}
	return components
}

// Merge adds the plugins' components to built-in ones.
func (r *Result) Merge(factories otelcol.Factories) (otelcol.Factories, error) {
	return merge(factories, r.Components())
}

// Load loads the plugins of a place into this process, in order. A plugin that can't be loaded
// is in the result with its error, and the next is tried: every reason of every plugin is
// found in one start. The error is of the place itself.
//
// Once a plugin was opened it stays in the process, so Load is called once.
func Load(place catalog.Place, builtIns otelcol.Factories) (*Result, error) {
	host, err := catalog.OpenSelf()
	if err != nil {
		return nil, err
	}
	defer host.Close()
	listing, err := catalog.ListPlace(place)
	if err != nil {
		return nil, err
	}
	session := &session{host: host, taken: builtIn(builtIns), paths: map[string]string{}}
	result := &Result{}
	for _, listed := range listing.Plugins {
		result.Plugins = append(result.Plugins, session.load(listed))
	}
	return result, nil
}

// session is the state of loading one plugin after the other.
type session struct {
	host *catalog.Host
	// taken tells of each component where it is from.
	taken map[key]string
	// opened plugins, in order: the dynamic linker resolves packages that the host lacks to the first that has them.
	opened []catalog.Record
	// paths has the file of each plugin path that was opened.
	paths map[string]string
}

func (s *session) load(listed catalog.Listed) Plugin {
	p := Plugin{Record: listed.Judge(s.host)}
	if p.Err = s.refusal(p.Record); p.Err != nil {
		return p
	}
	if p.Changed() {
		p.Err = fmt.Errorf("%s: the file changed after it was judged", p.Path)
		return p
	}
	// From here on, code of the plugin runs.
	s.opened = append(s.opened, p.Record)
	s.paths[p.Evidence.Go.PluginPath] = p.Path
	registry := &registry{plugin: p.Path, info: p.Evidence.Go.BuildInfo, taken: func(k key) (string, bool) {
		origin, ok := s.taken[k]
		return origin, ok
	}}
	if p.Err = Open(p.Path, entrySymbols(p.Record), registry); p.Err == nil {
		p.Err = registry.err()
	}
	if p.Err != nil {
		p.Err = fmt.Errorf("%s: %w", p.Path, p.Err)
		return p
	}
	p.Components = registry.found
	for _, c := range registry.found {
		for _, name := range c.names {
			s.taken[key{c.Kind, name}] = "of " + p.Path
		}
	}
	return p
}

// refusal: only what loads by its own bytes, and next to what is loaded already, is opened.
func (s *session) refusal(record catalog.Record) error {
	j := record.Judgement
	if j.Verdict != verdict.Loads {
		return &Refusal{record.Path, j.Verdict, j.Findings}
	}
	if record.Evidence.Go == nil || !record.Evidence.Go.HasTable {
		return fmt.Errorf("%s: it is no Go plugin, and this Collector loads no other", record.Path)
	}
	if other, opened := s.paths[record.Evidence.Go.PluginPath]; opened {
		return fmt.Errorf("%s: plugin already loaded: %s has the plugin path %s too", record.Path, other, record.Evidence.Go.PluginPath)
	}
	if clash := s.clash(record); clash != nil {
		return &Refusal{record.Path, verdict.Fails, []verdict.Finding{*clash}}
	}
	return nil
}

// clash finds packages that the host lacks, and that an earlier plugin brought in another version.
func (s *session) clash(record catalog.Record) *verdict.Finding {
	var items []verdict.Item
	var from string
	for _, entry := range record.Evidence.Go.LinkHashes {
		if s.host.Evidence.HashOf(entry.Package) != "" {
			continue
		}
		for _, earlier := range s.opened {
			theirs := hashIn(earlier, entry.Package)
			if theirs == "" {
				continue
			}
			if theirs != entry.Hash {
				items = append(items, verdict.Item{Subject: entry.Package, Plugin: entry.Hash, Host: theirs})
				if from == "" {
					from = earlier.Path
				}
			}
			break
		}
	}
	if items == nil {
		return nil
	}
	first := items[0]
	number := verdict.Count(len(items), "package")
	if len(items) == 1 {
		number = "package " + first.Subject
	}
	f := verdict.New("OCX0410", verdict.Finding{
		Subject:  first.Subject,
		Plugin:   first.Plugin,
		Host:     first.Host,
		Evidence: "link hashes; those of the plugins loaded before",
		Message:  "plugin was built with a different version of " + number,
		Cause:    fmt.Sprintf("%s was loaded before with another version of %s", filepath.Base(from), number),
		LoaderMessage: fmt.Sprintf("plugin.Open(%q): plugin was built with a different version of package %s",
			strings.TrimSuffix(record.Path, ".so"), first.Subject),
		Fix:   "build the two plugins from one go.mod",
		Items: items,
	})
	return &f
}

func hashIn(record catalog.Record, packagePath string) string {
	for _, entry := range record.Evidence.Go.LinkHashes {
		if entry.Package == packagePath {
			return entry.Hash
		}
	}
	return ""
}

// entrySymbols are the names to look up: the manifest's, else the RFC's two drafts.
func entrySymbols(record catalog.Record) []string {
	if m := verdict.ManifestOf(record.Evidence); m != nil && m.EntrySymbol != "" {
		return []string{m.EntrySymbol}
	}
	return []string{pluginapi.InitSymbol, pluginapi.FactorySymbol}
}

// Open opens one plugin in this process and lets it register its factories. A panic of its init
// functions or of CollectorPluginInit is an error.
func Open(path string, symbols []string, registry pluginapi.Registry) (err error) {
	doing := "opening it"
	defer func() {
		if reason := recover(); reason != nil {
			err = &Panic{Doing: doing, Reason: fmt.Sprint(reason), Stack: string(debug.Stack())}
		}
	}()
	opened, err := plugin.Open(path)
	if err != nil {
		return err
	}
	var symbol plugin.Symbol
	for _, name := range symbols {
		if symbol, err = opened.Lookup(name); err == nil {
			doing = "calling its " + name
			return call(name, symbol, registry)
		}
	}
	return fmt.Errorf("no entry symbol: it exports neither of %s: %w", strings.Join(symbols, ", "), err)
}

// Panic is one in a plugin's init functions or in its entry function.
type Panic struct {
	Doing, Reason, Stack string
}

func (p *Panic) Error() string { return fmt.Sprintf("panic while %s: %s", p.Doing, p.Reason) }

// call takes the types that the two drafts of the RFC have: CollectorPluginInit, and NewFactory
// of any kind.
func call(name string, symbol plugin.Symbol, registry pluginapi.Registry) error {
	var factory component.Factory
	switch f := symbol.(type) {
	case pluginapi.Init:
		return f(registry)
	case func() component.Factory:
		factory = f()
	case func() receiver.Factory:
		factory = f()
	case func() processor.Factory:
		factory = f()
	case func() exporter.Factory:
		factory = f()
	case func() connector.Factory:
		factory = f()
	case func() extension.Factory:
		factory = f()
	default:
		return fmt.Errorf("symbol %s is a %T, not a %T of this Collector's ocx.dev/runtime/pluginapi", name, symbol, pluginapi.Init(nil))
	}
	if factory == nil {
		return errors.New(name + " returned nil")
	}
	return pluginapi.Register(registry, factory)
}

// Try opens a plugin that was judged in this process, for a probe: with no built-in components to clash with.
func Try(record catalog.Record) ([]Component, error) {
	if record.Evidence == nil || record.Evidence.Go == nil || !record.Evidence.Go.HasTable {
		return nil, errors.New("it is no Go plugin, and this Collector loads no other")
	}
	registry := &registry{
		plugin: record.Path,
		info:   record.Evidence.Go.BuildInfo,
		taken:  func(key) (string, bool) { return "", false },
	}
	if err := Open(record.Path, entrySymbols(record), registry); err != nil {
		return nil, err
	}
	return registry.found, registry.err()
}
