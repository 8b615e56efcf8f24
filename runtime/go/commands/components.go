package commands

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"go.opentelemetry.io/collector/otelcol"

	"ocx.dev/runtime/catalog"
	"ocx.dev/runtime/descriptor"
	"ocx.dev/runtime/report"
	"ocx.dev/runtime/verdict"
)

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
		if v.kind != "" && !slices.Contains(descriptor.Kinds, v.kind) {
			return &catalog.PlaceError{Sentence: fmt.Sprintf("--kind is %s, not %q", strings.Join(descriptor.Kinds, ", "), v.kind)}
		}
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
	for _, command := range []*cobra.Command{list, explain, defaults} {
		command.Flags().BoolVar(&v.plugins, "plugins", false, "only components of plugins")
		command.Flags().StringVar(&v.kind, "kind", "", strings.Join(descriptor.Kinds, ", "))
		components.AddCommand(command)
	}
	return components
}

// all is the command without a subcommand: otelcol's own output, with the plugins marked.
func (v *componentsView) all(cmd *cobra.Command, args []string) error {
	if v.output != "" {
		return v.list(cmd, args)
	}
	found, err := v.listing()
	if err != nil {
		return err
	}
	return report.WriteYAML(cmd.OutOrStdout(), v.classic(found))
}

func (v *componentsView) list(cmd *cobra.Command, _ []string) error {
	found, err := v.listing()
	if err != nil {
		return err
	}
	if v.output != "table" {
		return report.WriteData(cmd.OutOrStdout(), componentsReport(found, found.components), v.output)
	}
	p := report.NewPrinter(cmd.OutOrStdout())
	var rows [][]string
	for _, d := range found.components {
		rows = append(rows, []string{originSign(d), d.Kind, d.Type, stabilityText(d.Stability), moduleText(d), d.origin})
	}
	if rows == nil {
		p.Line("no components")
	} else {
		p.Table([]string{" ", "kind", "type", "stability", "module", "origin"}, rows)
	}
	for _, file := range found.notLoaded {
		p.Line("")
		p.Line("not loaded: %s: %s", file.Path, file.Because)
	}
	for _, file := range found.undescribed {
		p.Line("")
		p.Line("not described: %s: %s", file.Path, file.Because)
	}
	return p.Err()
}

// originSign is that of the plugin's verdict; empty for what is built in.
func originSign(d described) string {
	return map[verdict.Verdict]string{
		verdict.Loads: "+", verdict.Refused: "-", verdict.Fails: "x", verdict.Crashes: "!", verdict.Unknown: "?",
	}[d.verdict]
}

func moduleText(d described) string { return strings.TrimSpace(d.Module + " " + d.Version) }

// componentsReport is what the components commands print as data (spec/components.schema.json).
func componentsReport(found listing, components []described) *descriptor.Object {
	list := []any{}
	for _, d := range components {
		list = append(list, d.object())
	}
	return descriptor.ObjectOf(
		"format_version", report.FormatVersion,
		"components", list,
		"not_loaded", append([]missing{}, found.notLoaded...),
		"undescribed", append([]missing{}, found.undescribed...),
	)
}

func (d described) object() *descriptor.Object {
	stability := &descriptor.Object{}
	for _, signal := range slices.Sorted(maps.Keys(d.Stability)) {
		stability.Set(signal, d.Stability[signal])
	}
	return descriptor.ObjectOf(
		"kind", d.Kind,
		"type", d.Type,
		"module", d.Module,
		"version", d.Version,
		"origin", d.origin,
		"stability", stability,
		"config_schema", objectOrNull(d.ConfigSchema),
		"default_config", objectOrNull(d.DefaultConfig),
		"docs", textOrNull(d.Docs),
		"description", textOrNull(d.Description),
		"warnings", append([]string{}, d.Warnings...),
		"default_config_faults", append([]string{}, d.DefaultConfigFaults...),
		"verdict", textOrNull(string(d.verdict)),
	)
}

func objectOrNull(object *descriptor.Object) any {
	if object == nil {
		return nil
	}
	return object
}

func textOrNull(text string) any {
	if text == "" {
		return nil
	}
	return text
}

// stabilityText is "logs alpha, traces beta".
func stabilityText(levels map[string]string) string {
	var texts []string
	for _, signal := range slices.Sorted(maps.Keys(levels)) {
		texts = append(texts, signal+" "+levels[signal])
	}
	return strings.Join(texts, ", ")
}

// called gives the components of a type; more than one when several kinds have it.
func (v *componentsView) called(typ string) (listing, []described, error) {
	found, err := v.listing()
	if err != nil {
		return found, nil, err
	}
	var same []described
	var known []string
	for _, d := range found.components {
		known = append(known, d.Type)
		if d.Type == typ {
			same = append(same, d)
		}
	}
	if same == nil {
		slices.Sort(known)
		return found, nil, &catalog.PlaceError{Sentence: fmt.Sprintf("no component of type %q; there are %s", typ, cmp.Or(strings.Join(slices.Compact(known), ", "), "none"))}
	}
	return found, same, nil
}

func (v *componentsView) explain(cmd *cobra.Command, args []string) error {
	found, same, err := v.called(args[0])
	if err != nil {
		return err
	}
	if v.output != "table" {
		return report.WriteData(cmd.OutOrStdout(), componentsReport(found, same), v.output)
	}
	p := report.NewPrinter(cmd.OutOrStdout())
	for i, d := range same {
		if i > 0 {
			p.Line("")
		}
		explainOne(p, d)
	}
	return p.Err()
}

func explainOne(p *report.Printer, d described) {
	p.Line("%s %s", d.Kind, d.Type)
	p.Line("  module     %s", moduleText(d))
	p.Line("  origin     %s", strings.TrimSpace(originSign(d)+" "+d.origin))
	p.Line("  stability  %s", stabilityText(d.Stability))
	for _, warning := range d.Warnings {
		p.Line("  warning    %s", warning)
	}
	// The docs of a Rust component begin with what its descriptor has as description: once is enough.
	if d.Description != "" && !strings.Contains(words(d.Docs), words(d.Description)) {
		p.Line("")
		p.Line("%s", d.Description)
	}
	p.Line("")
	if fields := fieldRows(d.ConfigSchema, ""); len(fields) > 0 {
		p.Table([]string{"  field", "type", "default", "description"}, fields)
	} else {
		p.Line("  no configuration")
	}
	for _, fault := range d.DefaultConfigFaults {
		p.Line("")
		p.Line("Its default configuration is not valid as it is: %s", fault)
	}
	if d.Docs != "" {
		p.Line("")
		for line := range strings.SplitSeq(d.Docs, "\n") {
			p.Line("%s", line)
		}
	}
}

// words is a text however it was broken into lines.
func words(text string) string { return strings.Join(strings.Fields(text), " ") }

// defaultConfig prints what can be pasted into a configuration file.
func (v *componentsView) defaultConfig(cmd *cobra.Command, args []string) error {
	_, same, err := v.called(args[0])
	if err != nil {
		return err
	}
	document := &descriptor.Object{}
	for _, d := range same {
		section := d.DefaultConfig
		if section == nil {
			section = &descriptor.Object{}
		}
		// Of two that have one name only one can be meant; ocx takes the same.
		if !document.Has(d.Kind + "s") {
			document.Set(d.Kind+"s", descriptor.ObjectOf(d.Type, section))
		}
	}
	format := v.output
	if format == "table" {
		format = "yaml"
	}
	return report.WriteData(cmd.OutOrStdout(), document, format)
}
