package plan

import (
	"slices"

	"ocx.dev/runtime/verdict"
)

// Alone these kill the host, for no module arrives; after a good one the runtime takes that for theirs, and it is an error.
var withoutModuleCodes = []string{"OCX0301", "OCX0302", "OCX0304"}

func hasNoModule(f verdict.Finding) bool {
	return f.Severity == verdict.SeverityCrashes && slices.Contains(withoutModuleCodes, f.Code)
}

// bringsNoModule: a file that brings no module the runtime could find has none, or links it into a list of its own. Or, of another Go
// release, its code writes the link where its own release has the field next, the last of moduledata (runtime/asm_amd64.s:
// addmoduledata, which each plugin has compiled in): into another field of the last module, unless both have one size.
func bringsNoModule(c *Candidate, host *Host) bool {
	crash := slices.IndexFunc(c.Alone.Findings, hasNoModule)
	if crash < 0 || c.Alone.Findings[crash].Code != "OCX0302" {
		return crash >= 0
	}
	return cutsList(c, host)
}

// cutsList: from here on the runtime finds no further module.
func cutsList(c *Candidate, host *Host) bool {
	mine := moduledataSize(c.Evidence)
	differs := slices.ContainsFunc(c.Alone.Findings, func(f verdict.Finding) bool { return f.Code == "OCX0302" })
	return differs && mine != 0 && host.ModuledataSize != 0 && mine != host.ModuledataSize
}
