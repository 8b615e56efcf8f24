// A plugin as large as a component of a real Collector gets: gRPC, HTTP and
// the Collector's own exporter machinery in one file.
package main

import "C"

import (
	"example.com/otelcol-fixture/api"
	"go.opentelemetry.io/collector/exporter/otlpexporter"
	"go.opentelemetry.io/collector/exporter/otlphttpexporter"
	"go.opentelemetry.io/collector/receiver/otlpreceiver"
)

var factories = []any{otlpexporter.NewFactory, otlphttpexporter.NewFactory, otlpreceiver.NewFactory}

// CollectorPluginInit registers the component.
func CollectorPluginInit(r api.Registry) error {
	return r.Register(api.Component{Kind: "exporter", Type: "large"})
}

func main() {}
