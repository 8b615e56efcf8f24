package commands

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/otelcol"
	"go.yaml.in/yaml/v3"

	"ocx.dev/runtime/catalog"
	"ocx.dev/runtime/report"
)

// described is one component, with all that is known of it (DESIGN: components in JSON).
type described struct {
	Kind          string            `json:"kind"`
	Type          string            `json:"type"`
	Module        string            `json:"module"`
	Version       string            `json:"version"`
	Origin        string            `json:"origin"`
	Stability     map[string]string `json:"stability"`
	ConfigSchema  any               `json:"config_schema"`
	DefaultConfig any               `json:"default_config"`
	Docs          *string           `json:"docs"`

	factory component.Factory
}

const builtInOrigin = "built-in"

func (d described) isPlugin() bool { return d.Origin != builtInOrigin }

// componentsReport is what the components commands print as data.
type componentsReport struct {
	FormatVersion int         `json:"format_version"`
	Components    []described `json:"components"`
	// NotLoaded are plugins that were skipped: their components are missing.
	NotLoaded []notLoaded `json:"not_loaded"`
}

type notLoaded struct {
	Path    string `json:"path"`
	Because string `json:"because"`
}

// componentsView is what the components commands have in common.
type componentsView struct {
	*collector
	settings otelcol.CollectorSettings
	output   string
	plugins  bool
	kind     string
}

func (c *collector) componentsCommand(settings otelcol.CollectorSettings) *cobra.Command {
	v := &componentsView{collector: c, settings: settings}
	components := &cobra.Command{
		Use:   "components",
		Short: "Outputs available components in this collector distribution, built-in and of plugins",
		Long: "Outputs available components in this collector distribution including their stability levels; those of plugins say so. " +
			"Without --output, the format is that of every Collector, which is not stable and can change between releases.",
		Args: cobra.NoArgs,
		RunE: v.all,
	}
	components.PersistentFlags().StringVarP(&v.output, "output", "o", "", "table, json or yaml")
	components.PersistentPreRunE = func(cmd *cobra.Command, _ []string) error {
		if v.output == "" && cmd != components {
			v.output = "table"
		}
		if v.output == "" {
			return nil
		}
		return checkOutput(v.output)
	}
	list := &cobra.Command{Use: "list", Short: "Lists components", Args: cobra.NoArgs, RunE: v.list}
	explain := &cobra.Command{Use: "explain TYPE", Short: "Shows the configuration of a component, field by field", Args: cobra.ExactArgs(1), RunE: v.explain}
	defaults := &cobra.Command{Use: "default-config TYPE", Short: "Prints the default configuration of a component, ready to paste", Args: cobra.ExactArgs(1), RunE: v.defaultConfig}
	list.Flags().BoolVar(&v.plugins, "plugins", false, "only components of plugins")
	for _, command := range []*cobra.Command{list, explain, defaults} {
		command.Flags().StringVar(&v.kind, "kind", "", "receiver, processor, exporter, connector or extension")
		components.AddCommand(command)
	}
	return components
}

// found gives all components: by kind in the order of a pipeline, then by type.
func (v *componentsView) found() ([]described, error) {
	factories, err := v.settings.Factories()
	if err != nil {
		return nil, fmt.Errorf("failed to initialize factories: %w", err)
	}
	origins := map[string]string{}
	if v.collector.plugins != nil {
		for _, c := range v.collector.plugins.Components() {
			origins[c.Kind+" "+c.Type.String()] = c.Origin
		}
	}
	var all []described
	all = append(all, describeAll("receiver", factories.Receivers, factories.ReceiverModules, origins)...)
	all = append(all, describeAll("processor", factories.Processors, factories.ProcessorModules, origins)...)
	all = append(all, describeAll("exporter", factories.Exporters, factories.ExporterModules, origins)...)
	all = append(all, describeAll("connector", factories.Connectors, factories.ConnectorModules, origins)...)
	all = append(all, describeAll("extension", factories.Extensions, factories.ExtensionModules, origins)...)
	return slices.DeleteFunc(all, func(d described) bool {
		return v.kind != "" && d.Kind != v.kind || v.plugins && !d.isPlugin()
	}), nil
}

func describeAll[T component.Factory](kind string, factories map[component.Type]T, modules map[component.Type]string, origins map[string]string) []described {
	var all []described
	for typ, factory := range factories {
		if typ != factory.Type() {
			continue // A deprecated alias.
		}
		module, version, _ := strings.Cut(modules[typ], " ")
		origin := origins[kind+" "+typ.String()]
		if origin == "" {
			origin = builtInOrigin
		}
		all = append(all, described{
			Kind: kind, Type: typ.String(), Module: module, Version: version, Origin: origin,
			Stability: stabilityOf(factory), factory: factory,
		})
	}
	slices.SortFunc(all, func(a, b described) int { return cmp.Compare(a.Type, b.Type) })
	return all
}

func (v *componentsView) notLoaded() []notLoaded {
	list := []notLoaded{}
	if v.collector.plugins == nil {
		return list
	}
	for _, plugin := range v.collector.plugins.Failed() {
		list = append(list, notLoaded{plugin.Path, plugin.Err.Error()})
	}
	return list
}

// all is the command without a subcommand: otelcol's own output, with the plugins marked.
func (v *componentsView) all(cmd *cobra.Command, args []string) error {
	if v.output != "" {
		return v.list(cmd, args)
	}
	found, err := v.found()
	if err != nil {
		return err
	}
	return report.WriteYAML(cmd.OutOrStdout(), v.classic(found))
}

func (v *componentsView) list(cmd *cobra.Command, _ []string) error {
	found, err := v.found()
	if err != nil {
		return err
	}
	if v.output != "table" {
		descriptors := map[string][]descriptor{}
		for i := range found {
			found[i].complete(descriptors)
		}
		data := componentsReport{report.FormatVersion, append([]described{}, found...), v.notLoaded()}
		return report.WriteData(cmd.OutOrStdout(), data, v.output)
	}
	p := report.NewPrinter(cmd.OutOrStdout())
	var rows [][]string
	for _, d := range found {
		rows = append(rows, []string{d.Kind, d.Type, stabilityText(d.Stability), strings.TrimSpace(d.Module + " " + d.Version), d.Origin})
	}
	if rows == nil {
		p.Line("no components")
	} else {
		p.Table([]string{"kind", "type", "stability", "module", "origin"}, rows)
	}
	for _, missing := range v.notLoaded() {
		p.Line("")
		p.Line("not loaded: %s", missing.Because)
	}
	return p.Err()
}

// stabilityText is "alpha" when all signals are, else "logs alpha, traces beta".
func stabilityText(levels map[string]string) string {
	var signals, texts []string
	for signal := range levels {
		signals = append(signals, signal)
	}
	slices.Sort(signals)
	for _, signal := range signals {
		texts = append(texts, signal+" "+strings.ToLower(levels[signal]))
	}
	return strings.Join(texts, ", ")
}

// called gives the components of a type; more than one when several kinds have it.
func (v *componentsView) called(typ string) ([]described, error) {
	found, err := v.found()
	if err != nil {
		return nil, err
	}
	var same []described
	var known []string
	for _, d := range found {
		known = append(known, d.Type)
		if d.Type == typ {
			same = append(same, d)
		}
	}
	if same == nil {
		slices.Sort(known)
		return nil, &catalog.PlaceError{Sentence: fmt.Sprintf("no component of type %q; there are %s", typ, strings.Join(slices.Compact(known), ", "))}
	}
	return same, nil
}

func (v *componentsView) explain(cmd *cobra.Command, args []string) error {
	same, err := v.called(args[0])
	if err != nil {
		return err
	}
	descriptors := map[string][]descriptor{}
	for i := range same {
		same[i].complete(descriptors)
	}
	if v.output != "table" {
		return report.WriteData(cmd.OutOrStdout(), componentsReport{report.FormatVersion, same, v.notLoaded()}, v.output)
	}
	p := report.NewPrinter(cmd.OutOrStdout())
	for i, d := range same {
		if i > 0 {
			p.Line("")
		}
		p.Line("%s %s", d.Kind, d.Type)
		p.Line("  module     %s", strings.TrimSpace(d.Module+" "+d.Version))
		p.Line("  origin     %s", d.Origin)
		p.Line("  stability  %s", stabilityText(d.Stability))
		p.Line("")
		fields := fieldRows(d.ConfigSchema, "")
		if len(fields) == 0 {
			p.Line("  no configuration")
		} else {
			p.Table([]string{"  field", "type", "default", "description"}, fields)
		}
		if d.Docs != nil {
			p.Line("")
			for line := range strings.SplitSeq(*d.Docs, "\n") {
				p.Line("%s", line)
			}
		}
	}
	return p.Err()
}

// defaultConfig prints what can be pasted into a configuration file.
func (v *componentsView) defaultConfig(cmd *cobra.Command, args []string) error {
	same, err := v.called(args[0])
	if err != nil {
		return err
	}
	document := &yaml.Node{Kind: yaml.MappingNode}
	for _, d := range same {
		value, err := defaultOf(d.factory)
		if err != nil {
			return fmt.Errorf("%s %s: %w", d.Kind, d.Type, err)
		}
		var config yaml.Node
		if err := config.Encode(value); err != nil {
			return fmt.Errorf("%s %s: %w", d.Kind, d.Type, err)
		}
		section := &yaml.Node{Kind: yaml.MappingNode, Content: []*yaml.Node{text(d.Type), &config}}
		document.Content = append(document.Content, text(d.Kind+"s"), section)
	}
	if v.output == "json" {
		var value any
		if err := document.Decode(&value); err != nil {
			return err
		}
		return report.WriteData(cmd.OutOrStdout(), value, "json")
	}
	return report.WriteYAML(cmd.OutOrStdout(), document)
}

func text(value string) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: value}
}
