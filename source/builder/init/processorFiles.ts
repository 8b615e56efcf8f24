import { COLLECTOR, folderOf, type Project, type ProjectFile } from './project.js';

const CORE = 'go.opentelemetry.io/collector';

/** The Go module of a processor that is small and whole: configuration, factory, the three signals, a test of each part. */
export function processorFiles(project: Project): ProjectFile[] {
  const folder = folderOf(project);
  return [
    { path: `${folder}/go.mod`, text: goMod(project) },
    { path: `${folder}/config.go`, text: config(folder) },
    { path: `${folder}/factory.go`, text: factory(folder, project) },
    { path: `${folder}/processor.go`, text: processor(folder) },
    { path: `${folder}/processor_test.go`, text: test(folder, project) },
  ];
}

function goMod({ module }: Project): string {
  const { beta, stable } = COLLECTOR;
  return `module ${module}

go 1.26.0

require (
	${CORE}/component ${stable}
	${CORE}/component/componenttest ${beta}
	${CORE}/consumer ${stable}
	${CORE}/consumer/consumertest ${beta}
	${CORE}/pdata ${stable}
	${CORE}/processor ${stable}
	${CORE}/processor/processorhelper ${beta}
	${CORE}/processor/processortest ${beta}
)
`;
}

function config(pkg: string): string {
  return `package ${pkg}

import "errors"

// Config of the processor, as it stands in the Collector's configuration.
type Config struct {
	// Attribute is the key that is set on every resource.
	Attribute string \`mapstructure:"attribute"\`
	// Value is what it is set to.
	Value string \`mapstructure:"value"\`
}

// Validate is called by the Collector before anything starts.
func (c *Config) Validate() error {
	if c.Attribute == "" {
		return errors.New("attribute must not be empty")
	}
	return nil
}
`;
}

function factory(pkg: string, { name }: Project): string {
  return `// Package ${pkg} is a processor that puts an attribute on every resource.
package ${pkg}

import (
	"context"

	"${CORE}/component"
	"${CORE}/consumer"
	"${CORE}/processor"
	"${CORE}/processor/processorhelper"
)

var (
	componentType = component.MustNewType("${name}")
	capabilities  = processorhelper.WithCapabilities(consumer.Capabilities{MutatesData: true})
)

// NewFactory is what ocx build registers with the Collector.
func NewFactory() processor.Factory {
	return processor.NewFactory(componentType, createDefaultConfig,
		processor.WithTraces(createTraces, component.StabilityLevelDevelopment),
		processor.WithMetrics(createMetrics, component.StabilityLevelDevelopment),
		processor.WithLogs(createLogs, component.StabilityLevelDevelopment),
	)
}

func createDefaultConfig() component.Config {
	return &Config{Attribute: "greeting", Value: "hello"}
}

func createTraces(ctx context.Context, set processor.Settings, cfg component.Config, next consumer.Traces) (processor.Traces, error) {
	p := &greeter{cfg.(*Config)}
	return processorhelper.NewTraces(ctx, set, cfg, next, p.traces, capabilities)
}

func createMetrics(ctx context.Context, set processor.Settings, cfg component.Config, next consumer.Metrics) (processor.Metrics, error) {
	p := &greeter{cfg.(*Config)}
	return processorhelper.NewMetrics(ctx, set, cfg, next, p.metrics, capabilities)
}

func createLogs(ctx context.Context, set processor.Settings, cfg component.Config, next consumer.Logs) (processor.Logs, error) {
	p := &greeter{cfg.(*Config)}
	return processorhelper.NewLogs(ctx, set, cfg, next, p.logs, capabilities)
}
`;
}

function processor(pkg: string): string {
  return `package ${pkg}

import (
	"context"

	"${CORE}/pdata/pcommon"
	"${CORE}/pdata/plog"
	"${CORE}/pdata/pmetric"
	"${CORE}/pdata/ptrace"
)

// greeter puts the attribute on what passes through.
type greeter struct{ config *Config }

func (g *greeter) traces(_ context.Context, data ptrace.Traces) (ptrace.Traces, error) {
	for _, spans := range data.ResourceSpans().All() {
		g.greet(spans.Resource())
	}
	return data, nil
}

func (g *greeter) metrics(_ context.Context, data pmetric.Metrics) (pmetric.Metrics, error) {
	for _, metrics := range data.ResourceMetrics().All() {
		g.greet(metrics.Resource())
	}
	return data, nil
}

func (g *greeter) logs(_ context.Context, data plog.Logs) (plog.Logs, error) {
	for _, logs := range data.ResourceLogs().All() {
		g.greet(logs.Resource())
	}
	return data, nil
}

func (g *greeter) greet(resource pcommon.Resource) {
	resource.Attributes().PutStr(g.config.Attribute, g.config.Value)
}
`;
}

function test(pkg: string, { name }: Project): string {
  return `package ${pkg}

import (
	"context"
	"testing"

	"${CORE}/component/componenttest"
	"${CORE}/consumer/consumertest"
	"${CORE}/pdata/ptrace"
	"${CORE}/processor/processortest"
)

func TestEveryResourceGetsTheAttribute(t *testing.T) {
	factory := NewFactory()
	sink := new(consumertest.TracesSink)
	config := &Config{Attribute: "greeting", Value: "good morning"}
	traces, err := factory.CreateTraces(context.Background(), processortest.NewNopSettings(factory.Type()), config, sink)
	if err != nil {
		t.Fatal(err)
	}
	if err := traces.Start(context.Background(), componenttest.NewNopHost()); err != nil {
		t.Fatal(err)
	}

	data := ptrace.NewTraces()
	data.ResourceSpans().AppendEmpty().ScopeSpans().AppendEmpty().Spans().AppendEmpty().SetName("test")
	if err := traces.ConsumeTraces(context.Background(), data); err != nil {
		t.Fatal(err)
	}

	received := sink.AllTraces()
	if len(received) != 1 {
		t.Fatalf("got %d batches, want 1", len(received))
	}
	value, ok := received[0].ResourceSpans().At(0).Resource().Attributes().Get("greeting")
	if !ok || value.Str() != "good morning" {
		t.Errorf("greeting is %q, want %q", value.AsString(), "good morning")
	}
	if err := traces.Shutdown(context.Background()); err != nil {
		t.Error(err)
	}
}

func TestAnAttributeWithoutANameIsRefused(t *testing.T) {
	if err := (&Config{}).Validate(); err == nil {
		t.Error("an empty attribute was accepted")
	}
}

func TestTheDefaultConfigurationIsValid(t *testing.T) {
	factory := NewFactory()
	if got := factory.Type().String(); got != "${name}" {
		t.Errorf("type is %q", got)
	}
	if err := factory.CreateDefaultConfig().(*Config).Validate(); err != nil {
		t.Error(err)
	}
}
`;
}
