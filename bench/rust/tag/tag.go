// Package tag puts one attribute on every span: the transformation that is measured, in Go.
package tag

import (
	"context"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/collector/processor"
	"go.opentelemetry.io/collector/processor/processorhelper"
)

// Config of the processor.
type Config struct {
	Key   string `mapstructure:"key"`
	Value string `mapstructure:"value"`
}

// Factory of a processor of this type.
func Factory(name string) processor.Factory {
	return processor.NewFactory(component.MustNewType(name),
		func() component.Config { return &Config{Key: "team", Value: "blue"} },
		processor.WithTraces(create, component.StabilityLevelDevelopment))
}

func create(ctx context.Context, set processor.Settings, cfg component.Config, next consumer.Traces) (processor.Traces, error) {
	config := cfg.(*Config)
	tag := func(_ context.Context, data ptrace.Traces) (ptrace.Traces, error) {
		for _, resource := range data.ResourceSpans().All() {
			for _, scope := range resource.ScopeSpans().All() {
				for _, span := range scope.Spans().All() {
					span.Attributes().PutStr(config.Key, config.Value)
				}
			}
		}
		return data, nil
	}
	return processorhelper.NewTraces(ctx, set, cfg, next, tag, processorhelper.WithCapabilities(consumer.Capabilities{MutatesData: true}))
}
