// A plugin that wants 1680 bytes of static thread-local storage: glibc keeps 1664, and what rounding leaves: whether that is enough no byte tells.
package main

/*
static __thread volatile char room[1672] __attribute__((tls_model("initial-exec")));
static int used(int at) { room[at] = 1; return room[at]; }
*/
import "C"

import (
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/receiver"

	"ocx.dev/runtime/pluginapi"
)

// CollectorPluginInit registers a receiver that makes nothing.
func CollectorPluginInit(registry pluginapi.Registry) error {
	C.used(7)
	return registry.RegisterReceiver(receiver.NewFactory(component.MustNewType("threadlocal"), func() component.Config { return &struct{}{} }))
}

func main() {}
