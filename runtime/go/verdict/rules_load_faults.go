package verdict

import (
	"fmt"

	"ocx.dev/runtime/evidence"
)

// faultsAt is damage that the loader is certain to refuse or to die of, as it meets it at this stage (package evidence says in which
// function). Of hosts of musl it says nothing: those are glibc's functions, but for the module, which is Go's.
func faultsAt(s *subject, stage evidence.Stage) (r ruling) {
	if stage != evidence.ModuleTest && s.host.isMusl() {
		return r
	}
	for _, fault := range s.plugin.LoadFaults {
		if fault.Stage != stage {
			continue
		}
		code, effect := "OCX0114", "the dynamic linker refuses it"
		if fault.Effect == "crashes" {
			code, effect = "OCX0113", "opening it kills the Collector"
		}
		r.findings = append(r.findings, New(code, Finding{
			Subject:       fault.Field,
			Plugin:        fault.Problem,
			Evidence:      fault.Field,
			Message:       fmt.Sprintf("%s %s: %s", fault.Field, fault.Problem, effect),
			LoaderMessage: fault.LoaderMessage,
			Fix:           "copy or build the file again; no linker writes this",
		}))
	}
	return r
}

func mappingFaults(s *subject) ruling { return faultsAt(s, evidence.Mapping) }

func moduleFaults(s *subject) ruling {
	if s.opener != byPluginOpen || s.host == nil || s.host.Evidence.Go == nil {
		return ruling{}
	}
	return faultsAt(s, evidence.ModuleTest)
}
