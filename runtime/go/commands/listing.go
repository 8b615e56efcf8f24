package commands

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/otelcol"

	"ocx.dev/runtime/catalog"
	"ocx.dev/runtime/describe"
	"ocx.dev/runtime/descriptor"
	"ocx.dev/runtime/evidence"
	"ocx.dev/runtime/loader"
	"ocx.dev/runtime/verdict"
)

const builtInOrigin = "built-in"

// described is one component, with all that is known of it (spec/components.schema.json: listed).
type described struct {
	descriptor.Descriptor
	// origin is the path of a plugin; built-in, of the Collector itself.
	origin string
	// verdict of the plugin; empty for what is built in.
	verdict verdict.Verdict
}

func (d described) isPlugin() bool { return d.origin != builtInOrigin }

// isAvailable: the Collector has it, which it has not of a plugin that is not loaded.
func (d described) isAvailable() bool { return !d.isPlugin() || d.verdict == verdict.Loads }

// missing is a file, and why something of it is missing.
type missing struct {
	Path    string `json:"path" yaml:"path"`
	Because string `json:"because" yaml:"because"`
}

// listing is everything the Collector and its plugins bring.
type listing struct {
	components []described
	// notLoaded are plugins that were skipped: their components are listed, and are not to be had.
	notLoaded []missing
	// undescribed are files that say wrongly what they bring, or not at all when they were skipped.
	undescribed []missing
}

// registered is a component of a factory map.
type registered struct {
	kind    string
	factory component.Factory
	module  string
}

func registeredIn(factories otelcol.Factories) []registered {
	var all []registered
	all = append(all, ofKind("receiver", factories.Receivers, factories.ReceiverModules)...)
	all = append(all, ofKind("processor", factories.Processors, factories.ProcessorModules)...)
	all = append(all, ofKind("exporter", factories.Exporters, factories.ExporterModules)...)
	all = append(all, ofKind("connector", factories.Connectors, factories.ConnectorModules)...)
	all = append(all, ofKind("extension", factories.Extensions, factories.ExtensionModules)...)
	return all
}

func ofKind[T component.Factory](kind string, factories map[component.Type]T, modules map[component.Type]string) []registered {
	var all []registered
	for typ, factory := range factories {
		// What stands under another name is a deprecated alias.
		if typ == factory.Type() {
			all = append(all, registered{kind, factory, modules[typ]})
		}
	}
	return all
}

// listing describes all components: by the descriptors in the Collector's file and the plugins', else
// by their factories.
func (v *componentsView) listing() (listing, error) {
	factories, err := v.settings.Factories()
	if err != nil {
		return listing{}, fmt.Errorf("failed to initialize factories: %w", err)
	}
	var l listing
	known := map[string]described{}
	for _, d := range l.read(selfPath(), selfEvidence()) {
		known[d.Name()] = described{Descriptor: d, origin: builtInOrigin}
	}
	order := map[string]int{}
	if v.collector.plugins != nil {
		for i, plugin := range v.collector.plugins.Plugins {
			order[plugin.Path] = i + 1
			l.addPlugin(plugin, known)
		}
	}
	for _, r := range registeredIn(factories) {
		l.components = append(l.components, completed(r, known))
	}
	l.components = slices.DeleteFunc(l.components, func(d described) bool {
		return v.kind != "" && d.Kind != v.kind || v.plugins && !d.isPlugin()
	})
	slices.SortFunc(l.components, func(a, b described) int {
		return cmp.Or(
			cmp.Compare(slices.Index(descriptor.Kinds, a.Kind), slices.Index(descriptor.Kinds, b.Kind)),
			cmp.Compare(a.Type, b.Type),
			cmp.Compare(order[a.origin], order[b.origin]),
		)
	})
	return l, nil
}

// addPlugin notes what a loaded plugin says of its components, and lists those of one that is not loaded.
func (l *listing) addPlugin(plugin loader.Plugin, known map[string]described) {
	told := l.read(plugin.Path, plugin.Evidence)
	if plugin.Err == nil {
		for _, c := range plugin.Components {
			d := described{origin: plugin.Path, verdict: verdict.Loads}
			for _, one := range told {
				if one.Kind == c.Kind && one.Type == c.Type.String() {
					d.Descriptor = one
				}
			}
			known[c.Kind+" "+c.Type.String()] = d
		}
		return
	}
	outcome, because := notLoaded(plugin)
	l.notLoaded = append(l.notLoaded, missing{plugin.Path, because})
	if plugin.Evidence != nil && plugin.Evidence.Manifest.Descriptors == nil {
		l.undescribed = append(l.undescribed, missing{plugin.Path, "carries no descriptors"})
	}
	for _, d := range told {
		l.components = append(l.components, described{d, plugin.Path, outcome})
	}
}

// notLoaded says what became of a plugin that is not loaded, in the words that ocx has for it.
func notLoaded(plugin loader.Plugin) (verdict.Verdict, string) {
	var refusal *loader.Refusal
	var misbehaved *loader.Misbehaved
	switch {
	case errors.As(plugin.Err, &misbehaved):
		return verdict.Fails, strings.TrimPrefix(misbehaved.Error(), plugin.Path+": ")
	case plugin.Judgement != nil && plugin.Judgement.Verdict != verdict.Loads:
		return plugin.Judgement.Verdict, plugin.Cause
	case errors.As(plugin.Err, &refusal):
		return refusal.Verdict, refusal.Verdict.Reason(refusal.Findings)
	}
	return verdict.Fails, strings.TrimPrefix(plugin.Err.Error(), plugin.Path+": ")
}

// selfPath is the Collector's file, as others name it.
func selfPath() string {
	if path, err := os.Executable(); err == nil {
		return path
	}
	return catalog.Self
}

func selfEvidence() *evidence.Evidence {
	e, file, err := evidence.Gather(catalog.Self)
	if err != nil {
		return nil
	}
	_ = file.Close()
	return e
}

// read gives what a file says of its components.
func (l *listing) read(path string, e *evidence.Evidence) []descriptor.Descriptor {
	if e == nil || e.Manifest.Descriptors == nil {
		return nil
	}
	told, faults := descriptor.Read(e.Manifest.Descriptors.Text)
	if len(faults) > 0 {
		because := "descriptors: " + faults[0].String()
		if more := len(faults) - 1; more > 0 {
			because += fmt.Sprintf(", and %d more", more)
		}
		l.undescribed = append(l.undescribed, missing{path, because})
	}
	return told
}

// selfDescribed is a factory that was registered with its descriptor, over the C ABI.
type selfDescribed interface {
	ConfigSchema() map[string]any
	Docs() string
}

// completed is what is known of a component beforehand; else its factory is asked.
func completed(r registered, known map[string]described) described {
	d, there := known[r.kind+" "+r.factory.Type().String()]
	if there && d.Type != "" {
		return d
	}
	if !there {
		d.origin = builtInOrigin
	}
	found, err := describe.Component(r.kind, r.factory, nil)
	if err != nil {
		// It is there all the same; what it lacks is not known.
		found = descriptor.Descriptor{Kind: r.kind, Type: r.factory.Type().String(), Stability: map[string]string{}}
	}
	if own, ok := r.factory.(selfDescribed); ok {
		if schema := descriptor.ObjectOfMap(own.ConfigSchema()); schema != nil {
			found.ConfigSchema = schema
		}
		found.Docs = own.Docs()
	}
	d.Descriptor = found
	d.Module, d.Version, _ = strings.Cut(r.module, " ")
	return d
}
