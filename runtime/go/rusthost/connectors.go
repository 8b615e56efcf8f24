package rusthost

import (
	"context"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/connector"
	"go.opentelemetry.io/collector/consumer"
)

type describedConnector struct {
	connector.Factory
	*registered
}

// connectorFactory has an option for each pair of signals, since the Collector has a function for each.
func (r *registered) connectorFactory() connector.Factory {
	var options []connector.FactoryOption
	add := func(from, to signal, option func(component.StabilityLevel) connector.FactoryOption) {
		if r.connects(from, to) {
			options = append(options, option(r.stability(from.String()+"-to-"+to.String())))
		}
	}
	instance := func(set connector.Settings, from signal, to next, cfg component.Config) (*pipelined, error) {
		return r.pipelined(set.ID, set.TelemetrySettings, from, to, cfg)
	}
	for _, from := range []signal{traces, metrics, logs} {
		add(from, traces, func(level component.StabilityLevel) connector.FactoryOption {
			create := func(_ context.Context, set connector.Settings, cfg component.Config, to consumer.Traces) (*pipelined, error) {
				return instance(set, from, next{traces: to}, cfg)
			}
			return toTraces(from, create, level)
		})
		add(from, metrics, func(level component.StabilityLevel) connector.FactoryOption {
			create := func(_ context.Context, set connector.Settings, cfg component.Config, to consumer.Metrics) (*pipelined, error) {
				return instance(set, from, next{metrics: to}, cfg)
			}
			return toMetrics(from, create, level)
		})
		add(from, logs, func(level component.StabilityLevel) connector.FactoryOption {
			create := func(_ context.Context, set connector.Settings, cfg component.Config, to consumer.Logs) (*pipelined, error) {
				return instance(set, from, next{logs: to}, cfg)
			}
			return toLogs(from, create, level)
		})
	}
	return connector.NewFactory(r.typ, r.defaultConfig, options...)
}

// creates makes an instance whose batches go to a consumer of one signal.
type creates[To any] func(context.Context, connector.Settings, component.Config, To) (*pipelined, error)

func toTraces(from signal, create creates[consumer.Traces], level component.StabilityLevel) connector.FactoryOption {
	switch from {
	case traces:
		return connector.WithTracesToTraces(as[connector.Traces](create), level)
	case metrics:
		return connector.WithMetricsToTraces(as[connector.Metrics](create), level)
	}
	return connector.WithLogsToTraces(as[connector.Logs](create), level)
}

func toMetrics(from signal, create creates[consumer.Metrics], level component.StabilityLevel) connector.FactoryOption {
	switch from {
	case traces:
		return connector.WithTracesToMetrics(as[connector.Traces](create), level)
	case metrics:
		return connector.WithMetricsToMetrics(as[connector.Metrics](create), level)
	}
	return connector.WithLogsToMetrics(as[connector.Logs](create), level)
}

func toLogs(from signal, create creates[consumer.Logs], level component.StabilityLevel) connector.FactoryOption {
	switch from {
	case traces:
		return connector.WithTracesToLogs(as[connector.Traces](create), level)
	case metrics:
		return connector.WithMetricsToLogs(as[connector.Metrics](create), level)
	}
	return connector.WithLogsToLogs(as[connector.Logs](create), level)
}

// as gives the function the result type that the Collector's has.
func as[From any, To any](create creates[To]) func(context.Context, connector.Settings, component.Config, To) (From, error) {
	return func(ctx context.Context, set connector.Settings, cfg component.Config, to To) (From, error) {
		made, err := create(ctx, set, cfg, to)
		if err != nil {
			var none From
			return none, err
		}
		return any(made).(From), nil
	}
}
