// A plugin that brings a package which the host lacks.
package main

// #include <stddef.h>
import "C"

import (
	"context"
	"fmt"
	"os"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/extension"

	"example.com/own"
	"ocx.dev/runtime/pluginapi"
)

var name = "clash"

func init() {
	if file := os.Getenv("OCX_TEST_MARKS"); file != "" {
		f, err := os.OpenFile(file, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
		if err == nil {
			fmt.Fprintln(f, name, own.Double())
			f.Close()
		}
	}
}

// CollectorPluginInit registers an extension of the plugin's name.
func CollectorPluginInit(registry pluginapi.Registry) error {
	return registry.RegisterExtension(extension.NewFactory(component.MustNewType(name), func() component.Config { return &struct{}{} },
		func(context.Context, extension.Settings, component.Config) (extension.Extension, error) {
			return nil, nil
		},
		component.StabilityLevelDevelopment))
}

func main() {}
