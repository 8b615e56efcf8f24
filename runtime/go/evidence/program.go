package evidence

import "slices"

// IsProgram tells executables, position-independent ones too, from libraries.
func (e *Evidence) IsProgram() bool {
	return e.Object.Kind == "executable" || e.Linker != nil && (e.Linker.PIE || e.Linker.Interpreter != "")
}

// WhyNoProgram is why nothing can be loaded in a file; empty when it is a program. What go build made for others to open says so,
// whatever its headers are.
func (e *Evidence) WhyNoProgram() string {
	switch mode, _ := e.Go.Setting("-buildmode"); {
	case mode == "plugin":
		return "it is a Go plugin"
	case mode == "c-shared":
		return "it is a Go library for C programs (-buildmode=c-shared)"
	case e.IsProgram():
		return ""
	case e.Go != nil && e.Go.HasTable:
		return "it is a Go plugin"
	case slices.Contains(e.EntrySymbols, "register_collector_plugin"):
		return "it is a plugin (it exports register_collector_plugin)"
	case slices.Contains([]string{"shared object", "dynamic library", "bundle"}, e.Object.Kind):
		return "it is a shared library"
	}
	return "its kind is " + e.Object.Kind
}
