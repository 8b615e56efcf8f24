package commands

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"ocx.dev/runtime/catalog"
	"ocx.dev/runtime/loader"
	"ocx.dev/runtime/plan"
	"ocx.dev/runtime/report"
	"ocx.dev/runtime/verdict"
)

// probeTime is how long a plugin may take to be opened and to register.
const probeTime = 10 * time.Second

// view is what the plugins commands have in common: the host, and the form of the output.
type view struct {
	// name and version of this Collector.
	name string
	// policy as --plugin-policy has it: a child is told the same.
	policy    loader.Policy
	collector string
	output    string
	noLoad    bool
	// allowEmpty: a place without plugins is as it should be.
	allowEmpty bool
	timeout    time.Duration
}

func (c *collector) pluginsCommand() *cobra.Command {
	v := &view{name: c.name()}
	plugins := &cobra.Command{
		Use:   "plugins",
		Short: "Reads and judges plugins, without loading them into this process",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return &catalog.PlaceError{Sentence: fmt.Sprintf("plugins needs a command: list, inspect, validate or check-all (%s --help)", cmd.CommandPath())}
		},
	}
	plugins.PersistentFlags().StringVar(&v.collector, "collector", "", "another Collector binary to judge against than this one")
	plugins.PersistentFlags().StringVarP(&v.output, "output", "o", "table", "table, json or yaml")
	plugins.PersistentPreRunE = func(cmd *cobra.Command, _ []string) error {
		if cmd.Flags().Lookup("timeout") != nil && v.timeout <= 0 {
			return &catalog.PlaceError{Sentence: fmt.Sprintf("--timeout is %s, must be more than nothing", v.timeout)}
		}
		text, err := cmd.Flags().GetString(loader.PolicyFlag)
		if err != nil {
			return err
		}
		trusted, err := cmd.Flags().GetStringArray(loader.TrustedKeyFlag)
		if err != nil {
			return err
		}
		if v.policy, err = loader.ParsePolicy(text, trusted); err != nil {
			return err
		}
		return checkOutput(v.output)
	}
	validate := &cobra.Command{
		Use:   "validate FILE...",
		Short: "Says whether plugins load, and every reason why not; tries those that would in a child process",
		Args:  cobra.MinimumNArgs(1),
		RunE:  v.validate,
	}
	checkAll := &cobra.Command{
		Use:   "check-all [DIR... | DISCOVERY-FILE]",
		Short: "Judges all plugins of a directory, and tries those that would load in child processes; the exit code is the answer",
		RunE:  v.checkAll,
	}
	for _, command := range []*cobra.Command{validate, checkAll} {
		command.Flags().BoolVar(&v.noLoad, "no-load", false, "judge by the bytes alone, run nothing")
		command.Flags().DurationVar(&v.timeout, "timeout", probeTime, "how long a plugin may take to open and to register")
	}
	checkAll.Flags().BoolVar(&v.allowEmpty, "allow-empty", false, "take a directory without plugins for good (else exit code 2: it may be the wrong one)")
	plugins.AddCommand(
		&cobra.Command{Use: "list [DIR... | DISCOVERY-FILE]", Short: "Lists the plugins of a directory, with verdict and first cause", RunE: v.list},
		&cobra.Command{Use: "inspect FILE", Short: "Shows everything the bytes of one plugin say", Args: cobra.ExactArgs(1), RunE: v.inspect},
		validate,
		checkAll,
		probeCommand(v),
		descriptorsCommand(v),
	)
	return plugins
}

func checkOutput(output string) error {
	if !slices.Contains([]string{"table", "json", "yaml"}, output) {
		return &catalog.PlaceError{Sentence: fmt.Sprintf("--output is %q, must be table, json or yaml", output)}
	}
	return nil
}

// host is this Collector, unless another was named.
func (v *view) host() (*catalog.Host, error) {
	host, err := v.openHost()
	if err == nil {
		host.Policy, host.Trusted = v.policy.Asks, v.policy.Trusted
	}
	return host, err
}

func (v *view) openHost() (*catalog.Host, error) {
	if v.collector == "" {
		return catalog.OpenSelf()
	}
	path, err := filepath.Abs(v.collector)
	if err != nil {
		return nil, err
	}
	return catalog.OpenHost(path)
}

// judged is a place: each file at its place in the load plan.
type judged struct {
	// bare is what of the place has no plugins.
	bare    []catalog.Bare
	host    *catalog.Host
	records []catalog.Record
	plan    *plan.Plan
}

// judgeAll reads and judges all files of a place.
func (v *view) judgeAll(cmd *cobra.Command, args []string) (*judged, error) {
	where, err := place(cmd, args)
	if err != nil {
		return nil, err
	}
	listing, err := catalog.ListPlace(where)
	if err != nil {
		return nil, err
	}
	if v.collector == "" {
		v.collector = listing.Host
	}
	host, err := v.host()
	if err != nil {
		return nil, err
	}
	defer host.Close()
	j := &judged{bare: listing.Bare(where), host: host}
	for _, plugin := range listing.Plugins {
		j.records = append(j.records, plugin.Judge(host))
	}
	j.plan = catalog.Planned(j.records, host)
	for _, entry := range listing.Ignored {
		j.records = append(j.records, catalog.Record{Entry: entry})
	}
	return j, nil
}

func (v *view) list(cmd *cobra.Command, args []string) error {
	j, err := v.judgeAll(cmd, args)
	if err != nil {
		return err
	}
	if v.output != "table" {
		return report.WriteData(cmd.OutOrStdout(), report.Of(j.host, "", j.records, j.plan), v.output)
	}
	p := report.NewPrinter(cmd.OutOrStdout())
	p.Host(j.host)
	p.Line("")
	p.List(j.records)
	p.Line("")
	p.Totals(j.records)
	return p.Err()
}

func (v *view) checkAll(cmd *cobra.Command, args []string) error {
	j, err := v.judgeAll(cmd, args)
	if err != nil {
		return err
	}
	probes, err := v.probeRecords(cmd, j.records)
	if err != nil {
		return err
	}
	if v.output != "table" {
		if err := report.WriteData(cmd.OutOrStdout(), withProbes(report.Of(j.host, "", j.records, j.plan), probes), v.output); err != nil {
			return err
		}
		return v.exitAll(cmd, j, probes)
	}
	p := report.NewPrinter(cmd.OutOrStdout())
	p.Host(j.host)
	p.Line("")
	p.List(j.records)
	p.Plan(j.plan)
	for _, r := range j.records {
		if r.Judgement != nil && r.Judgement.Verdict != verdict.Loads {
			p.Findings(r.Judgement.Findings, r.Name)
		}
	}
	p.Line("")
	probeLines(p, j.records, probes)
	p.Totals(j.records)
	if p.Err() != nil {
		return p.Err()
	}
	return v.exitAll(cmd, j, probes)
}

// exitAll: what has no plugins counts for more than any verdict, unless it may be empty.
func (v *view) exitAll(cmd *cobra.Command, j *judged, probes map[string]*report.Probe) error {
	if v.allowEmpty {
		return exitWith(j.records, probes)
	}
	return exitMissing(cmd, withoutPlugins(j.bare), exitWith(j.records, probes))
}

// exitOf: any bad plugin, else any unknown one. Ignored files never count.
func exitOf(records []catalog.Record) error {
	code := exitOK
	for _, r := range records {
		if r.Judgement == nil {
			continue
		}
		switch r.Judgement.Verdict {
		case verdict.Refused, verdict.Fails, verdict.Crashes:
			return exitCode(exitBad)
		case verdict.Unknown:
			code = exitUnknown
		}
	}
	if code == exitOK {
		return nil
	}
	return exitCode(code)
}

// judgeFiles judges files that are named one by one; places are how they fare where they lie, nil where that can't be told.
func (v *view) judgeFiles(listed []catalog.Listed, inPlace bool) (host *catalog.Host, records []catalog.Record, places []*catalog.InDirectory, err error) {
	host, err = v.host()
	if err != nil {
		return nil, nil, nil, err
	}
	defer host.Close()
	for _, l := range listed {
		r := l.Judge(host)
		records = append(records, r)
		if !inPlace {
			continue
		}
		place, err := r.InDirectory(host)
		if err != nil {
			return nil, nil, nil, err
		}
		places = append(places, place)
	}
	return host, records, places, nil
}

func (v *view) validate(cmd *cobra.Command, args []string) error {
	listed, missing, err := listFiles(args)
	if err != nil {
		return err
	}
	host, records, places, err := v.judgeFiles(listed, true)
	if err != nil {
		return err
	}
	probes, err := v.probeRecords(cmd, records)
	if err != nil {
		return err
	}
	judged := records
	for _, place := range places {
		if place != nil {
			judged = append(judged, place.Record)
		}
	}
	if v.output != "table" {
		data := report.WithPlaces(report.Of(host, "", records, nil), places)
		if err := report.WriteData(cmd.OutOrStdout(), withProbes(data, probes), v.output); err != nil {
			return err
		}
		return exitMissing(cmd, missing, exitWith(judged, probes))
	}
	p := report.NewPrinter(cmd.OutOrStdout())
	p.Host(host)
	for i, r := range records {
		p.Line("")
		p.Verdict(r)
		p.InDirectory(places[i])
		if tried := probes[r.Path]; tried != nil && (tried.Outcome != outcomeNotProbed || r.Judgement.Verdict == verdict.Loads) {
			p.Line("")
			p.Line("  %s", probeText(tried))
			disagreement(p, r, tried)
		}
	}
	if p.Err() != nil {
		return p.Err()
	}
	return exitMissing(cmd, missing, exitWith(judged, probes))
}

// exitMissing says what is missing, which counts for more than any verdict.
func exitMissing(cmd *cobra.Command, missing []string, exit error) error {
	if len(missing) == 0 {
		return exit
	}
	p := report.NewPrinter(cmd.ErrOrStderr())
	for _, sentence := range missing {
		p.Line("Error: %s", sentence)
	}
	return exitCode(exitUsage)
}

// listFiles gives what is there of the files, and a sentence for each that is not: a misspelled name hides no verdict.
// When none is there, that is an error.
func listFiles(files []string) (listed []catalog.Listed, missing []string, err error) {
	for _, file := range files {
		l, err := catalog.ListFile(file)
		var place *catalog.PlaceError
		switch {
		case errors.As(err, &place):
			missing = append(missing, place.Sentence)
		case err != nil:
			return nil, nil, err
		default:
			listed = append(listed, l)
		}
	}
	if len(listed) == 0 && len(missing) > 0 {
		return nil, nil, &catalog.PlaceError{Sentence: strings.Join(missing, "; ")}
	}
	return listed, missing, nil
}
