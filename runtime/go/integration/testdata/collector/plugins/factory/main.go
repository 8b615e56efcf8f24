// The RFC's other draft: a plugin of one component, which exports its NewFactory.
package main

// #include <stddef.h>
import "C"

import (
	"context"
	"os"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/extension"
)

type quiet struct {
	component.StartFunc
	component.ShutdownFunc
}

type config struct{}

func init() {
	if file := os.Getenv("OCX_TEST_MARKS"); file != "" {
		_ = os.WriteFile(file, []byte("factory\n"), 0o644)
	}
}

// NewFactory is what every component has.
func NewFactory() extension.Factory {
	return extension.NewFactory(component.MustNewType("quiet"), func() component.Config { return &config{} },
		func(context.Context, extension.Settings, component.Config) (extension.Extension, error) {
			return quiet{}, nil
		}, component.StabilityLevelDevelopment)
}

func main() {}
