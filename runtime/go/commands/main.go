// Package commands is the command line of a Collector that loads plugins: otelcol's own, and
// plugins list, inspect, validate, check-all; components list, explain, default-config.
package commands

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"go.opentelemetry.io/collector/otelcol"

	"ocx.dev/runtime/catalog"
	"ocx.dev/runtime/internal/clean"
	"ocx.dev/runtime/loader"
	"ocx.dev/runtime/verdict"
)

// Exit codes of the plugins commands.
const (
	exitOK      = 0
	exitBad     = 1
	exitUsage   = 2
	exitUnknown = 3
	// exitStopped is that of a shell for SIGINT.
	exitStopped = 130
)

// exitCode ends the process with a code, all having been said.
type exitCode int

func (code exitCode) Error() string { return fmt.Sprintf("exit code %d", int(code)) }

// Main runs a Collector with this process's command line and gives its exit code. The factories
// of the settings are the built-in components; those of plugins are added to them.
func Main(settings otelcol.CollectorSettings) int {
	return Run(context.Background(), settings, os.Args[1:], os.Stdout, os.Stderr)
}

// Run is Main for any command line. Plugins stay in the process, so it is called once.
func Run(ctx context.Context, settings otelcol.CollectorSettings, args []string, stdout, stderr io.Writer) int {
	c := &collector{settings: settings, stderr: stderr}
	root := c.command()
	root.SetArgs(args)
	root.SetOut(stdout)
	root.SetErr(stderr)
	called, _, err := root.Find(args)
	if err == nil && usesPlugins(called, args) {
		if err := unknownFlag(called, args); err != nil {
			return c.end(called, err)
		}
		if err := c.load(args); err != nil {
			return c.end(called, err)
		}
	}
	called, err = root.ExecuteContextC(ctx)
	return c.end(called, err)
}

// collector is the program: its settings, and the plugins once they are loaded.
type collector struct {
	settings otelcol.CollectorSettings
	// plugins is nil when none were asked for.
	plugins *loader.Result
	stderr  io.Writer
}

func (c *collector) command() *cobra.Command {
	factories := c.settings.Factories
	settings := c.settings
	settings.Factories = func() (otelcol.Factories, error) {
		builtIns, err := factories()
		if err != nil || c.plugins == nil {
			return builtIns, err
		}
		return c.plugins.Merge(builtIns)
	}
	settings.LoggingOptions = append(slices.Clone(settings.LoggingOptions), c.logPlugins())
	root := otelcol.NewCommand(settings)
	root.SilenceErrors = true
	for _, command := range root.Commands() {
		if command.Name() == "components" {
			root.RemoveCommand(command)
		}
	}
	flags := root.PersistentFlags()
	flags.StringArray(loader.DirectoryFlag, nil, "a directory of plugins to load (may be repeated; else "+loader.DirectoryVariable+")")
	flags.String(loader.ListFlag, "", "a discovery file that lists the plugins to load")
	flags.String(loader.PolicyFlag, string(verdict.Exact), "what a plugin must be, and what to do about one that is not: exact; abi (of Rust plugins the C boundary alone counts); or environment (the container this was built in, too); signed needs trusted keys; skip starts without it; abi,signed,skip")
	flags.StringArray(loader.TrustedKeyFlag, nil, "a public key of minisign, its file or itself, that must vouch for each plugin (may be repeated: one of them; else "+loader.TrustedKeysVariable+")")
	flags.String(loader.ProbeFlag, string(loader.ProbeAll), "which plugins are opened in a child process first, so that one that crashes, exits or hangs is refused and never enters the Collector: all, unknown (only where the bytes don't tell) or off (else "+loader.ProbeVariable+")")
	flags.Duration(loader.TimeoutFlag, loader.ProbeTimeout, "how long a plugin may take in its child process")
	root.AddCommand(c.pluginsCommand(), c.componentsCommand(settings))
	return root
}

// usesPlugins: the plugins commands read plugins and never load them; help needs none.
func usesPlugins(called *cobra.Command, args []string) bool {
	for command := called; command != nil; command = command.Parent() {
		switch command.Name() {
		case "plugins", "help", "completion", cobra.ShellCompRequestCmd, cobra.ShellCompNoDescRequestCmd:
			return false
		}
	}
	return !slices.ContainsFunc(args, func(arg string) bool {
		return arg == "--help" || arg == "-h" || arg == "--version" || arg == "-v"
	})
}

// end says an error in one sentence and gives the exit code.
func (c *collector) end(called *cobra.Command, err error) int {
	var code exitCode
	var place *catalog.PlaceError
	switch {
	case err == nil:
		return exitOK
	case errors.As(err, &code):
		return int(code)
	case errors.As(err, &place):
		_, _ = fmt.Fprintf(c.stderr, "Error: %s\n", clean.Text(place.Error()))
		return exitUsage
	}
	_, _ = fmt.Fprintf(c.stderr, "Error: %s\n", cleanLines(err.Error()))
	if called != nil && !usesPlugins(called, nil) {
		return exitUsage
	}
	return exitBad
}

// cleanLines keeps the line breaks of otelcol's own messages.
func cleanLines(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		lines[i] = clean.Text(strings.ReplaceAll(line, "\t", "  "))
	}
	return strings.Join(lines, "\n")
}
