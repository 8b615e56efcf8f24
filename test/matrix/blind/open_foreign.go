package main

import (
	"os"
	"strings"
)

// Another project's program keeps its own main: this goes first when the variable is set, and is no part of it otherwise.
func init() {
	if list := os.Getenv("BLIND_OPEN"); list != "" {
		openAll(strings.Split(list, "\n"))
		os.Exit(0)
	}
}
