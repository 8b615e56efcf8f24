package descriptor_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"ocx.dev/runtime/descriptor"
)

func TestWrittenDescriptorsAreReadAgain(t *testing.T) {
	schema := descriptor.ObjectOf("type", "object", "properties", descriptor.ObjectOf("z", descriptor.ObjectOf("default", "<a>"), "a", descriptor.ObjectOf("default", 1.0)))
	text, err := descriptor.Write([]descriptor.Descriptor{{Kind: "processor", Type: "batch", Module: "m", Version: "v1", Stability: map[string]string{"logs": "beta"}, ConfigSchema: schema, Docs: "# Batch"}})
	if err != nil {
		t.Fatal(err)
	}
	const want = `{"format_version":1,"components":[{"kind":"processor","type":"batch","module":"m","version":"v1","stability":{"logs":"beta"},` +
		`"config_schema":{"type":"object","properties":{"z":{"default":"<a>"},"a":{"default":1}}},"docs":"# Batch"}]}` + "\n"
	if text != want {
		t.Errorf("%s, want %s", text, want)
	}
	read, faults := descriptor.Read(text)
	if len(faults) != 0 || len(read) != 1 || read[0].Docs != "# Batch" || strings.Join(read[0].ConfigSchema.Object("properties").Keys(), " ") != "z a" {
		t.Errorf("%v %+v", faults, read)
	}
}

// The same cases as test/components/readDescriptors.test.ts.
func TestAFaultInOneHidesNoOther(t *testing.T) {
	components, faults := descriptor.Read(`{"components": [{"kind": "sink", "type": "a"}, {"kind": "exporter", "type": "has blanks"}, 7,
		{"kind": "processor", "type": "batch"}, {"kind": "processor", "type": "batch"}, {"Kind": "processor", "Type": "case"},
		{"kind": "exporter", "type": "debug", "docs": 1, "stability": {"logs": 2, "traces": "beta"}, "default_config": []}]}`)
	var names, fields []string
	for _, d := range components {
		names = append(names, d.Name())
	}
	for _, f := range faults {
		fields = append(fields, f.Field)
	}
	if got := strings.Join(names, ", "); got != "processor batch, exporter debug" {
		t.Error(got)
	}
	const want = `components[0].kind components[1].type components[2] components[4] components[5].kind components[5].type ` +
		`components[6].stability["logs"] components[6].default_config components[6].docs`
	if got := strings.Join(fields, " "); got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

func TestWhatIsNoDescriptors(t *testing.T) {
	for text, problem := range map[string]string{
		"": "is not JSON", `{"components": [`: "is not JSON", "[]": "must be a JSON object, is a list", "{}": "components is missing",
		`{"components": {}}`: "components must be a list, is an object", `{"format_version": 2, "components": []}`: "format_version must be 1: a newer ocx wrote this",
	} {
		components, faults := descriptor.Read(text)
		if len(components) != 0 || len(faults) != 1 || faults[0].String() != problem {
			t.Errorf("%q: %v %v", text, components, faults)
		}
	}
	deep := strings.Repeat(`{"a":`, 5000) + "1" + strings.Repeat("}", 5000)
	_, faults := descriptor.Read(fmt.Sprintf(`{"components": [{"kind": "exporter", "type": "x", "config_schema": %s}]}`, deep))
	if len(faults) != 1 || faults[0].Problem != "is nested deeper than 100 levels" {
		t.Error(faults)
	}
}

func FuzzRead(f *testing.F) {
	f.Add(`{"components": [{"kind": "exporter", "type": "x", "config_schema": {"a": [1, {"b": null}]}, "stability": {"logs": "beta"}}]}`)
	f.Fuzz(func(t *testing.T, text string) {
		components, _ := descriptor.Read(text)
		for _, d := range components {
			if _, err := json.Marshal(d.ConfigSchema); err != nil {
				t.Error(err)
			}
		}
	})
}
