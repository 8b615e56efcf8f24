// Package pluginapi is what a Collector plugin is written against.
//
// A plugin is a package main, built with -buildmode=plugin, that exports one function:
//
//	func CollectorPluginInit(registry pluginapi.Registry) error {
//		return registry.RegisterProcessor(myprocessor.NewFactory())
//	}
//
// A plugin of one component may export NewFactory instead (see Factory). The host calls the
// function once, after the init functions of the plugin's packages ran. What it registers is
// there when it returns nil; when it returns an error or panics, nothing of it is.
package pluginapi

import (
	"fmt"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/connector"
	"go.opentelemetry.io/collector/exporter"
	"go.opentelemetry.io/collector/extension"
	"go.opentelemetry.io/collector/processor"
	"go.opentelemetry.io/collector/receiver"
)

// InitSymbol and FactorySymbol are what the host looks up in a plugin, in this order.
const (
	InitSymbol    = "CollectorPluginInit"
	FactorySymbol = "NewFactory"
)

// Init is the type of CollectorPluginInit.
type Init = func(Registry) error

// Factory is the type of NewFactory: a component.Factory of any of the five kinds. A NewFactory
// that returns the factory of its kind, as every component's does, is taken too.
type Factory = func() component.Factory

// Registry takes the factories of a plugin. An error says that the Collector has a component
// of that kind and type already, and where it is from; a plugin returns it.
type Registry interface {
	RegisterReceiver(receiver.Factory) error
	RegisterProcessor(processor.Factory) error
	RegisterExporter(exporter.Factory) error
	RegisterConnector(connector.Factory) error
	RegisterExtension(extension.Factory) error
}

// Register registers factories of any kind, up to the first error.
func Register(registry Registry, factories ...component.Factory) error {
	for _, factory := range factories {
		if err := register(registry, factory); err != nil {
			return err
		}
	}
	return nil
}

func register(registry Registry, factory component.Factory) error {
	switch f := factory.(type) {
	case receiver.Factory:
		return registry.RegisterReceiver(f)
	case processor.Factory:
		return registry.RegisterProcessor(f)
	case exporter.Factory:
		return registry.RegisterExporter(f)
	case connector.Factory:
		return registry.RegisterConnector(f)
	case extension.Factory:
		return registry.RegisterExtension(f)
	case nil:
		return fmt.Errorf("nil is no factory")
	}
	return fmt.Errorf("%T is no factory of a receiver, processor, exporter, connector or extension", factory)
}
