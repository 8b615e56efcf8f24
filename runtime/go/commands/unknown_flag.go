package commands

import (
	"strings"

	"github.com/spf13/cobra"

	"ocx.dev/runtime/catalog"
)

// unknownFlag is the error of a flag that the command does not have, in its long form. It is looked for before plugins are loaded, and
// what cobra says of one comes after that: a misspelled --plugin-trusted-key must not let in what no key vouches for.
func unknownFlag(called *cobra.Command, args []string) error {
	for i := 0; i < len(args) && args[i] != "--"; i++ {
		name, _, hasValue := strings.Cut(args[i], "=")
		name, isLong := strings.CutPrefix(name, "--")
		if !isLong {
			continue
		}
		flag := called.Flag(name)
		switch {
		case flag == nil && called.Flag("plugin-"+name) != nil:
			return &catalog.PlaceError{Sentence: "unknown flag: --" + name + "; here it is --plugin-" + name}
		case flag == nil:
			return &catalog.PlaceError{Sentence: "unknown flag: --" + name}
		case !hasValue && flag.NoOptDefVal == "":
			i++
		}
	}
	return nil
}
