package rusthost

import (
	"context"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/exporter"
	"go.opentelemetry.io/collector/extension"
	"go.opentelemetry.io/collector/processor"
	"go.opentelemetry.io/collector/receiver"
)

// factory of the component's kind. What it makes are instances of the plugin.
func (r *registered) factory() component.Factory {
	switch r.kind {
	case "receiver":
		return describedReceiver{r.receiverFactory(), r}
	case "processor":
		return describedProcessor{r.processorFactory(), r}
	case "exporter":
		return describedExporter{r.exporterFactory(), r}
	case "connector":
		return describedConnector{r.connectorFactory(), r}
	}
	return describedExtension{r.extensionFactory(), r}
}

// The factories say more than the Collector asks for: see ConfigSchema and Docs.
type (
	describedReceiver struct {
		receiver.Factory
		*registered
	}
	describedProcessor struct {
		processor.Factory
		*registered
	}
	describedExporter struct {
		exporter.Factory
		*registered
	}
	describedExtension struct {
		extension.Factory
		*registered
	}
)

func (r *registered) pipelined(id component.ID, telemetry component.TelemetrySettings, in signal, to next, cfg component.Config) (*pipelined, error) {
	out := signal(0)
	if r.kind == "connector" {
		out = to.signal()
	}
	send := to.send
	if to.signal() == 0 {
		send = nil
	}
	i, err := newInstance(r, id, telemetry, in, out, cfg, send)
	if err != nil {
		return nil, err
	}
	return &pipelined{i, to}, nil
}

func (r *registered) receiverFactory() receiver.Factory {
	var options []receiver.FactoryOption
	create := func(set receiver.Settings, of signal, to next, cfg component.Config) (*pipelined, error) {
		return r.pipelined(set.ID, set.TelemetrySettings, of, to, cfg)
	}
	if r.has(traces) {
		options = append(options, receiver.WithTraces(func(_ context.Context, set receiver.Settings, cfg component.Config, to consumer.Traces) (receiver.Traces, error) {
			return create(set, traces, next{traces: to}, cfg)
		}, r.stability("traces")))
	}
	if r.has(metrics) {
		options = append(options, receiver.WithMetrics(func(_ context.Context, set receiver.Settings, cfg component.Config, to consumer.Metrics) (receiver.Metrics, error) {
			return create(set, metrics, next{metrics: to}, cfg)
		}, r.stability("metrics")))
	}
	if r.has(logs) {
		options = append(options, receiver.WithLogs(func(_ context.Context, set receiver.Settings, cfg component.Config, to consumer.Logs) (receiver.Logs, error) {
			return create(set, logs, next{logs: to}, cfg)
		}, r.stability("logs")))
	}
	return receiver.NewFactory(r.typ, r.defaultConfig, options...)
}

func (r *registered) processorFactory() processor.Factory {
	var options []processor.FactoryOption
	create := func(set processor.Settings, of signal, to next, cfg component.Config) (*pipelined, error) {
		return r.pipelined(set.ID, set.TelemetrySettings, of, to, cfg)
	}
	if r.has(traces) {
		options = append(options, processor.WithTraces(func(_ context.Context, set processor.Settings, cfg component.Config, to consumer.Traces) (processor.Traces, error) {
			return create(set, traces, next{traces: to}, cfg)
		}, r.stability("traces")))
	}
	if r.has(metrics) {
		options = append(options, processor.WithMetrics(func(_ context.Context, set processor.Settings, cfg component.Config, to consumer.Metrics) (processor.Metrics, error) {
			return create(set, metrics, next{metrics: to}, cfg)
		}, r.stability("metrics")))
	}
	if r.has(logs) {
		options = append(options, processor.WithLogs(func(_ context.Context, set processor.Settings, cfg component.Config, to consumer.Logs) (processor.Logs, error) {
			return create(set, logs, next{logs: to}, cfg)
		}, r.stability("logs")))
	}
	return processor.NewFactory(r.typ, r.defaultConfig, options...)
}

func (r *registered) exporterFactory() exporter.Factory {
	var options []exporter.FactoryOption
	create := func(set exporter.Settings, of signal, cfg component.Config) (*pipelined, error) {
		return r.pipelined(set.ID, set.TelemetrySettings, of, next{}, cfg)
	}
	if r.has(traces) {
		options = append(options, exporter.WithTraces(func(_ context.Context, set exporter.Settings, cfg component.Config) (exporter.Traces, error) {
			return create(set, traces, cfg)
		}, r.stability("traces")))
	}
	if r.has(metrics) {
		options = append(options, exporter.WithMetrics(func(_ context.Context, set exporter.Settings, cfg component.Config) (exporter.Metrics, error) {
			return create(set, metrics, cfg)
		}, r.stability("metrics")))
	}
	if r.has(logs) {
		options = append(options, exporter.WithLogs(func(_ context.Context, set exporter.Settings, cfg component.Config) (exporter.Logs, error) {
			return create(set, logs, cfg)
		}, r.stability("logs")))
	}
	return exporter.NewFactory(r.typ, r.defaultConfig, options...)
}

func (r *registered) extensionFactory() extension.Factory {
	return extension.NewFactory(r.typ, r.defaultConfig, func(_ context.Context, set extension.Settings, cfg component.Config) (extension.Extension, error) {
		return newInstance(r, set.ID, set.TelemetrySettings, 0, 0, cfg, nil)
	}, r.stability("extension"))
}
