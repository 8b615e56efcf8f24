package verdict

import (
	"fmt"
	"slices"
	"strings"

	"ocx.dev/runtime/evidence"
)

// Row is one of the comparison of a plugin with its host, for people.
type Row struct {
	// Sign: = same, x differs and decides the load, - differs and the policy refuses it,
	// ~ differs and is allowed, ! claim and bytes disagree, ? one side has no value.
	Sign string
	// Name is the manifest's own of it; of a dependency, indented.
	Name         string
	Plugin, Host string
}

const signOrder = "x!?-~= "

// SignMeanings are what each sign says, for people, in the words of ocx.
var SignMeanings = [][2]string{
	{"x", "differs and decides the load"},
	{"!", "claim and bytes disagree"},
	{"?", "only one side has it"},
	{"-", "differs and is refused"},
	{"~", "differs and is allowed"},
	{"=", "the same"},
}

// Compare puts plugin beside host, row by row: manifests where both have one, else what the
// bytes of each say.
func Compare(plugin *evidence.Evidence, host *Host, j *Judgement) []Row {
	reading := readingOf(plugin)
	mine, theirs := sides(plugin, host)
	var rows []Row
	if mine != nil && theirs != nil {
		for _, d := range Differences(*mine, *theirs) {
			name := d.Name
			if d.Kind == "dependency" {
				name = "  " + name
			}
			rows = append(rows, Row{signOf(d, j), name, d.Plugin, d.Host})
		}
	}
	if reading != nil && reading.Manifest != nil {
		for _, c := range contradictions(reading.Manifest, plugin) {
			name := c.field
			if c.item != "" {
				name += ": " + c.item
			}
			rows = append(rows, Row{"!", name, fmt.Sprintf("claims %s; %s says %s", c.claimed, c.source, c.bytes), ""})
		}
	}
	if reading != nil {
		for _, fault := range reading.Faults {
			text := fault.Problem
			if fault.Value != "" {
				text += ": " + fault.Value
			}
			rows = append(rows, Row{"!", orElse(fault.Field, "manifest"), text, ""})
		}
	}
	slices.SortStableFunc(rows, func(a, b Row) int { return strings.Index(signOrder, a.Sign) - strings.Index(signOrder, b.Sign) })
	return append(rows, Row{" ", "carrier", carrierLine(plugin), carrierLine(host.Evidence)})
}

func sides(plugin *evidence.Evidence, host *Host) (mine, theirs *Facts) {
	bytes := FactsOfBytes(plugin)
	claimed := ManifestOf(plugin)
	hostManifest := host.ValidManifest()
	isRust := claimed != nil && claimed.Language == manifestRust || claimed == nil && bytes != nil && bytes.Language == manifestRust
	mine = bytes
	// Two manifests, or two build infos: like is compared with like.
	if claimed != nil && (hostManifest != nil || mine == nil || isRust) {
		facts := FactsOfManifest(claimed)
		mine = &facts
	}
	switch {
	case isRust:
		if hostManifest == nil || hostManifest.AcceptsRust == nil {
			return mine, nil
		}
		facts := factsOfAcceptance(hostManifest.AcceptsRust, hostManifest)
		return mine, &facts
	case claimed != nil && hostManifest != nil:
		facts := FactsOfManifest(hostManifest)
		return mine, &facts
	}
	theirs = FactsOfBytes(host.Evidence)
	if theirs == nil && hostManifest != nil {
		facts := FactsOfManifest(hostManifest)
		theirs = &facts
	}
	return mine, theirs
}

func signOf(d Difference, j *Judgement) string {
	switch {
	case d.State == "same":
		return "="
	case d.State != "differs":
		return "?"
	case decidesLoad(d, j.Findings):
		return "x"
	case d.Decides && j.Policy != NoPolicy:
		return "-"
	}
	return "~"
}

// decidesLoad tells whether a difference is among the causes of a load failure, and not only of a refusal.
func decidesLoad(d Difference, findings []Finding) bool {
	has := func(code string) *Finding {
		if i := slices.IndexFunc(findings, func(f Finding) bool { return f.Code == code }); i >= 0 {
			return &findings[i]
		}
		return nil
	}
	hashes := has("OCX0410")
	among := func(matches func(subject string) bool) bool {
		return hashes != nil && slices.ContainsFunc(hashes.Items, func(item Item) bool { return matches(item.Subject) })
	}
	switch d.Kind {
	case "dependency":
		return among(func(subject string) bool { return subject == d.Name || strings.HasPrefix(subject, d.Name+"/") })
	case "flags":
		return among(isStandardLibrary)
	case "toolchain":
		return among(isStandardLibrary) || has("OCX0302") != nil
	}
	return d.Kind == "target" && has("OCX0106") != nil
}

func carrierLine(e *evidence.Evidence) string {
	if e.Manifest.Found == nil {
		return "no manifest"
	}
	return fmt.Sprintf("%s, %s bytes", carrierText(e.Manifest.Found), Grouped(e.Manifest.Found.Size))
}
