package verdict

import (
	"fmt"
	"strings"

	"ocx.dev/runtime/evidence"
	"ocx.dev/runtime/manifest"
)

// hostManifest: a host without a usable manifest is compared by build info, and that is said.
func hostManifest(s *subject) ruling {
	if s.host == nil {
		return ruling{}
	}
	if s.host.Manifest == nil {
		return ruling{findings: []Finding{New("OCX0606", Finding{
			Subject:  "host",
			Host:     "no manifest",
			Evidence: "the host file",
			Message:  "the host carries no manifest: compared by build info, nothing is refused by policy",
		})}}
	}
	if len(s.host.Manifest.Faults) == 0 {
		return ruling{}
	}
	fault := s.host.Manifest.Faults[0]
	return ruling{findings: []Finding{New("OCX0607", Finding{
		Subject:  orElse(fault.Field, "manifest"),
		Host:     orElse(fault.Value, "missing"),
		Evidence: "manifest of the host",
		Message: fmt.Sprintf("the host's manifest: %s %s; compared by build info instead",
			orElse(fault.Field, "the text"), fault.Problem),
		Fix: "build the host again with a valid manifest",
	})}}
}

func orElse(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}

// manifestPresent: the manifest is there, valid and embedded.
func manifestPresent(s *subject) ruling {
	found := s.plugin.Manifest.Found
	if found == nil {
		if s.host.ValidManifest() == nil {
			return ruling{}
		}
		return checked("manifest", New("OCX0601", Finding{
			Subject:  "manifest",
			Plugin:   "none",
			Host:     "carries one",
			Evidence: "note OTelCol, symbol collector_plugin_manifest, section .otelcol.manifest, sidecar: none there",
			Message:  "no manifest, and the host refuses plugins without one",
			Fix:      "embed a manifest when you build: an ELF note OTelCol of type 1 (docs/manifest.md)",
		}))
	}
	where := carrierText(found)
	var findings []Finding
	for _, fault := range s.manifest.Faults {
		at := where
		if fault.Field != "" {
			at += ", field " + fault.Field
		}
		findings = append(findings, New("OCX0603", Finding{
			Subject:  orElse(fault.Field, "manifest"),
			Plugin:   orElse(fault.Value, "missing"),
			Evidence: at,
			Message:  fmt.Sprintf("manifest: %s %s", orElse(fault.Field, "the text"), fault.Problem),
			Fix:      "write the manifest as spec/manifest.schema.json says, and build again",
		}))
	}
	if found.Carrier == evidence.Sidecar {
		findings = append(findings, New("OCX0604", Finding{
			Subject:  "manifest",
			Plugin:   "sidecar",
			Evidence: where,
			Message:  "the manifest lies beside the file, not in it: nothing ties it to these bytes",
			Fix:      "embed it as an ELF note when you build (docs/manifest.md)",
		}))
	}
	findings = append(findings, severalManifests(found, s.plugin.Manifest.Others)...)
	return checked("manifest", findings...)
}

// severalManifests: the same manifest as a note and as the RFC's symbol is how Rust plugins are built, and ocx build writes a copy beside
// each; two notes, or two texts, are not meant.
func severalManifests(found *evidence.Carried, others []*evidence.Carried) []Finding {
	where := carrierText(found)
	places := []string{where}
	odd, beside := 0, 0
	for _, other := range others {
		places = append(places, carrierText(other))
		if other.Carrier == found.Carrier || other.Text != found.Text {
			odd++
			if other.Carrier == evidence.Sidecar {
				beside++
			}
		}
	}
	if odd == 0 {
		return nil
	}
	number := Count(len(others)+1, "manifest")
	f := Finding{
		Subject:  "manifest",
		Plugin:   number,
		Evidence: strings.Join(places, "; "),
		Message:  fmt.Sprintf("%s in one file: the first counts (%s)", number, where),
		Fix:      "link one manifest only",
	}
	if odd == beside {
		f.Message = fmt.Sprintf("the manifest beside the file is not the one in it, which counts (%s)", where)
		f.Fix = "remove the .manifest.json beside it, or write it anew"
	}
	return []Finding{New("OCX0605", f)}
}

// carrierText says where a manifest was found: note OTelCol at 0x270.
func carrierText(c *evidence.Carried) string {
	switch c.Carrier {
	case evidence.Note:
		return fmt.Sprintf("note OTelCol at 0x%x", c.Offset)
	case evidence.Symbol:
		return fmt.Sprintf("symbol collector_plugin_manifest at 0x%x", c.Offset)
	case evidence.Section:
		return fmt.Sprintf("section .otelcol.manifest at 0x%x", c.Offset)
	}
	return "sidecar file"
}

// claim is what the manifest says, held against the bytes.
func claim(s *subject) ruling {
	m := s.claim()
	if m == nil {
		return ruling{}
	}
	where := carrierText(s.plugin.Manifest.Found)
	r := checked("manifest against the bytes")
	for _, c := range contradictions(m, s.plugin) {
		of := ""
		if c.item != "" && !strings.HasPrefix(c.item, "-") {
			of = " of " + c.item
		}
		r.findings = append(r.findings, New("OCX0602", Finding{
			Subject:  orElse(c.item, c.field),
			Plugin:   c.claimed,
			Evidence: fmt.Sprintf("%s, field %s; %s", where, c.field, c.source),
			Message:  fmt.Sprintf("manifest claims %s%s %s, the %s says %s", c.field, of, c.claimed, c.source, c.bytes),
			Fix:      "build again, so that the manifest and the code come from one run",
			Items: []Item{
				{Subject: "manifest " + orElse(c.item, c.field), Plugin: c.claimed},
				{Subject: c.source, Plugin: c.bytes},
			},
		}))
	}
	bytes := FactsOfBytes(s.plugin)
	var unrecorded []string
	if bytes == nil || bytes.Toolchain == "" {
		unrecorded = append(unrecorded, "the toolchain")
	}
	if bytes == nil || bytes.Dependencies == nil {
		unrecorded = append(unrecorded, "the dependencies")
	}
	if len(unrecorded) > 0 {
		r.notChecked = []string{strings.Join(unrecorded, " and ") + " that the manifest claims: the file records none"}
	}
	return r
}

// exact: how plugin and host were built, by their manifests; of Rust plugins as the policy that was chosen has it.
func exact(s *subject) ruling {
	mine, theirs := s.claim(), s.host.ValidManifest()
	if mine == nil || theirs == nil {
		return ruling{}
	}
	if mine.Language == manifestRust {
		return rustPolicy(s, mine, theirs)
	}
	wanted := FactsOfManifest(theirs)
	differences := Differences(FactsOfManifest(mine), wanted)
	return checked("manifest against the host", policyFindings(s, wanted, differences)...)
}

var codeOfKind = map[string]string{
	"language":  "OCX0807",
	"toolchain": "OCX0801",
	"profile":   "OCX0805",
	"flags":     "OCX0802",
	"target":    "OCX0803",
	"goamd64":   "OCX0804",
	"abi":       "OCX0702",
}

func policyFindings(s *subject, host Facts, differences []Difference) []Finding {
	where := carrierText(s.plugin.Manifest.Found)
	var found []Finding
	var dependencies []Item
	byOCX := ""
	if made := ocxBuildOf(s.plugin); made != nil && s.claim() != nil {
		facts := FactsOfManifest(s.claim())
		byOCX = made.fix(&facts, &host)
	}
	for _, d := range differences {
		switch {
		case !d.Decides:
		case d.Kind == "dependency":
			dependencies = append(dependencies, Item{d.Name, d.Plugin, d.Host})
		default:
			found = append(found, New(codeOfKind[d.Kind], Finding{
				Subject:  d.Name,
				Plugin:   d.Plugin,
				Host:     d.Host,
				Evidence: fmt.Sprintf("%s, field %s", where, d.Name),
				Message:  policyMessage(d),
				Fix:      orElse(otherLanguage(s.claim(), d.Kind), policyFix(d.Kind, d.Host, host, byOCX)),
			}))
		}
	}
	if len(dependencies) > 0 {
		found = append(found, dependencyFinding(s, where, host, dependencies, byOCX))
	}
	return found
}

func policyMessage(d Difference) string {
	label := map[string]string{"flags": "build flags", "goamd64": "GOAMD64", "abi": "ABI version", "profile": "build profile"}[d.Kind]
	verb := "is"
	if d.Kind == "flags" {
		verb = "has"
	}
	message := fmt.Sprintf("%s %s, host %s %s", orElse(label, d.Kind), d.Plugin, verb, d.Host)
	message = strings.Replace(message, "host is go1", "host go1", 1)
	return strings.Replace(message, "host is rustc", "host rustc", 1)
}

// byOCX is what makes it fit, where ocx build made it; else empty.
func policyFix(kind, wanted string, host Facts, byOCX string) string {
	if byOCX != "" {
		switch kind {
		case "toolchain", "flags", "goamd64", "profile":
			return byOCX
		case "target":
			return goEnvironment(wanted) + "ocx build"
		}
	}
	switch kind {
	case "toolchain", "flags", "goamd64":
		return buildCommand(host)
	case "target":
		if host.Language == manifestRust {
			return buildCommand(host)
		}
		return goEnvironment(wanted) + buildCommand(host)
	case "abi":
		return "no fix from here: build it against ABI version " + wanted
	}
	return fmt.Sprintf("build with %s %s", kind, wanted)
}

// otherLanguage: what speaks the C ABI in another language than Rust can't be built as the host's Rust plugins are.
func otherLanguage(mine *manifest.Manifest, kind string) string {
	if mine.Language != manifestRust || mine.IsOfRustc() || kind == "target" || kind == "abi" {
		return ""
	}
	return "it is not of rustc: choose policy abi, which takes what speaks the C ABI in any language"
}

func dependencyFinding(s *subject, where string, host Facts, dependencies []Item, byOCX string) Finding {
	first := dependencies[0]
	isRust := s.claim().Language == manifestRust
	code, noun := "OCX0806", "module"
	if isRust {
		code, noun = "OCX0703", "crate"
	}
	what := noun + " " + first.Subject
	if len(dependencies) > 1 {
		what = fmt.Sprintf("%s differ, first %s", Count(len(dependencies), noun), first.Subject)
	}
	mine, theirs := versionOf(first.Plugin), versionOf(first.Host)
	how := fmt.Sprintf("%s, host has %s", mine, theirs)
	if mine == theirs {
		how = mine + " with another hash than the host's"
	}
	f := Finding{
		Subject:  first.Subject,
		Plugin:   first.Plugin,
		Host:     first.Host,
		Evidence: where + ", field dependency_hashes",
		Message:  what + " " + how,
		Items:    dependencies,
	}
	switch {
	case byOCX != "":
		f.Fix = byOCX
	case isRust:
		f.Fix = crateFix(first, theirs, host)
	default:
		var gets []string
		for _, d := range dependencies {
			gets = append(gets, quoted(d.Subject+"@"+versionOf(d.Host)))
		}
		f.Fix = fmt.Sprintf("go get %s && go mod tidy && %s", strings.Join(gets, " "), buildCommand(host))
	}
	return New(code, f)
}

// crateFix: a crate from a folder has no version to ask cargo for.
func crateFix(first Item, version string, host Facts) string {
	crate, _, _ := strings.Cut(first.Subject, "@")
	if strings.Contains(first.Host, "dir:") {
		return fmt.Sprintf("build it with the folder of %s that the host's own plugins were built with", crate)
	}
	return fmt.Sprintf("cargo update -p %s --precise %s && %s", quoted(first.Subject), quoted(version), buildCommand(host))
}

const manifestRust = "rust"

// versionOf takes the version of "v1.2.3 h1:...".
func versionOf(text string) string {
	if text == "" {
		return "none"
	}
	version, _, _ := strings.Cut(text, " ")
	return version
}

// ManifestOf gives the valid manifest of a file, or nil.
func ManifestOf(e *evidence.Evidence) *manifest.Manifest {
	reading := readingOf(e)
	if reading == nil {
		return nil
	}
	return reading.Manifest
}
