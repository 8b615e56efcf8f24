// A plugin with a component of each kind: logs are made, marked, forwarded and written to a file.
package main

// #include <stddef.h>
import "C"

import (
	"context"
	"fmt"
	"os"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/connector"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/exporter"
	"go.opentelemetry.io/collector/extension"
	"go.opentelemetry.io/collector/featuregate"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/processor"
	"go.opentelemetry.io/collector/receiver"

	"example.com/dep"
	"ocx.dev/runtime/pluginapi"
)

var typ = component.MustNewType("five")

var gate = featuregate.GlobalRegistry().MustRegister("five.louder", featuregate.StageAlpha)

func init() { mark("five") }

// mark leaves a trace that code of this plugin ran.
func mark(name string) {
	if file := os.Getenv("OCX_TEST_MARKS"); file != "" {
		f, err := os.OpenFile(file, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
		if err == nil {
			fmt.Fprintln(f, name)
			f.Close()
		}
	}
}

// CollectorPluginInit registers one of each.
func CollectorPluginInit(registry pluginapi.Registry) error {
	return pluginapi.Register(registry,
		receiver.NewFactory(typ, newConfig, receiver.WithLogs(newReceiver, component.StabilityLevelAlpha)),
		processor.NewFactory(typ, newConfig, processor.WithLogs(newProcessor, component.StabilityLevelBeta)),
		exporter.NewFactory(typ, newConfig, exporter.WithLogs(newExporter, component.StabilityLevelStable)),
		connector.NewFactory(typ, newConfig, connector.WithLogsToLogs(newConnector, component.StabilityLevelAlpha)),
		extension.NewFactory(typ, newConfig, newExtension, component.StabilityLevelAlpha),
	)
}

// Config is the configuration of all five.
type Config struct {
	// Path is written to by the exporter.
	Path string `mapstructure:"path"`
	// Interval is that of the receiver.
	Interval time.Duration     `mapstructure:"interval"`
	Labels   map[string]string `mapstructure:"labels,omitempty"`
	Limits   Limits            `mapstructure:"limits"`
}

// Limits are part of Config.
type Limits struct {
	Records int  `mapstructure:"records"`
	Strict  bool `mapstructure:"strict"`
}

func newConfig() component.Config {
	return &Config{Interval: 20 * time.Millisecond, Limits: Limits{Records: 10}}
}

type base struct{}

func (base) Start(context.Context, component.Host) error { return nil }
func (base) Shutdown(context.Context) error              { return nil }
func (base) Capabilities() consumer.Capabilities         { return consumer.Capabilities{MutatesData: true} }

type source struct {
	base
	next consumer.Logs
	wait time.Duration
	stop chan struct{}
}

func newReceiver(_ context.Context, _ receiver.Settings, cfg component.Config, next consumer.Logs) (receiver.Logs, error) {
	return &source{next: next, wait: cfg.(*Config).Interval, stop: make(chan struct{})}, nil
}

func (s *source) Start(context.Context, component.Host) error {
	go func() {
		for {
			select {
			case <-s.stop:
				return
			case <-time.After(s.wait):
				logs := plog.NewLogs()
				logs.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty().LogRecords().AppendEmpty().Body().SetStr("made by a plugin")
				_ = s.next.ConsumeLogs(context.Background(), logs)
			}
		}
	}()
	return nil
}

func (s *source) Shutdown(context.Context) error { close(s.stop); return nil }

// step adds an attribute and hands on.
type step struct {
	base
	name string
	next consumer.Logs
}

func (s step) ConsumeLogs(ctx context.Context, logs plog.Logs) error {
	for _, resource := range logs.ResourceLogs().All() {
		resource.Resource().Attributes().PutStr(s.name, fmt.Sprint(dep.Name, " louder=", gate.IsEnabled()))
	}
	return s.next.ConsumeLogs(ctx, logs)
}

func newProcessor(_ context.Context, _ processor.Settings, _ component.Config, next consumer.Logs) (processor.Logs, error) {
	return step{name: "processor", next: next}, nil
}

func newConnector(_ context.Context, _ connector.Settings, _ component.Config, next consumer.Logs) (connector.Logs, error) {
	return step{name: "connector", next: next}, nil
}

type sink struct {
	base
	path string
}

func newExporter(_ context.Context, _ exporter.Settings, cfg component.Config) (exporter.Logs, error) {
	return sink{path: cfg.(*Config).Path}, nil
}

func (s sink) ConsumeLogs(_ context.Context, logs plog.Logs) error {
	json, err := (&plog.JSONMarshaler{}).MarshalLogs(logs)
	if err != nil {
		return err
	}
	file, err := os.OpenFile(s.path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	defer file.Close()
	_, err = file.Write(append(json, '\n'))
	return err
}

func newExtension(context.Context, extension.Settings, component.Config) (extension.Extension, error) {
	mark("extension created")
	return base{}, nil
}

func main() {}
