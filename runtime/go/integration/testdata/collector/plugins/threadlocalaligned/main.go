// A plugin whose static thread-local storage wants an alignment that only what was there at the start of the process can give: no byte of it tells.
package main

/*
static __thread volatile char room[16] __attribute__((tls_model("initial-exec"), aligned(1024)));
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
