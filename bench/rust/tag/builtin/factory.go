// Package builtin is the processor under a type of its own, so that one Collector can have both.
package builtin

import (
	"go.opentelemetry.io/collector/processor"

	"example.com/bench/tag"
)

// NewFactory is what a build file asks for.
func NewFactory() processor.Factory { return tag.Factory("tag_builtin") }
