// otelcol is a Collector with plugins enabled: the host of the large plugin.
// It is built to be read, and never run.
package main

import (
	"fmt"
	"os"
	"plugin"

	"example.com/otelcol-fixture/api"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/exporter/otlpexporter"
	"go.opentelemetry.io/collector/exporter/otlphttpexporter"
	"go.opentelemetry.io/collector/otelcol"
	"go.opentelemetry.io/collector/processor/batchprocessor"
	"go.opentelemetry.io/collector/receiver/otlpreceiver"
)

type registry struct{}

func (registry) Register(api.Component) error { return nil }

func main() {
	otlpexporter.NewFactory()
	otlphttpexporter.NewFactory()
	batchprocessor.NewFactory()
	otlpreceiver.NewFactory()
	for _, file := range os.Args[1:] {
		p, err := plugin.Open(file)
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		entry, err := p.Lookup("CollectorPluginInit")
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		register, ok := entry.(func(api.Registry) error)
		fmt.Println(ok && register(registry{}) == nil)
	}
	if len(os.Args) == 1 {
		info := component.NewDefaultBuildInfo()
		_ = otelcol.NewCommand(otelcol.CollectorSettings{BuildInfo: info}).Execute()
	}
}
