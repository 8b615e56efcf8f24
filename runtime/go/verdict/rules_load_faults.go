package verdict

import (
	"fmt"
	"slices"

	"ocx.dev/runtime/evidence"
)

// faultsAt is damage that the dynamic linker is certain to refuse or to die of, as it meets it at this stage (package evidence says in which
// function). Of hosts of musl it says nothing: those are glibc's functions.
func faultsAt(s *subject, stage evidence.Stage) ruling {
	if s.host.isMusl() {
		return ruling{}
	}
	return rulingOf(s, stage, "the dynamic linker")
}

// runtimeFaults is the same of Go's runtime, when it takes the module.
func runtimeFaults(s *subject, stage evidence.Stage) ruling {
	if s.opener != byPluginOpen || s.host == nil || s.host.Evidence.Go == nil {
		return ruling{}
	}
	return rulingOf(s, stage, "Go's runtime")
}

func rulingOf(s *subject, stage evidence.Stage, who string) (r ruling) {
	isRuntime := stage == evidence.ModuleList || stage == evidence.ModuleTest
	for _, fault := range s.plugin.LoadFaults {
		if fault.Stage != stage {
			continue
		}
		code, effect, words := "OCX0114", who+" refuses it", fault.LoaderMessage
		if fault.Effect == "crashes" {
			code, effect = "OCX0113", "opening it kills the Collector"
		} else if isRuntime {
			words = OpenMessage(s.plugin.Path, words)
		}
		r.findings = append(r.findings, New(code, Finding{
			Subject:       fault.Field,
			Plugin:        fault.Problem,
			Evidence:      fault.Field,
			Message:       fmt.Sprintf("%s %s: %s", fault.Field, fault.Problem, effect),
			LoaderMessage: words,
			Fix:           "copy or build the file again; no linker writes this",
		}))
	}
	return r
}

func mappingFaults(s *subject) ruling { return faultsAt(s, evidence.Mapping) }

func moduleListFaults(s *subject) ruling { return runtimeFaults(s, evidence.ModuleList) }

func moduleFaults(s *subject) ruling { return runtimeFaults(s, evidence.ModuleTest) }

// faultsAt is the same of the libraries that come with the plugin: the last of a list is relocated first, and its init functions are called first.
func (scope *linkerScope) faultsAt(stage evidence.Stage) (r ruling) {
	if !scope.isHere {
		return r
	}
	for _, library := range slices.Backward(scope.added) {
		for _, fault := range library.LoadFaults {
			if fault.Stage != stage {
				continue
			}
			code, effect, words := "OCX0114", "the dynamic linker refuses it", library.Path+": "+fault.LoaderMessage
			if fault.Effect == "crashes" {
				code, effect, words = "OCX0113", "opening it kills the Collector", fault.LoaderMessage
			}
			r.findings = append(r.findings, New(code, Finding{
				Subject:       library.Path,
				Plugin:        fault.Field + " " + fault.Problem,
				Evidence:      fmt.Sprintf("%s of %s", fault.Field, library.Path),
				Message:       fmt.Sprintf("%s, which it needs: %s %s: %s", library.Path, fault.Field, fault.Problem, effect),
				LoaderMessage: words,
				Fix:           "put the whole library there: " + quoted(library.Path),
			}))
		}
	}
	return r
}
