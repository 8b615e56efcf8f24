package verdict

import (
	"fmt"
	"strings"

	"ocx.dev/runtime/manifest"
)

// rustPolicy holds a Rust plugin against what the host accepts of them (accepts.rust of its manifest). Policy exact asks for
// the same compiler, profile, flags, target and ABI version, and the same version of the crates that cross the boundary; abi
// for the target and the ABI version alone: what the C ABI itself needs.
func rustPolicy(s *subject, mine, theirs *manifest.Manifest) ruling {
	abiAlone := s.host.Policy == ABI
	accepts := theirs.AcceptsRust
	if accepts == nil {
		return checked("manifest against the host", New("OCX0701", Finding{
			Subject:  "accepts.rust",
			Plugin:   "rust",
			Host:     "not in its manifest",
			Evidence: "manifest of the host",
			Message:  "the host takes no Rust plugins",
			Fix:      "load it with a Collector that was built with a Rust plugin host",
		}))
	}
	if !abiAlone && accepts.ToolchainVersion == "" {
		return checked("manifest against the host", saysLittle(accepts))
	}
	wanted := factsOfAcceptance(accepts, theirs)
	differences := Differences(FactsOfManifest(mine), wanted)
	var allowed []Item
	for i, d := range differences {
		if abiAlone && d.Decides && d.Kind != "language" && d.Kind != "target" && d.Kind != "abi" {
			differences[i].Decides = false
			allowed = append(allowed, Item{d.Name, d.Plugin, d.Host})
		}
	}
	what := "manifest against what the host accepts"
	if abiAlone {
		what = "target and ABI version against what the host accepts (policy abi)"
	}
	findings := policyFindings(s, wanted, differences)
	where := carrierText(s.plugin.Manifest.Found)
	// It is optional in a manifest, since Go has none; of a Rust plugin it decides.
	if mine.ABIVersion == 0 && accepts.ABIVersion != 0 {
		findings = append(findings, New("OCX0702", Finding{
			Subject:  "abi_version",
			Plugin:   "missing",
			Host:     numberText(accepts.ABIVersion),
			Evidence: where + ", field abi_version",
			Message:  fmt.Sprintf("its manifest does not say for which ABI version it was built, host is %d", accepts.ABIVersion),
			Fix:      fmt.Sprintf(`write "abi_version": %d into its manifest, if that is what it was built for`, accepts.ABIVersion),
		}))
	}
	if len(allowed) > 0 {
		findings = append(findings, allows(where, allowed))
	}
	return checked(what, findings...)
}

// saysLittle: a Collector that was built without a Rust plugin has the Rust host all the same, and says which ABI it speaks.
func saysLittle(accepts *manifest.RustAcceptance) Finding {
	f := Finding{
		Subject:  "accepts.rust",
		Plugin:   "rust",
		Host:     "says no compiler",
		Evidence: "manifest of the host",
		Message:  "the host does not say which compiler and crates it takes Rust plugins of: it was built without one",
		Fix:      "build the host with a Rust plugin in its build file, or choose policy abi",
	}
	if accepts.ABIVersion != 0 {
		f.Host = fmt.Sprintf("ABI version %d alone", accepts.ABIVersion)
	}
	return New("OCX0701", f)
}

func allows(where string, allowed []Item) Finding {
	var names []string
	for _, item := range allowed {
		names = append(names, item.Subject)
	}
	return New("OCX0704", Finding{
		Subject:  allowed[0].Subject,
		Plugin:   allowed[0].Plugin,
		Host:     allowed[0].Host,
		Evidence: where,
		Message:  fmt.Sprintf("%s that policy abi allows: %s", Count(len(allowed), "difference"), strings.Join(names, ", ")),
		Items:    allowed,
	})
}
