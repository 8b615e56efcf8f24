// A plugin that misbehaves as its linker flag -X main.how=... says.
package main

/*
static void crash(void) { *(volatile int *)16 = 1; }
*/
import "C"

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/extension"
	"go.opentelemetry.io/collector/receiver"

	"ocx.dev/runtime/pluginapi"
)

var how string

func init() {
	fmt.Println("noise on standard output")
	switch how {
	case "init panics":
		panic("out of \x1b[31mcheese")
	case "init exits":
		os.Exit(3)
	case "init hangs":
		if file := os.Getenv("OCX_TEST_PIDS"); file != "" {
			_ = os.WriteFile(file, fmt.Appendln(nil, os.Getpid()), 0o644)
		}
		time.Sleep(time.Hour)
	case "init segfaults":
		C.crash()
	case "goroutine panics":
		go func() { panic("elsewhere") }()
		time.Sleep(time.Hour)
	}
}

// CollectorPluginInit does what it should not.
func CollectorPluginInit(registry pluginapi.Registry) error {
	switch how {
	case "call panics":
		var nothing map[string]int
		nothing["x"]++
	case "call fails":
		return errors.New("no licence for \x1b[31mthis")
	case "registers built-in":
		return registry.RegisterReceiver(receiver.NewFactory(component.MustNewType("nop"), func() component.Config { return nil }))
	case "registers twice":
		_ = registry.RegisterExtension(newFactory())
		_ = registry.RegisterExtension(newFactory())
		return nil
	case "half":
		_ = registry.RegisterExtension(newFactory())
		return errors.New("changed my mind")
	}
	return registry.RegisterExtension(newFactory())
}

func newFactory() extension.Factory {
	return extension.NewFactory(component.MustNewType("mis"), func() component.Config { return &struct{}{} },
		func(context.Context, extension.Settings, component.Config) (extension.Extension, error) {
			return nil, errors.New("never")
		}, component.StabilityLevelDevelopment)
}

func main() {}
