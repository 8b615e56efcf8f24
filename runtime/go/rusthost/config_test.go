package rusthost

import (
	"context"
	"maps"
	"reflect"
	"strings"
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

func TestTextsAreTextsWhateverYAMLMakesOfThem(t *testing.T) {
	// What the Collector makes of ${env:TOKEN} when it is 0123: a number, which knows what it was.
	resolver, err := confmap.NewResolver(confmap.ResolverSettings{
		URIs:              []string{"given:{do: copy, token: '${env:TOKEN}', nested: {name: '${env:TOKEN}', list: [a, '${env:TOKEN}']}, limit: '${env:TOKEN}'}"},
		ProviderFactories: []confmap.ProviderFactory{given("given", strings.Clone), given("env", func(string) string { return "0123" })},
		DefaultScheme:     "env",
	})
	if err != nil {
		t.Fatal(err)
	}
	conf, err := resolver.Resolve(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	config := plugin.processor.CreateDefaultConfig().(*Config)
	if err := conf.Unmarshal(config); err != nil {
		t.Fatal(err)
	}
	nested := config.values["nested"].(map[string]any)
	if config.values["token"] != "0123" || nested["name"] != "0123" || !reflect.DeepEqual(nested["list"], []any{"a", "0123"}) {
		t.Errorf("%#v", config.values)
	}
	if config.values["limit"] != 83 {
		t.Errorf("a number is %#v", config.values["limit"])
	}
}

// provider of YAML, which is all that the Collector's own of the environment and of files are.
type provider struct {
	scheme string
	text   func(of string) string
}

func given(scheme string, text func(string) string) confmap.ProviderFactory {
	return confmap.NewProviderFactory(func(confmap.ProviderSettings) confmap.Provider { return provider{scheme, text} })
}

func (p provider) Retrieve(_ context.Context, uri string, _ confmap.WatcherFunc) (*confmap.Retrieved, error) {
	return confmap.NewRetrievedFromYAML([]byte(p.text(strings.TrimPrefix(uri, p.scheme+":"))))
}

func (p provider) Scheme() string { return p.scheme }

func (p provider) Shutdown(context.Context) error { return nil }

func TestASchemaThatRefersToItselfEnds(t *testing.T) {
	self := map[string]any{"$ref": "#"}
	properties := map[string]any{"name": map[string]any{"type": "string"}}
	for _, name := range []string{"and", "or", "not", "any", "all", "none"} {
		properties[name] = map[string]any{"type": "array", "items": map[string]any{"anyOf": []any{self, map[string]any{"type": "null"}}}}
	}
	schema := map[string]any{"type": "object", "properties": properties}
	schema["$defs"] = map[string]any{"Self": schema}
	self["$ref"] = "#/$defs/Self"
	if typ := textsOf(rootNode(schema), schema, 0); typ == nil || typ.NumField() != 7 {
		t.Errorf("%v", typ)
	}
}
