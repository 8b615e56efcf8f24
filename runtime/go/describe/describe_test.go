package describe_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/processor"

	"ocx.dev/runtime/describe"
	"ocx.dev/runtime/describe/source"
	"ocx.dev/runtime/describe/testdata/example"
	"ocx.dev/runtime/descriptor"
)

const examplePath = "ocx.dev/runtime/describe/testdata/example"

func described(t *testing.T) descriptor.Descriptor {
	t.Helper()
	folders := map[string]string{}
	for path, folder := range map[string]string{examplePath: "testdata/example", "ocx.dev/runtime/describe/testdata/shared": "testdata/shared"} {
		absolute, err := filepath.Abs(folder)
		if err != nil {
			t.Fatal(err)
		}
		folders[path] = absolute
	}
	tree := source.NewTree(folders)
	d, err := describe.Component("receiver", example.NewFactory(), tree)
	if err != nil {
		t.Fatal(err)
	}
	d.Module, d.Version = examplePath, "v1.0.0"
	tree.Complete(&d, examplePath)
	return d
}

// field finds the schema of a field by its path.
func field(t *testing.T, schema *descriptor.Object, path string) *descriptor.Object {
	t.Helper()
	for key := range strings.SplitSeq(path, "::") {
		schema = schema.Object("properties").Object(key)
	}
	if schema == nil {
		t.Fatalf("no field %s", path)
	}
	return schema
}

func jsonOf(t *testing.T, value any) string {
	t.Helper()
	text, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestFieldsOfAConfiguration(t *testing.T) {
	schema := described(t).ConfigSchema
	for path, want := range map[string]string{
		"interval":       `{"type":"string","x-duration":true,"default":"1h","description":"Interval is how often."}`,
		"timeout":        `{"type":"string","x-duration":true,"default":"1m30s","description":"How long to wait."}`,
		"endpoint":       `{"type":"string","default":"","description":"Endpoint is where to ask.","minLength":1}`,
		"mode":           `{"type":"string","enum":["fast","safe"],"default":"safe","description":"Mode is how to go about it.\n\nDeprecated: use timeout.","deprecated":true}`,
		"token":          `{"type":"string","writeOnly":true,"description":"Token opens the door."}`,
		"headers":        `{"type":"object","additionalProperties":{"type":"string","writeOnly":true}}`,
		"off::address":   `{"type":"string","default":"","description":"Address to listen on."}`,
		"off::ratio":     `{"type":"number","default":0,"description":"A share.","maximum":1}`,
		"ready::address": `{"type":"string","default":"localhost:1","description":"Address to listen on."}`,
		"on::ratio":      `{"type":"number","default":0.5}`,
		"storage":        `{"type":"string","x-optional":true}`,
		"pointer::ratio": `{"type":"number","default":0}`,
		"ports":          `{"type":"object","additionalProperties":{"type":"integer","minimum":0},"default":{"http":80}}`,
		"rules":          `{"type":"array","items":{"type":"object","properties":{"key":{"type":"string","description":"What to look for."}}}}`,
		"nested::deep":   `{"type":"object","properties":{"level":{"type":"integer","default":0}}}`,
		"parts::one":     `{"type":"object","properties":{"address":{"type":"string","default":"part","description":"Address to listen on."},"ratio":{"type":"number","default":0}},"x-optional":true}`,
		"tree::left":     `{"type":"array","items":{"type":"object","x-optional":true}}`,
		"legacy":         `{"type":"string","description":"Read by the Unmarshal alone.","x-duration":true,"x-optional":true}`,
	} {
		if got := jsonOf(t, field(t, schema, path)); got != want {
			t.Errorf("%s is %s, want %s", path, got, want)
		}
	}
	if keys := strings.Join(schema.Object("properties").Keys()[:4], " "); keys != "interval endpoint timeout mode" {
		t.Errorf("in the order %s", keys)
	}
	for _, name := range []string{"ignored", "private", "rest", "not_in_the_code"} {
		if schema.Object("properties").Has(name) {
			t.Errorf("%s can't be configured", name)
		}
	}
	for _, name := range []string{"off", "ready", "on", "pointer"} {
		if field(t, schema, name).Get("x-optional") != true {
			t.Errorf("%s may be left out", name)
		}
	}
}

// Of nil lists and maps nothing is said: the rules, written as an empty list, would be refused (as output_paths of debug are).
// What is refused only together, as filter does, is left out once.
func TestDefaultConfigurationHasNoSecretsAndNothingThatIsOff(t *testing.T) {
	d := described(t)
	const want = `{"endpoint":"","interval":"1h","mode":"safe","nested":{"deep":{"level":0}},"on":{"address":"localhost:2","ratio":0.5},"ports":{"http":80},"second":"","timeout":"1m30s"}`
	got := jsonOf(t, d.DefaultConfig)
	if strings.Contains(got, "s3cr3t") || strings.Contains(got, "REDACTED") {
		t.Errorf("a secret in %s", got)
	}
	if got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

// Nothing in its message names the field: it is the one that, given alone, takes the fault away.
func TestWhatValidateWantsIsRequired(t *testing.T) {
	d := described(t)
	if got := jsonOf(t, d.ConfigSchema.Get("required")); got != `["endpoint"]` {
		t.Errorf("required is %s", got)
	}
	if got := jsonOf(t, d.DefaultConfigFaults); got != `["the address of the other side is missing"]` {
		t.Errorf("faults are %s", got)
	}
}

func TestWhatTheModuleShips(t *testing.T) {
	d := described(t)
	if d.Description != "Receives nothing from nowhere." || d.Docs != "# Example Receiver\n\nIt receives." {
		t.Errorf("%q, %q", d.Description, d.Docs)
	}
	if got := strings.Join(d.Warnings, "; "); got != "It may bite; deprecated for logs since 2026-01-01: Use another." {
		t.Error(got)
	}
}

func TestALongReadmeIsCutAndSaysSo(t *testing.T) {
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "README.md"), []byte(strings.Repeat("a line of a long text\n", 5000)), 0o600); err != nil {
		t.Fatal(err)
	}
	docs := source.Readme(folder, "example.com/long v1.0.0")
	if len(docs) > source.MaxReadme+200 || !strings.HasSuffix(docs, "of 109999 bytes; the rest is in README.md of example.com/long v1.0.0.)") {
		t.Errorf("%d bytes, ends %q", len(docs), docs[len(docs)-100:])
	}
}

// Without its sources (a Collector that describes itself) what reflection sees is still there.
func TestWithoutSources(t *testing.T) {
	d, err := describe.Component("receiver", example.NewFactory(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if got := jsonOf(t, field(t, d.ConfigSchema, "parts")); got != `{"type":"object"}` {
		t.Errorf("parts is %s", got)
	}
}

func TestTheSameTwice(t *testing.T) {
	texts := map[string]bool{}
	for range 5 {
		text, err := descriptor.Write([]descriptor.Descriptor{described(t)})
		if err != nil {
			t.Fatal(err)
		}
		texts[text] = true
	}
	if len(texts) != 1 {
		t.Errorf("%d different texts", len(texts))
	}
}

func TestAFactoryThatPanicsIsAnError(t *testing.T) {
	factory := processor.NewFactory(component.MustNewType("bad"), func() component.Config { panic("not today") })
	_, err := describe.Component("processor", factory, nil)
	if err == nil || err.Error() != "panics when it is asked for its default configuration: not today" {
		t.Error(err)
	}
}
