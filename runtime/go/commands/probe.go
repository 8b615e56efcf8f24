package commands

import (
	"context"
	"os/signal"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"ocx.dev/runtime/loader"
	"ocx.dev/runtime/report"
)

// What a probe can show. Only loads is good.
const (
	outcomeLoads   = "loads"
	outcomeFails   = "fails"
	outcomePanics  = "panics"
	outcomeExits   = "exits"
	outcomeCrashes = "crashes"
	outcomeHangs   = "hangs"

	outcomeNotProbed = "not probed"
)

// resultFile is where the child writes: standard output and error are the plugin's to write to.
const resultFile = 3

const pinFlag = "pin"

// insideOptions are what the child process is told.
type insideOptions struct {
	inside, unknown bool
	after, pins     []string
}

func probeCommand(v *view) *cobra.Command {
	var inner insideOptions
	command := &cobra.Command{
		Use:    "probe FILE",
		Short:  "Opens one plugin in a child process and says what happened, as JSON",
		Hidden: true,
		Args:   cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if inner.inside {
				return v.probeInside(args[0], inner)
			}
			ctx, stop := untilSignal(cmd.Context())
			defer stop()
			pins, _, err := readPins(inner.pins)
			if err != nil {
				return err
			}
			result := v.probe(ctx, args[0], pins)
			if ctx.Err() != nil {
				return exitCode(exitStopped)
			}
			if err := report.WriteData(cmd.OutOrStdout(), probeReport{report.FormatVersion, args[0], result}, "json"); err != nil {
				return err
			}
			if result.Outcome != outcomeLoads {
				return exitCode(exitBad)
			}
			return nil
		},
	}
	command.Flags().DurationVar(&v.timeout, "timeout", probeTime, "how long the plugin may take")
	flags := command.Flags()
	flags.BoolVar(&inner.inside, "inside", false, "this is the child process")
	flags.StringArrayVar(&inner.after, "after", nil, "with --inside: a plugin to open before it")
	flags.StringArrayVar(&inner.pins, pinFlag, nil, "SHA-256, a colon and the path of a plugin that must have it")
	flags.BoolVar(&inner.unknown, "unknown", false, "with --inside: open it though its bytes don't tell that it loads")
	return command
}

// probeReport is what plugins probe prints: spec/probe-output.schema.json.
type probeReport struct {
	FormatVersion int    `json:"format_version"`
	Path          string `json:"path"`
	*report.Probe
}

// probe opens a plugin in a child process of this binary. Whatever the plugin does, the answer
// comes within the time limit. pins are what is pinned, by path.
func (v *view) probe(ctx context.Context, path string, pins map[string]string) *report.Probe {
	started := time.Now()
	result := runChild(ctx, loader.Attempt{Path: path, Pins: pins}, v.policy, v.timeout)
	took := time.Since(started).Milliseconds()
	return &report.Probe{
		Outcome:      result.Outcome,
		Message:      orNull(result.Message),
		Components:   append([]report.ProbedComponent{}, result.Components...),
		Milliseconds: &took,
		AsPredicted:  result.AsPredicted,
	}
}

func orNull(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

// untilSignal gives a context that ends when this process is told to: then its children are ended too.
func untilSignal(ctx context.Context) (context.Context, context.CancelFunc) {
	return signal.NotifyContext(ctx, syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP)
}
