// Package describe finds out what a component is by its factory: its stability, and the fields
// of its configuration, by walking the struct that holds them. Nothing is started.
package describe

import (
	"fmt"
	"reflect"

	"go.opentelemetry.io/collector/component"

	"ocx.dev/runtime/descriptor"
)

// Dialect of the schemas.
const Dialect = "https://json-schema.org/draft/2020-12/schema"

// Sources knows what reflection can't see: what the source of a type says. Nil knows nothing.
type Sources interface {
	// Doc is the comment at a field of a type, or, without a field, at the type.
	Doc(typ reflect.Type, field string) string
	// Constants are the values of the string constants of a type.
	Constants(typ reflect.Type) []string
	// Keys are those that the type's own Unmarshal looks up.
	Keys(typ reflect.Type) []string
	// Subcomponents are the types of components that the module of a type has inside.
	Subcomponents(typ reflect.Type) []string
}

// Component describes what a factory makes. A factory that panics is an error.
func Component(kind string, factory component.Factory, sources Sources) (d descriptor.Descriptor, err error) {
	doing := "asked for its type"
	defer func() {
		if reason := recover(); reason != nil {
			err = fmt.Errorf("panics when it is %s: %v", doing, reason)
		}
	}()
	d = descriptor.Descriptor{Kind: kind, Type: factory.Type().String()}
	doing = "asked for its stability"
	d.Stability = Stability(factory)
	doing = "asked for its default configuration"
	if factory.CreateDefaultConfig() == nil {
		d.ConfigSchema = descriptor.ObjectOf("$schema", Dialect, "type", "object")
		d.DefaultConfig = &descriptor.Object{}
		return d, nil
	}
	w := newWalk(factory, sources)
	doing = "looked at: its configuration"
	d.ConfigSchema = w.root()
	doing = "asked to write its default configuration"
	// One that can't be written, as by print-config, is not known.
	d.DefaultConfig, _ = w.defaultConfig(d.ConfigSchema)
	doing = "asked to validate its default configuration"
	d.DefaultConfigFaults = w.addRequired(d.ConfigSchema)
	return d, nil
}
