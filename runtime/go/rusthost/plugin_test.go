package rusthost

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/connector"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/exporter"
	"go.opentelemetry.io/collector/extension"
	"go.opentelemetry.io/collector/processor"
	"go.opentelemetry.io/collector/receiver"
	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"
)

// What a plugin registers, as the loader's registry takes it.
type factories struct {
	receiver  receiver.Factory
	processor processor.Factory
	exporter  exporter.Factory
	connector connector.Factory
	extension extension.Factory
}

var errTwice = errors.New("there is one already")

func once[F any](to *F, f F) error {
	if any(*to) != nil {
		return errTwice
	}
	*to = f
	return nil
}

func (r *factories) RegisterReceiver(f receiver.Factory) error   { return once(&r.receiver, f) }
func (r *factories) RegisterProcessor(f processor.Factory) error { return once(&r.processor, f) }
func (r *factories) RegisterExporter(f exporter.Factory) error   { return once(&r.exporter, f) }
func (r *factories) RegisterConnector(f connector.Factory) error { return once(&r.connector, f) }
func (r *factories) RegisterExtension(f extension.Factory) error { return once(&r.extension, f) }

var plugin factories

// TestMain compiles the plugin against the header, with every warning an error, and opens it.
func TestMain(m *testing.M) {
	folder, err := os.MkdirTemp("", "ocx-rusthost-")
	if err == nil {
		var file string
		if file, err = compile(folder, "plugin"); err == nil {
			err = Open(file, file, Symbol, "otelcol-test/0.1.0", &plugin)
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	code := m.Run()
	_ = os.RemoveAll(folder)
	os.Exit(code)
}

// compile gives a .so of testdata/plugin.c.
func compile(folder, name string, flags ...string) (string, error) {
	file := filepath.Join(folder, name+".so")
	args := append([]string{"-std=c11", "-D_GNU_SOURCE", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC", "-fvisibility=hidden", "-O1", "-o", file}, flags...)
	out, err := exec.Command("gcc", append(args, "testdata/plugin.c", "-lpthread")...).CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("gcc: %w\n%s", err, out)
	}
	return file, nil
}

// told gives the configuration with which a component does something.
func told(factory component.Factory, what string) component.Config {
	config := factory.CreateDefaultConfig().(*Config)
	config.values["do"] = what
	return config
}

// settings of a component, with a log that can be read.
func settings() (component.TelemetrySettings, *observer.ObservedLogs) {
	core, written := observer.New(zap.DebugLevel)
	return component.TelemetrySettings{Logger: zap.New(core)}, written
}

var id = component.MustNewIDWithName("c", "test")

func processorOf(t *testing.T, what string, next consumer.Traces) processor.Traces {
	t.Helper()
	telemetry, _ := settings()
	p, err := plugin.processor.CreateTraces(context.Background(), processor.Settings{ID: id, TelemetrySettings: telemetry}, told(plugin.processor, what), next)
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Start(context.Background(), host{}); err != nil {
		t.Fatal(err)
	}
	return p
}

type host struct{}

func (host) GetExtensions() map[component.ID]component.Component { return nil }

// nothingHeld: every test leaves nothing behind.
func nothingHeld(t *testing.T) {
	t.Helper()
	if held := Held(); held.Handles != 0 || held.Instances != 0 || held.Buffers != 0 {
		t.Errorf("left behind: %+v", held)
	}
}
