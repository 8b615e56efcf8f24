package manifest_test

import (
	"encoding/json"
	"strings"
	"testing"

	"ocx.dev/runtime/internal/conformance"
	"ocx.dev/runtime/manifest"
)

func TestFaultsAreThoseOfTheVectors(t *testing.T) {
	var file struct {
		Vectors []struct {
			Name, Text string
			Faults     []struct{ Field, Problem string }
		}
	}
	conformance.Read(t, "manifests.json", &file)
	for _, vector := range file.Vectors {
		t.Run(vector.Name, func(t *testing.T) {
			reading := manifest.Read(vector.Text)
			if len(reading.Faults) != len(vector.Faults) {
				t.Fatalf("faults %v, want %v", reading.Faults, vector.Faults)
			}
			for i, want := range vector.Faults {
				got := reading.Faults[i]
				same := got.Problem == want.Problem
				if want.Problem == "is not JSON" {
					same = strings.HasPrefix(got.Problem, want.Problem)
				}
				if got.Field != want.Field || !same {
					t.Errorf("fault %d is %q %q, want %q %q", i, got.Field, got.Problem, want.Field, want.Problem)
				}
			}
			if (reading.Manifest != nil) != (len(vector.Faults) == 0) {
				t.Error("a manifest is what has no faults")
			}
		})
	}
}

func TestNormalisationIsThatOfTheVectors(t *testing.T) {
	var file map[string][][]json.RawMessage
	conformance.Read(t, "normalisation.json", &file)
	texts := map[string]func(string) string{
		"go_toolchain":   manifest.GoToolchain,
		"rust_toolchain": manifest.RustToolchain,
		"target":         manifest.TargetTriple,
	}
	for name, vectors := range file {
		for _, vector := range vectors {
			switch name {
			case "build_flags":
				var flags []string
				decode(t, vector[0], &flags)
				if got := manifest.ComparableFlags(flags).String(); got != text(t, vector[1]) {
					t.Errorf("%s %s: %q", name, vector[0], got)
				}
			case "same_rust_toolchain":
				var same bool
				decode(t, vector[2], &same)
				if manifest.SameRustToolchain(text(t, vector[0]), text(t, vector[1])) != same {
					t.Errorf("%s %s", name, vector)
				}
			default:
				normalise, known := texts[name]
				if !known {
					t.Fatalf("no function %s", name)
				}
				if got := normalise(text(t, vector[0])); got != text(t, vector[1]) {
					t.Errorf("%s %s: %q", name, vector[0], got)
				}
			}
		}
	}
}

func decode(t *testing.T, raw json.RawMessage, into any) {
	t.Helper()
	if err := json.Unmarshal(raw, into); err != nil {
		t.Fatal(err)
	}
}

func text(t *testing.T, raw json.RawMessage) (value string) {
	t.Helper()
	decode(t, raw, &value)
	return value
}

func TestObjectKeepsTheOrderOfItsText(t *testing.T) {
	const original = `{"z":1,"a":{"y":[true,null],"b":"<&>"}}`
	value, err := manifest.ParseJSON(original)
	if err != nil {
		t.Fatal(err)
	}
	printed, err := value.(*manifest.Object).MarshalJSON()
	if err != nil || string(printed) != original {
		t.Errorf("%s, %v", printed, err)
	}
}

func FuzzReadNeverPanics(f *testing.F) {
	f.Add(`{"language":"go"}`)
	f.Add(`[1e999, "\ud800"]`)
	f.Add(`{"accepts":{"rust":{}}}`)
	f.Fuzz(func(t *testing.T, text string) {
		reading := manifest.Read(text)
		if reading.Manifest == nil && len(reading.Faults) == 0 {
			t.Error("neither a manifest nor a fault")
		}
	})
}
