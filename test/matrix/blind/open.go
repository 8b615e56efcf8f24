// The opener of the blind matrix: a main package with this file is a host. It opens what it is given, in order, looks up
// `Entry` as hosts do, and says of each what came of it: a line `OPENED <outcome> <message in hex>`. Imports next to nothing, so that what a host has is its axis' choice.
package main

import (
	"os"
	"plugin"
	"runtime"
)

func openAll(paths []string) {
	for _, path := range paths {
		p, err := plugin.Open(path)
		switch {
		case err != nil:
			say("fails", err.Error())
		default:
			if _, err := p.Lookup("Entry"); err != nil {
				say("fails", err.Error())
			} else {
				say("loads", "")
			}
		}
	}
	// What opens and then dies in the next collection is told apart from what opens and lives.
	runtime.GC()
	say("lives", "")
}

func say(outcome, message string) {
	const digits = "0123456789abcdef"
	line := []byte("OPENED " + outcome + " ")
	for i := 0; i < len(message); i++ {
		line = append(line, digits[message[i]>>4], digits[message[i]&15])
	}
	_, _ = os.Stdout.Write(append(line, '\n'))
}
