package loader

import (
	"errors"
	"fmt"
	"path/filepath"
	"plugin"
	"runtime/debug"
	"strings"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/connector"
	"go.opentelemetry.io/collector/exporter"
	"go.opentelemetry.io/collector/extension"
	"go.opentelemetry.io/collector/processor"
	"go.opentelemetry.io/collector/receiver"

	"ocx.dev/runtime/catalog"
	"ocx.dev/runtime/pluginapi"
	"ocx.dev/runtime/rusthost"
	"ocx.dev/runtime/verdict"
)

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

// OwnError is one that a plugin returned when it was called: opening it went well.
type OwnError struct{ Err error }

func (e *OwnError) Error() string { return e.Err.Error() }

func (e *OwnError) Unwrap() error { return e.Err }

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
		if err := f(registry); err != nil {
			return &OwnError{err}
		}
		return nil
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
		return &OwnError{errors.New(name + " returned nil")}
	}
	return pluginapi.Register(registry, factory)
}

// Try opens a plugin that was judged in this process, for a probe: with no built-in components to clash with.
// collector is the name and version of this one.
func Try(record catalog.Record, collector string) ([]Component, error) {
	registry := newRegistry(record, func(key) (string, bool) { return "", false })
	if err := openAny(record, collector, registry); err != nil {
		return nil, err
	}
	return registry.found, registry.err()
}

// openAny opens a plugin of either language by the way its loader takes: plugin.Open, or dlopen and the C ABI.
func openAny(record catalog.Record, collector string, registry *registry) error {
	file := record.Path
	if record.Copy != "" {
		file = record.Copy
	}
	if isGo(record) {
		return called(record, Open(file, entrySymbols(record), registry))
	}
	path, err := filepath.Abs(file)
	if err != nil {
		return err
	}
	symbol := rusthost.Symbol
	if m := verdict.ManifestOf(record.Evidence); m != nil && m.EntrySymbol != "" {
		symbol = m.EntrySymbol
	}
	err = rusthost.Open(record.Path, path, symbol, collector, registry)
	var link *rusthost.LinkError
	if err != nil && !errors.As(err, &link) {
		return &OwnError{err}
	}
	return called(record, err)
}

// called is an error with the plugin's own name where it has that of its copy: the copy is gone when it is read.
func called(record catalog.Record, err error) error {
	if err == nil || record.Copy == "" || !strings.Contains(err.Error(), record.Copy) {
		return err
	}
	var own *OwnError
	var panicked *Panic
	if errors.As(err, &own) || errors.As(err, &panicked) {
		return err // Its own words.
	}
	return errors.New(strings.ReplaceAll(err.Error(), record.Copy, record.Path))
}

func isGo(record catalog.Record) bool {
	return record.Evidence.Go != nil && record.Evidence.Go.HasTable
}
