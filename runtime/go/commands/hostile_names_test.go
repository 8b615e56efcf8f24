package commands

import (
	"errors"
	"os"
	"strings"
	"testing"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"go.uber.org/zap/zaptest/observer"

	"ocx.dev/runtime/catalog"
	"ocx.dev/runtime/loader"
	"ocx.dev/runtime/report"
)

// zap escapes what JSON asks for, which U+009B (CSI) is not: the log of a Collector is read in a terminal.
func TestNoNameOfAPluginActsOnTheTerminalThatShowsTheLog(t *testing.T) {
	hostile := catalog.Record{Entry: catalog.Entry{Path: "/plugins/\u009b2J\x1b[2J.so"}}
	c := &collector{plugins: &loader.Result{Plugins: []loader.Plugin{
		{Record: hostile},
		{Record: hostile, Err: errors.New(hostile.Path + ": fails")},
	}}}
	core, logs := observer.New(zapcore.DebugLevel)
	zap.New(core).WithOptions(c.logPlugins()).Info("started")
	if logs.Len() != 3 {
		t.Fatalf("%d entries, not two of plugins and the log's own", logs.Len())
	}
	for _, entry := range logs.All() {
		for name, value := range entry.ContextMap() {
			if text, _ := value.(string); strings.ContainsAny(text, "\u009b\x1b") {
				t.Errorf("%s: %s is %q", entry.Message, name, text)
			}
		}
	}
}

// What is to be attached to a report of a bug is pasted into a shell.
func TestCommandsToPasteHaveThePluginAsOneWord(t *testing.T) {
	var out strings.Builder
	record := catalog.Record{Entry: catalog.Entry{Path: "plugins/;touch pwned.so"}}
	disagreement(report.NewPrinter(&out), record, &report.Probe{Outcome: outcomeFails, AsPredicted: &no})
	for _, command := range []string{"plugins probe", "plugins inspect"} {
		if !strings.Contains(out.String(), os.Args[0]+" "+command+" 'plugins/;touch pwned.so'") {
			t.Errorf("%s: said %s", command, out.String())
		}
	}
}
