package commands

import (
	"cmp"
	"slices"
	"strings"

	"go.opentelemetry.io/collector/component"
)

// classicComponent is otelcol's own, and the plugin it is of.
type classicComponent struct {
	Name      string
	Module    string
	Stability map[string]string
	Plugin    string `yaml:",omitempty"`
}

type classicProvider struct {
	Scheme string `yaml:",omitempty"`
	Module string
}

type classicOutput struct {
	BuildInfo  component.BuildInfo
	Receivers  []classicComponent
	Processors []classicComponent
	Exporters  []classicComponent
	Connectors []classicComponent
	Extensions []classicComponent
	Providers  []classicProvider
	Converters []classicProvider `yaml:",omitempty"`
	// Plugins that were skipped.
	NotLoaded []missing `yaml:"plugins_not_loaded,omitempty"`
}

// classic has the form of otelcol's own command, which tools read.
func (v *componentsView) classic(found listing) classicOutput {
	out := classicOutput{BuildInfo: v.settings.BuildInfo, NotLoaded: found.notLoaded}
	for _, d := range found.components {
		if !d.isAvailable() {
			continue
		}
		c := classicComponent{Name: d.Type, Module: moduleText(d), Stability: classicStability(d.Kind, d.Stability)}
		if d.isPlugin() {
			c.Plugin = d.origin
		}
		section := map[string]*[]classicComponent{
			"receiver": &out.Receivers, "processor": &out.Processors, "exporter": &out.Exporters,
			"connector": &out.Connectors, "extension": &out.Extensions,
		}[d.Kind]
		*section = append(*section, c)
	}
	for scheme, module := range v.settings.ProviderModules {
		out.Providers = append(out.Providers, classicProvider{scheme, module})
	}
	slices.SortFunc(out.Providers, func(a, b classicProvider) int { return cmp.Compare(a.Scheme, b.Scheme) })
	for _, module := range slices.Sorted(slices.Values(v.settings.ConverterModules)) {
		out.Converters = append(out.Converters, classicProvider{Module: module})
	}
	return out
}

// classicStability names the signals a component has not, as otelcol does, which writes levels with a capital.
func classicStability(kind string, levels map[string]string) map[string]string {
	signals := []string{"logs", "metrics", "traces"}
	switch kind {
	case "extension":
		signals = []string{"extension"}
	case "connector":
		signals = []string{"logs-to-logs", "logs-to-metrics", "logs-to-traces", "metrics-to-logs", "metrics-to-metrics", "metrics-to-traces", "traces-to-logs", "traces-to-metrics", "traces-to-traces"}
	}
	all := map[string]string{}
	for _, signal := range signals {
		all[signal] = component.StabilityLevelUndefined.String()
		if level, has := levels[signal]; has && level != "" {
			all[signal] = strings.ToUpper(level[:1]) + level[1:]
		}
	}
	return all
}
