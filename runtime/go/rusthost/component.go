package rusthost

// #include <stdlib.h>
// #include "bridge.h"
import "C"

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"unsafe"

	"go.opentelemetry.io/collector/component"
)

// registered is a component of a plugin: its functions in C, and what its descriptor says.
type registered struct {
	library *library
	kind    string
	typ     component.Type
	// functions are a copy, in memory of C: the plugin's may be gone.
	functions   *C.otc_component
	signals     uint32
	connections uint64
	descriptor  descriptor
	// text is the descriptor as it was registered; empty when there is none.
	text string
}

// descriptor is what is read of a component object of spec/components.schema.json.
type descriptor struct {
	Stability     map[string]string `json:"stability"`
	ConfigSchema  map[string]any    `json:"config_schema"`
	DefaultConfig map[string]any    `json:"default_config"`
	Docs          string            `json:"docs"`
}

var kinds = map[C.uint32_t]string{
	C.OTC_KIND_RECEIVER:  "receiver",
	C.OTC_KIND_PROCESSOR: "processor",
	C.OTC_KIND_EXPORTER:  "exporter",
	C.OTC_KIND_CONNECTOR: "connector",
	C.OTC_KIND_EXTENSION: "extension",
}

const (
	allSignals     = 1<<C.OTC_SIGNAL_TRACES | 1<<C.OTC_SIGNAL_METRICS | 1<<C.OTC_SIGNAL_LOGS
	maxDescriptor  = 8 << 20
	maxTypeName    = 63
	signalsInABits = 8
)

// newComponent takes what register_component was given; the code is what the plugin gets.
func newComponent(l *library, c *C.otc_component) (made *registered, code C.int32_t, err error) {
	kind, known := kinds[c.kind]
	if !known {
		return nil, C.OTC_ABI, fmt.Errorf("a component has kind %d, which is none of the ABI", uint32(c.kind))
	}
	if c._type == nil || c.type_size == 0 || c.type_size > maxTypeName {
		return nil, C.OTC_CONFIG, fmt.Errorf("a %s has no type, or one of more than %d bytes", kind, maxTypeName)
	}
	name := C.GoStringN(c._type, C.int(c.type_size))
	typ, err := component.NewType(name)
	if err != nil {
		return nil, C.OTC_CONFIG, fmt.Errorf("%s %q: %w", kind, name, err)
	}
	wrong := func(code C.int32_t, format string, args ...any) (*registered, C.int32_t, error) {
		return nil, code, fmt.Errorf("%s %q: %s", kind, name, fmt.Sprintf(format, args...))
	}
	made = &registered{library: l, kind: kind, typ: typ, signals: uint32(c.signals), connections: uint64(c.connections)}
	if c.create == nil || c.destroy == nil {
		return wrong(C.OTC_ABI, "create or destroy is missing")
	}
	consumes := kind == "processor" || kind == "exporter" || kind == "connector"
	if consumes != (c.consume != nil) {
		return wrong(C.OTC_ABI, "consume is for processors, exporters and connectors, and needed there")
	}
	switch kind {
	case "extension":
	case "connector":
		if made.connections == 0 || made.connections&^allConnections() != 0 {
			return wrong(C.OTC_CONFIG, "connections are 0x%x: none, or some that are not known", made.connections)
		}
	default:
		if made.signals == 0 || made.signals&^allSignals != 0 {
			return wrong(C.OTC_CONFIG, "signals are 0x%x: none, or some that are not known", made.signals)
		}
	}
	if c.descriptor != nil && c.descriptor_size > 0 {
		if c.descriptor_size > maxDescriptor {
			return wrong(C.OTC_CONFIG, "its descriptor has %d bytes", c.descriptor_size)
		}
		text := C.GoBytes(unsafe.Pointer(c.descriptor), C.int(c.descriptor_size))
		if made.descriptor, err = readDescriptor(text); err != nil {
			return wrong(C.OTC_CONFIG, "its descriptor: %v", err)
		}
		made.text = string(text)
	}
	made.functions = (*C.otc_component)(C.malloc(C.sizeof_otc_component))
	*made.functions = *c
	// Texts of the plugin, that may be gone from now on.
	made.functions._type, made.functions.descriptor = nil, nil
	return made, C.OTC_OK, nil
}

// readDescriptor keeps whole numbers whole: 1000000 is not to be printed as 1e+06.
func readDescriptor(text []byte) (read descriptor, err error) {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	if err = decoder.Decode(&read); err != nil {
		return descriptor{}, err
	}
	read.ConfigSchema, _ = numbers(read.ConfigSchema).(map[string]any)
	read.DefaultConfig, _ = numbers(read.DefaultConfig).(map[string]any)
	return read, nil
}

func numbers(value any) any {
	switch v := value.(type) {
	case json.Number:
		if whole, err := v.Int64(); err == nil {
			return whole
		}
		float, _ := v.Float64()
		return float
	case map[string]any:
		for key, inner := range v {
			v[key] = numbers(inner)
		}
	case []any:
		for i, inner := range v {
			v[i] = numbers(inner)
		}
	}
	return value
}

func allConnections() uint64 {
	var all uint64
	for _, from := range []signal{traces, metrics, logs} {
		for _, to := range []signal{traces, metrics, logs} {
			all |= connection(from, to)
		}
	}
	return all
}

// signal as in the ABI; 0 where there is none.
type signal uint32

const (
	traces  signal = C.OTC_SIGNAL_TRACES
	metrics signal = C.OTC_SIGNAL_METRICS
	logs    signal = C.OTC_SIGNAL_LOGS
)

func (s signal) String() string {
	return map[signal]string{traces: "traces", metrics: "metrics", logs: "logs"}[s]
}

func connection(from, to signal) uint64 { return 1 << (from*signalsInABits + to) }

func (r *registered) has(s signal) bool             { return r.signals&(1<<s) != 0 }
func (r *registered) connects(from, to signal) bool { return r.connections&connection(from, to) != 0 }

var levels = map[string]component.StabilityLevel{
	"unmaintained": component.StabilityLevelUnmaintained,
	"deprecated":   component.StabilityLevelDeprecated,
	"development":  component.StabilityLevelDevelopment,
	"alpha":        component.StabilityLevelAlpha,
	"beta":         component.StabilityLevelBeta,
	"stable":       component.StabilityLevelStable,
}

// stability of a signal, of a connection traces-to-metrics, or of an extension: development unless the descriptor says.
func (r *registered) stability(of string) component.StabilityLevel {
	text, said := r.descriptor.Stability[of]
	if !said {
		text = r.descriptor.Stability[strings.ReplaceAll(of, "-to-", "_to_")]
	}
	if level, known := levels[strings.ToLower(text)]; known {
		return level
	}
	return component.StabilityLevelDevelopment
}

// ConfigSchema and Docs are the descriptor's, for whoever explains a component that this process has.
func (r *registered) ConfigSchema() map[string]any { return r.descriptor.ConfigSchema }

// Descriptor is the text that was registered, a component object of spec/components.schema.json; empty when there is none.
func (r *registered) Descriptor() string { return r.text }

// Docs in Markdown; empty when there are none.
func (r *registered) Docs() string { return r.descriptor.Docs }
