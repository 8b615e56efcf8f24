// Package descriptor is the format in which a plugin or a Collector says what components it
// brings (spec/components.schema.json), the text of an ELF note of type 2.
package descriptor

import "bytes"

// FormatVersion is the one that is written. Fields are added, never renamed or dropped, within one.
const FormatVersion = 1

// Kinds of components, in the order data flow through a pipeline.
var Kinds = []string{"receiver", "processor", "exporter", "connector", "extension"}

// Descriptor is what is known of one component without running it.
type Descriptor struct {
	Kind    string
	Type    string
	Module  string
	Version string
	// Stability has the level of each signal that is supported, in words of metadata.yaml: traces: beta.
	Stability map[string]string
	// ConfigSchema is JSON Schema 2020-12 of the component's section; nil when there is none.
	ConfigSchema *Object
	// DefaultConfig is what is in force when nothing is given; nil when it is not known.
	DefaultConfig *Object
	// Docs is Markdown; empty when there is none.
	Docs string
	// Description is a sentence or two; empty when there is none.
	Description string
	Warnings    []string
	// DefaultConfigFaults say why it refuses its own default configuration.
	DefaultConfigFaults []string
}

// Name is processor batch.
func (d Descriptor) Name() string { return d.Kind + " " + d.Type }

// Write gives the text of a note: compact, and the same for the same components.
func Write(components []Descriptor) (string, error) {
	list := []any{}
	for _, d := range components {
		list = append(list, d.object())
	}
	text, err := plainJSON(ObjectOf("format_version", FormatVersion, "components", list))
	return string(bytes.TrimSpace(text)) + "\n", err
}

func (d Descriptor) object() *Object {
	o := ObjectOf("kind", d.Kind, "type", d.Type, "module", d.Module, "version", d.Version, "stability", textMap(d.Stability))
	for _, part := range []struct {
		key   string
		value any
		there bool
	}{
		{"config_schema", d.ConfigSchema, d.ConfigSchema != nil},
		{"default_config", d.DefaultConfig, d.DefaultConfig != nil},
		{"description", d.Description, d.Description != ""},
		{"warnings", d.Warnings, len(d.Warnings) > 0},
		{"default_config_faults", d.DefaultConfigFaults, len(d.DefaultConfigFaults) > 0},
		{"docs", d.Docs, d.Docs != ""},
	} {
		if part.there {
			o.Set(part.key, part.value)
		}
	}
	return o
}

func textMap(texts map[string]string) map[string]string {
	if texts == nil {
		return map[string]string{}
	}
	return texts
}
