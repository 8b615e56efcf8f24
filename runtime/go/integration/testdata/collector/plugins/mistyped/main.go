// A plugin whose entry symbol is of a type that every Go program has, and no Collector takes.
package main

import "C"

func CollectorPluginInit() string { return "registered" }

func main() {}
