package commands

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"

	"ocx.dev/runtime/internal/clean"
	"ocx.dev/runtime/loader"
	"ocx.dev/runtime/report"
	"ocx.dev/runtime/verdict"
)

// load loads the plugins that the command line or the environment names.
func (c *collector) load(args []string) error {
	options, err := loader.ParseOptions(args)
	if err != nil {
		return err
	}
	place, ok := options.Place()
	if !ok {
		return nil
	}
	builtIns, err := c.settings.Factories()
	if err != nil {
		return fmt.Errorf("failed to initialize factories: %w", err)
	}
	ctx, stop := endOnSignal(options.Probing)
	defer stop()
	c.plugins, err = loader.Load(place, builtIns, loader.How{
		Policy:    options.Policy,
		Collector: c.name(),
		Probing:   options.Probing,
		Prober: func(attempt loader.Attempt) loader.Tried {
			result := runChild(ctx, attempt, options.Policy, options.Timeout)
			return loader.Tried{Outcome: result.Outcome, Message: result.Message}
		},
	})
	if ctx.Err() != nil {
		return exitCode(exitStopped)
	}
	if err != nil {
		return err
	}
	failed := c.plugins.Failed()
	if len(failed) == 0 {
		return nil
	}
	c.explainFailed(failed, options.Policy)
	if options.Policy.Skip {
		return nil
	}
	return exitCode(exitBad)
}

// endOnSignal: while plugins are tried, a signal ends the child processes; and this one soon after, whatever a plugin does in it. Without
// children a signal does what it always does.
func endOnSignal(probing loader.Probing) (context.Context, func()) {
	if probing == loader.ProbeOff {
		return context.Background(), func() {}
	}
	ctx, stop := untilSignal(context.Background())
	forget := context.AfterFunc(ctx, func() { time.AfterFunc(2*time.Second, func() { os.Exit(exitStopped) }) })
	return ctx, func() {
		forget()
		stop()
	}
}

// name and version of this Collector, as in a user agent.
func (c *collector) name() string {
	return c.settings.BuildInfo.Command + "/" + c.settings.BuildInfo.Version
}

// explainFailed says every reason of every plugin that is not loaded.
func (c *collector) explainFailed(failed []loader.Plugin, policy loader.Policy) {
	p := report.NewPrinter(c.stderr)
	count := fmt.Sprintf("%d of %s not loaded", len(failed), verdict.Count(len(c.plugins.Plugins), "plugin"))
	if policy.Skip {
		p.Line("WARNING: %s: the Collector starts without, as --%s=%s says", count, loader.PolicyFlag, loader.Skip)
	} else {
		p.Line("Error: %s: the Collector does not start (--%s=%s starts without)", count, loader.PolicyFlag, loader.Skip)
	}
	for _, failed := range failed {
		p.Line("")
		var refusal *loader.Refusal
		if errors.As(failed.Err, &refusal) {
			p.Line("not opened: %s", refusal)
			p.Findings(refusal.Findings, failed.Name)
		} else {
			p.Line("%s", failed.Err)
		}
	}
	p.Line("")
}

// logPlugins writes the plugins that are missing, those that are loaded, and where there are none, into the Collector's log once it has one.
func (c *collector) logPlugins() zap.Option {
	said := false
	return zap.WrapCore(func(core zapcore.Core) zapcore.Core {
		if said || c.plugins == nil {
			return core
		}
		said = true
		logger := zap.New(core)
		for _, failed := range c.plugins.Failed() {
			logger.Warn("Plugin is not loaded: its components are missing", zap.String("plugin", clean.Text(failed.Path)), zap.String("error", cleanLines(failed.Err.Error())))
		}
		for _, bare := range c.plugins.Bare {
			logger.Info(fmt.Sprintf("No plugins in %s: %s", clean.Text(bare.Path), clean.Text(bare.Contents())))
		}
		for _, plugin := range c.plugins.Plugins {
			if plugin.Err == nil {
				logger.Info("Plugin loaded", zap.String("plugin", clean.Text(plugin.Path)), zap.Strings("components", names(plugin.Components)))
			}
		}
		return core
	})
}

func names(components []loader.Component) []string {
	list := []string{}
	for _, component := range components {
		list = append(list, component.Kind+" "+component.Type.String())
	}
	return list
}
