package describe

import (
	"strings"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/connector"
	"go.opentelemetry.io/collector/exporter"
	"go.opentelemetry.io/collector/extension"
	"go.opentelemetry.io/collector/processor"
	"go.opentelemetry.io/collector/receiver"
)

// Stability gives the level of each signal a component supports, in words of metadata.yaml;
// those it does not support are left out.
func Stability(factory component.Factory) map[string]string {
	levels := map[string]component.StabilityLevel{}
	switch f := factory.(type) {
	case receiver.Factory:
		levels = signals(f)
	case processor.Factory:
		levels = signals(f)
	case exporter.Factory:
		levels = signals(f)
	case connector.Factory:
		levels = map[string]component.StabilityLevel{
			"logs-to-logs": f.LogsToLogsStability(), "logs-to-metrics": f.LogsToMetricsStability(), "logs-to-traces": f.LogsToTracesStability(),
			"metrics-to-logs": f.MetricsToLogsStability(), "metrics-to-metrics": f.MetricsToMetricsStability(), "metrics-to-traces": f.MetricsToTracesStability(),
			"traces-to-logs": f.TracesToLogsStability(), "traces-to-metrics": f.TracesToMetricsStability(), "traces-to-traces": f.TracesToTracesStability(),
		}
	case extension.Factory:
		levels["extension"] = f.Stability()
	}
	// Profiles are of the packages xreceiver, xprocessor, xexporter, which a Collector need not have.
	if f, ok := factory.(interface {
		ProfilesStability() component.StabilityLevel
	}); ok {
		levels["profiles"] = f.ProfilesStability()
	}
	texts := map[string]string{}
	for signal, level := range levels {
		if level != component.StabilityLevelUndefined {
			texts[signal] = strings.ToLower(level.String())
		}
	}
	return texts
}

func signals(f interface {
	LogsStability() component.StabilityLevel
	MetricsStability() component.StabilityLevel
	TracesStability() component.StabilityLevel
}) map[string]component.StabilityLevel {
	return map[string]component.StabilityLevel{"logs": f.LogsStability(), "metrics": f.MetricsStability(), "traces": f.TracesStability()}
}
