package integration

import (
	"encoding/json"
	"path/filepath"
	"testing"
)

func TestComponentsOfPluginsAreMarked(t *testing.T) {
	plugins := directory(t, buildPlugin(t, recipe{source: "five"}))
	five := filepath.Join(plugins, "five.so")

	classic := collector(t, "components", "--plugin-dir", plugins)
	mustContain(t, classic.stdout, "name: nop", "name: five", "plugin: "+five, "traces: Undefined", "logs-to-logs: Alpha")

	o := collector(t, "components", "list", "--output", "json", "--plugin-dir", plugins)
	var report struct {
		FormatVersion int `json:"format_version"`
		Components    []struct {
			Kind, Type, Origin, Module string
			DefaultConfig              map[string]any `json:"default_config"`
			ConfigSchema               map[string]any `json:"config_schema"`
		}
	}
	if err := json.Unmarshal([]byte(o.stdout), &report); err != nil {
		t.Fatalf("%v: %v", err, o)
	}
	origins := map[string]string{}
	for _, c := range report.Components {
		origins[c.Kind+" "+c.Type] = c.Origin
		if c.Kind == "receiver" && c.Type == "five" {
			if c.DefaultConfig["interval"] != "20ms" || c.ConfigSchema["type"] != "object" || c.Module != "example.com/collector" {
				t.Errorf("%+v", c)
			}
		}
	}
	for component, origin := range map[string]string{
		"receiver nop": "built-in", "exporter nop": "built-in",
		"receiver five": five, "processor five": five, "exporter five": five, "connector five": five, "extension five": five,
	} {
		if origins[component] != origin {
			t.Errorf("%s is of %q, want %q", component, origins[component], origin)
		}
	}

	only := collector(t, "components", "list", "--plugins", "--kind", "extension", "--plugin-dir", plugins)
	mustContain(t, only.stdout, "extension  five  extension alpha")
}

func TestExplainAndDefaultConfigOfAPlugin(t *testing.T) {
	plugins := directory(t, buildPlugin(t, recipe{source: "five"}))
	explained := collector(t, "components", "explain", "five", "--kind", "exporter", "--plugin-dir", plugins)
	mustContain(t, explained.stdout, "exporter five", "interval", "duration", `"20ms"`, "limits::records", "map of string")
	defaults := collector(t, "components", "default-config", "five", "--kind", "processor", "--plugin-dir", plugins)
	const want = `processors:
  five:
    interval: 20ms
    limits:
      records: 10
      strict: false
    path: ""
`
	if defaults.stdout != want {
		t.Error(defaults)
	}
	unknown := collector(t, "components", "explain", "six", "--plugin-dir", plugins)
	if unknown.code != 2 {
		t.Error(unknown)
	}
	mustContain(t, unknown.stderr, `no component of type "six"; there are five, nop`)
}

const descriptors = `{"components": [{"kind": "extension", "type": "quiet", "docs": "# Quiet\nIt does nothing.",
	"config_schema": {"type": "object", "properties": {"volume": {"type": "integer", "default": 3, "description": "how loud \u001b[31m it is"}}}}]}`

func TestEmbeddedDescriptorsAreBelieved(t *testing.T) {
	plugin := buildPlugin(t, recipe{source: "factory", file: "described", descriptors: descriptors})
	explained := collector(t, "components", "explain", "quiet", "--plugin-dir", directory(t, plugin))
	mustContain(t, explained.stdout, "volume", "integer", "3", `how loud \x1b[31m it is`, "# Quiet")
	listed := collector(t, "plugins", "list", directory(t, plugin))
	mustContain(t, listed.stdout, "1 component: extension quiet")
}

// Reading plugins loads none of them, whatever the flags say.
func TestPluginsCommandsRunNothing(t *testing.T) {
	plugins := directory(t, buildPlugin(t, recipe{source: "five"}), buildPlugin(t, recipe{source: "factory", file: "unsigned", unsigned: true}))
	for _, args := range [][]string{
		{"plugins", "list", plugins},
		{"plugins", "list", "--plugin-dir", plugins},
		{"plugins", "inspect", filepath.Join(plugins, "five.so")},
		{"plugins", "validate", "--no-load", filepath.Join(plugins, "five.so")},
		{"plugins", "check-all", "--no-load", plugins, "-o", "yaml"},
	} {
		o := collector(t, args...)
		code := 0
		if args[1] == "check-all" {
			code = 1
		}
		if o.marks != "" || o.code != code {
			t.Errorf("%v: %v", args, o)
		}
		mustContain(t, o.stdout, "five.so")
	}
}
