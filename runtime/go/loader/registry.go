package loader

import (
	"errors"
	"fmt"
	"maps"
	"reflect"
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
	"ocx.dev/runtime/verdict"
)

// Component is one that a plugin registered.
type Component struct {
	// Kind is receiver, processor, exporter, connector or extension.
	Kind string
	Type component.Type
	// Module is the Go module that the component is of, with its version, as far as build info tells.
	Module  string
	Factory component.Factory
	// Origin is the file of the plugin.
	Origin string

	// names are the type and its deprecated alias.
	names []component.Type
}

// key of a component: types are unique within a kind.
type key struct {
	kind string
	typ  component.Type
}

// registry is what one plugin sees. It collects, so that a plugin that fails half-way leaves nothing.
type registry struct {
	plugin string
	// info is nil for what is not Go; module is then what the manifest calls the plugin.
	info   *debug.BuildInfo
	module string
	// taken tells where a component is from that the Collector has already.
	taken func(key) (origin string, ok bool)
	found []Component
	// errs are kept, lest a plugin swallows one and starts with half its components.
	errs []error
}

func newRegistry(record catalog.Record, taken func(key) (string, bool)) *registry {
	r := &registry{plugin: record.Path, taken: taken}
	if record.Evidence.Go != nil {
		r.info = record.Evidence.Go.BuildInfo
	}
	if m := verdict.ManifestOf(record.Evidence); m != nil {
		r.module = strings.TrimSpace(m.Name + " " + m.Version)
	}
	return r
}

func (r *registry) RegisterReceiver(f receiver.Factory) error   { return r.register("receiver", f) }
func (r *registry) RegisterProcessor(f processor.Factory) error { return r.register("processor", f) }
func (r *registry) RegisterExporter(f exporter.Factory) error   { return r.register("exporter", f) }
func (r *registry) RegisterConnector(f connector.Factory) error { return r.register("connector", f) }
func (r *registry) RegisterExtension(f extension.Factory) error { return r.register("extension", f) }

func (r *registry) register(kind string, factory component.Factory) error {
	err := r.tryRegister(kind, factory)
	if err != nil {
		r.errs = append(r.errs, err)
	}
	return err
}

func (r *registry) tryRegister(kind string, factory component.Factory) error {
	if factory == nil {
		return fmt.Errorf("the %s factory is nil", kind)
	}
	k := key{kind, factory.Type()}
	if k.typ == (component.Type{}) {
		return fmt.Errorf("the %s factory %T has no type", kind, factory)
	}
	names, err := namesOf(factory)
	if err != nil {
		return fmt.Errorf("%s %q of %s: %w", kind, k.typ, r.plugin, err)
	}
	for _, name := range names {
		if origin, ok := r.taken(key{kind, name}); ok {
			return fmt.Errorf("%s %q of %s is already registered: it is %s", kind, name, r.plugin, origin)
		}
		if slices.ContainsFunc(r.found, func(c Component) bool { return c.Kind == kind && slices.Contains(c.names, name) }) {
			return fmt.Errorf("%s %q of %s is registered twice by it", kind, name, r.plugin)
		}
	}
	r.found = append(r.found, Component{
		Kind:    kind,
		Type:    k.typ,
		names:   names,
		Module:  r.moduleOf(factory),
		Factory: factory,
		Origin:  r.plugin,
	})
	return nil
}

func (r *registry) err() error {
	if len(r.errs) == 0 {
		return nil
	}
	return &OwnError{errors.Join(r.errs...)}
}

// moduleOf gives "path version" of the module that a component's configuration is of; where that is no
// Go module, name and version of the plugin.
func (r *registry) moduleOf(factory component.Factory) string {
	info := r.info
	if info == nil {
		return r.module
	}
	path := packageOf(factory)
	modules := append([]*debug.Module{&info.Main}, info.Deps...)
	best := &debug.Module{}
	for _, module := range modules {
		if (path == module.Path || strings.HasPrefix(path, module.Path+"/")) && len(module.Path) > len(best.Path) {
			best = module
		}
	}
	if best.Path == "" {
		// A component whose configuration is a map of the standard library, or of package main.
		best = &info.Main
	}
	return strings.TrimSpace(best.Path + " " + best.Version)
}

func packageOf(factory component.Factory) (path string) {
	// A foreign function: if it panics, the Collector will say so when the component is used.
	defer func() { _ = recover() }()
	typ := reflect.TypeOf(factory.CreateDefaultConfig())
	for typ != nil && typ.Kind() == reflect.Pointer {
		typ = typ.Elem()
	}
	if typ == nil {
		return ""
	}
	return typ.PkgPath()
}

// builtIn lists the components that were compiled in.
func builtIn(factories otelcol.Factories) map[key]string {
	found := map[key]string{}
	add := func(kind string, types []component.Type) {
		for _, typ := range types {
			found[key{kind, typ}] = "built into this Collector"
		}
	}
	add("receiver", slices.Collect(maps.Keys(factories.Receivers)))
	add("processor", slices.Collect(maps.Keys(factories.Processors)))
	add("exporter", slices.Collect(maps.Keys(factories.Exporters)))
	add("connector", slices.Collect(maps.Keys(factories.Connectors)))
	add("extension", slices.Collect(maps.Keys(factories.Extensions)))
	return found
}

// merge adds components to the factories and module maps of a Collector. The maps are copies:
// otelcol asks for its factories more than once.
func merge(factories otelcol.Factories, components []Component) (otelcol.Factories, error) {
	factories.Receivers = copied(factories.Receivers)
	factories.Processors = copied(factories.Processors)
	factories.Exporters = copied(factories.Exporters)
	factories.Connectors = copied(factories.Connectors)
	factories.Extensions = copied(factories.Extensions)
	factories.ReceiverModules = copied(factories.ReceiverModules)
	factories.ProcessorModules = copied(factories.ProcessorModules)
	factories.ExporterModules = copied(factories.ExporterModules)
	factories.ConnectorModules = copied(factories.ConnectorModules)
	factories.ExtensionModules = copied(factories.ExtensionModules)
	for _, c := range components {
		var err error
		switch f := c.Factory.(type) {
		case receiver.Factory:
			factories.ReceiverModules[c.Type] = c.Module
			err = add(factories.Receivers, f)
		case processor.Factory:
			factories.ProcessorModules[c.Type] = c.Module
			err = add(factories.Processors, f)
		case exporter.Factory:
			factories.ExporterModules[c.Type] = c.Module
			err = add(factories.Exporters, f)
		case connector.Factory:
			factories.ConnectorModules[c.Type] = c.Module
			err = add(factories.Connectors, f)
		case extension.Factory:
			factories.ExtensionModules[c.Type] = c.Module
			err = add(factories.Extensions, f)
		}
		if err != nil {
			return factories, fmt.Errorf("%s %q of %s: %w", c.Kind, c.Type, c.Origin, err)
		}
	}
	return factories, nil
}

func copied[K comparable, V any](m map[K]V) map[K]V {
	if m == nil {
		return map[K]V{}
	}
	return maps.Clone(m)
}

// add takes the deprecated alias of a type along, which only otelcol.MakeFactoryMap knows.
func add[T component.Factory](to map[component.Type]T, factory T) error {
	made, err := otelcol.MakeFactoryMap(factory)
	if err != nil {
		return err
	}
	for typ, f := range made {
		if _, taken := to[typ]; taken {
			return fmt.Errorf("type %q is already registered", typ)
		}
		to[typ] = f
	}
	return nil
}

// namesOf gives the type of a factory, and its deprecated alias if it has one.
func namesOf(factory component.Factory) ([]component.Type, error) {
	made, err := otelcol.MakeFactoryMap(factory)
	return slices.Collect(maps.Keys(made)), err
}
