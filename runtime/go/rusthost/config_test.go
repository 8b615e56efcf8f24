package rusthost

import (
	"maps"
	"reflect"
	"testing"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/confmap"
)

func configOf(t *testing.T, given map[string]any) *Config {
	t.Helper()
	config := plugin.processor.CreateDefaultConfig()
	if err := confmap.NewFromStringMap(given).Unmarshal(config); err != nil {
		t.Fatal(err)
	}
	return config.(*Config)
}

// printed is what print-config would.
func printed(t *testing.T, config component.Config) map[string]any {
	t.Helper()
	conf := confmap.New()
	if err := conf.Marshal(config); err != nil {
		t.Fatal(err)
	}
	return conf.ToStringMap()
}

func TestDefaultsAreThoseOfTheDescriptor(t *testing.T) {
	want := map[string]any{"do": "copy", "token": "", "limit": int64(1000000), "nested": map[string]any{"name": "a", "list": []any{}}}
	if got := printed(t, configOf(t, nil)); !reflect.DeepEqual(got, want) {
		t.Errorf("%#v", got)
	}
}

func TestTheUsersFieldsGoOverTheDefaults(t *testing.T) {
	config := configOf(t, map[string]any{"limit": nil, "more": nil, "nested": map[string]any{"list": []any{"x"}}})
	want := map[string]any{"do": "copy", "token": "", "limit": int64(1000000), "more": nil, "nested": map[string]any{"name": "a", "list": []any{"x"}}}
	if !reflect.DeepEqual(config.values, want) {
		t.Errorf("%#v", config.values)
	}
	if again := configOf(t, nil); maps.Equal(map[string]any{"a": len(again.values)}, map[string]any{"a": 5}) {
		t.Error("one configuration changed the defaults of the next")
	}
}

func TestASecretIsNotPrintedAndReachesThePlugin(t *testing.T) {
	config := configOf(t, map[string]any{"token": "secret"})
	if got := printed(t, config)["token"]; got != "[REDACTED]" {
		t.Errorf("printed %v", got)
	}
	text, err := config.text()
	if err != nil || !reflect.DeepEqual(config.values["token"], "secret") {
		t.Errorf("%s %v", text, err)
	}
}

func TestAFaultIsNamedByItsField(t *testing.T) {
	err := configOf(t, map[string]any{"do": "nonsense"}).Validate()
	if err == nil || err.Error() != "do: there is no such thing as nonsense\nrules[1]::pattern: unclosed group" {
		t.Errorf("%v", err)
	}
	if err := configOf(t, nil).Validate(); err != nil {
		t.Error(err)
	}
	nothingHeld(t)
}

func TestStabilityAndDocsAreTheDescriptors(t *testing.T) {
	if got := plugin.processor.TracesStability(); got != component.StabilityLevelBeta {
		t.Errorf("traces: %s", got)
	}
	if got := plugin.processor.LogsStability(); got != component.StabilityLevelDevelopment {
		t.Errorf("logs: %s", got)
	}
	if got := plugin.connector.TracesToMetricsStability(); got != component.StabilityLevelAlpha {
		t.Errorf("connector: %s", got)
	}
	described := plugin.processor.(interface{ Docs() string })
	if got := described.Docs(); got != "What it is told." {
		t.Errorf("docs: %s", got)
	}
}
