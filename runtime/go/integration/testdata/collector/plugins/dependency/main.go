// A plugin that uses a module that the host has too.
package main

// #include <stddef.h>
import "C"

import (
	"os"

	"example.com/dep"
)

func init() {
	if file := os.Getenv("OCX_TEST_MARKS"); file != "" {
		_ = os.WriteFile(file, []byte(dep.Greeting()), 0o644)
	}
}

// CollectorPluginInit has the wrong type, which nobody should get to see.
func CollectorPluginInit() error { return nil }

func main() {}
