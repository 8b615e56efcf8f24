package loader

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"ocx.dev/runtime/catalog"
)

// Policy is what a Collector does about a plugin that it refuses.
type Policy string

const (
	// Exact stops the Collector at start.
	Exact Policy = "exact"
	// Skip starts without the plugin, and says so.
	Skip Policy = "skip"
)

// DirectoryVariable names a plugin directory when no flag does.
const DirectoryVariable = "OTELCOL_PLUGIN_DIR"

// Names of the flags.
const (
	DirectoryFlag = "plugin-dir"
	ListFlag      = "plugin-list"
	PolicyFlag    = "plugin-policy"
)

// Options say where plugins are.
type Options struct {
	// Directories are loaded in their order.
	Directories []string
	// List is a discovery file.
	List   string
	Policy Policy
}

// Place of the plugins; ok is false when none was named: then nothing is loaded.
func (o Options) Place() (place catalog.Place, ok bool) {
	return catalog.Place{Directories: o.Directories, Discovery: o.List}, len(o.Directories) > 0 || o.List != ""
}

// ParseOptions reads the plugin flags out of a command line, and the environment. Plugins are
// loaded before the command line is parsed, since they bring feature gates that it may name.
func ParseOptions(args []string) (Options, error) {
	options := Options{Policy: Exact}
	for i := 0; i < len(args) && args[i] != "--"; i++ {
		name, value, hasValue := strings.Cut(args[i], "=")
		name, isFlag := strings.CutPrefix(name, "--")
		if !isFlag || name != DirectoryFlag && name != ListFlag && name != PolicyFlag {
			continue
		}
		if !hasValue {
			if i++; i == len(args) {
				return options, &catalog.PlaceError{Sentence: fmt.Sprintf("--%s needs a value", name)}
			}
			value = args[i]
		}
		if value == "" {
			return options, &catalog.PlaceError{Sentence: fmt.Sprintf("--%s needs a value", name)}
		}
		switch name {
		case DirectoryFlag:
			options.Directories = append(options.Directories, value)
		case ListFlag:
			options.List = value
		case PolicyFlag:
			options.Policy = Policy(value)
		}
	}
	if options.Policy != Exact && options.Policy != Skip {
		return options, &catalog.PlaceError{Sentence: fmt.Sprintf("--%s is %q, must be %s or %s", PolicyFlag, options.Policy, Exact, Skip)}
	}
	if options.List != "" && len(options.Directories) > 0 {
		return options, &catalog.PlaceError{Sentence: "give plugin directories, or one discovery file, not both"}
	}
	if directories := os.Getenv(DirectoryVariable); directories != "" && options.List == "" && len(options.Directories) == 0 {
		options.Directories = []string{filepath.Clean(directories)}
	}
	return options, nil
}
