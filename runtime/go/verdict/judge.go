package verdict

import (
	"slices"

	"ocx.dev/runtime/evidence"
	"ocx.dev/runtime/manifest"
)

// Host is the host side of a comparison.
type Host struct {
	Evidence *evidence.Evidence
	// Manifest is nil when it carries none.
	Manifest *manifest.Reading
	// Policy is what it is told to ask of plugins; Exact when it is empty. It is not a thing of the file.
	Policy PolicyName
}

// PolicyName says how alike a plugin and its host must be (docs/verdicts.md).
type PolicyName string

// The policies. Go plugins have no C boundary: the same is asked of them in either.
const (
	Exact PolicyName = "exact"
	ABI   PolicyName = "abi"
	// Environment is Exact, and the very container that the host was built in.
	Environment PolicyName = "environment"
)

// HostOf reads the manifest of a host's evidence.
func HostOf(e *evidence.Evidence) *Host {
	return &Host{Evidence: e, Manifest: readingOf(e)}
}

func readingOf(e *evidence.Evidence) *manifest.Reading {
	if e.Manifest.Found == nil {
		return nil
	}
	reading := manifest.Read(e.Manifest.Found.Text)
	return &reading
}

// ValidManifest is nil when the host has none that can be read: then nothing is refused by policy.
func (h *Host) ValidManifest() *manifest.Manifest {
	if h == nil || h.Manifest == nil {
		return nil
	}
	return h.Manifest.Manifest
}

// How a host would open the file.
type opener int

const (
	byDlopen opener = iota
	byPluginOpen
)

// subject is what a rule sees.
type subject struct {
	plugin *evidence.Evidence
	// manifest is nil when the file carries none.
	manifest  *manifest.Reading
	opener    opener
	host      *Host
	libraries Libraries
	before    Before
}

func (s *subject) claim() *manifest.Manifest {
	if s.manifest == nil {
		return nil
	}
	return s.manifest.Manifest
}

// ruling is what a rule found, and what it compared in words a verdict can name.
type ruling struct {
	findings            []Finding
	checked, notChecked []string
}

func checked(what string, findings ...Finding) ruling {
	return ruling{findings: findings, checked: []string{what}}
}

func notChecked(what string, findings ...Finding) ruling {
	return ruling{findings: findings, notChecked: []string{what}}
}

func (r *ruling) add(other ruling) {
	r.findings = append(r.findings, other.findings...)
	r.checked = append(r.checked, other.checked...)
	r.notChecked = append(r.notChecked, other.notChecked...)
}

type rule func(*subject) ruling

// In the order in which the real loader would meet them: the first that decides is what happens.
var loadRules = []rule{
	hostHasCgo,
	knownFormat,
	elfHeader,
	completeFile,
	muslMachine,
	sharedObject,
	mappingFaults,
	dynamicLinker,
	hostExportsHashes,
	packageHashTable,
	moduleLinked,
	runtimeLayout,
	moduleListFaults,
	linkHashes,
	moduleFaults,
	entrySymbol,
}

// After these nothing in the file can be taken at its word, so no further reasons are looked for.
var stopsAt = []string{"OCX0102", "OCX0112", "OCX0104", "OCX0105", "OCX0106", "OCX0107"}

var policyRules = []rule{hostManifest, manifestPresent, claim, exact, environment}

// Opening runs the plugin's init functions, and no file tells what they do.
const neverChecked = "what init functions do when they run"

// AfterOpening is what is still not checked of a plugin that was opened: it has shown what its init functions do.
func AfterOpening(notChecked []string) []string {
	return slices.DeleteFunc(slices.Clone(notChecked), func(what string) bool { return what == neverChecked })
}

// Judge judges one plugin against one host; a nil host leaves open what depends on it.
func Judge(plugin *evidence.Evidence, host *Host, libraries Libraries) Judgement {
	return JudgeAfter(plugin, host, libraries, nothingBefore{})
}

// JudgeAfter judges a plugin beside what others left in the process.
func JudgeAfter(plugin *evidence.Evidence, host *Host, libraries Libraries, before Before) Judgement {
	s := &subject{plugin: plugin, manifest: readingOf(plugin), host: host, libraries: libraries, before: before}
	if OpensAsGo(plugin) {
		s.opener = byPluginOpen
	}
	var load, policy ruling
	stopped := false
	for _, rule := range loadRules {
		r := rule(s)
		load.add(r)
		stopped = slices.ContainsFunc(r.findings, func(f Finding) bool { return slices.Contains(stopsAt, f.Code) })
		if stopped {
			break
		}
	}
	if plugin.Object.Format == "elf" {
		for _, rule := range policyRules {
			policy.add(rule(s))
		}
		if host == nil {
			load.add(hostMissing())
		}
	}
	// Of a cut file, or one whose header is refused, it follows that more can't be read: that is no further reason.
	if !stopped {
		load.add(readable(s))
	}
	return judgementOf(load, policy, plugin.Object.Format == "elf" && host.ValidManifest() != nil)
}

// OpensAsGo: Go files and those that claim to be Go go to plugin.Open, others to dlopen.
func OpensAsGo(e *evidence.Evidence) bool {
	claimed := ManifestOf(e)
	return e.Go != nil || claimed != nil && claimed.Language == "go"
}

// JudgeUnreadable judges what could not be read as an object file at all.
func JudgeUnreadable(findings []Finding) Judgement {
	return judgementOf(ruling{findings: findings, checked: []string{"file format"}}, ruling{}, false)
}

// With adds findings from outside the rules, which count like a rule's.
func (j Judgement) With(extra ...Finding) Judgement {
	if len(extra) == 0 {
		return j
	}
	for _, f := range extra {
		switch f.Severity {
		case SeverityRefused:
			j.Policy = PolicyRefused
		case SeverityUnknown:
			j.Load = LoadUnknown
		case SeverityFails:
			if j.Load != LoadCrashes {
				j.Load = LoadFails
			}
		}
	}
	j.Verdict = Of(j.Load, j.Policy)
	j.Findings = byDecision(append(slices.Clone(extra), j.Findings...), j.Load)
	return j
}

func hostMissing() ruling {
	return notChecked("everything that depends on the host", New("OCX0401", Finding{
		Subject:  "host",
		Evidence: "no --collector, no OCX_COLLECTOR, none in or beside the directory",
		Message:  "no host given",
		Fix:      "name the Collector: --collector FILE",
	}))
}

func judgementOf(load, policy ruling, applies bool) Judgement {
	j := Judgement{
		Load:       loadOf(load.findings),
		Policy:     NoPolicy,
		Checked:    append(load.checked, policy.checked...),
		NotChecked: append(load.notChecked, policy.notChecked...),
	}
	if applies {
		j.Policy = PolicyOK
	}
	for i, f := range policy.findings {
		if f.Severity != SeverityRefused {
			continue
		}
		if applies {
			j.Policy = PolicyRefused
		} else {
			// Without a host manifest no claim is refused: it is shown, and decides nothing.
			policy.findings[i].Severity = SeverityWarning
		}
	}
	j.Verdict = Of(j.Load, j.Policy)
	if j.Load == LoadLoads {
		j.NotChecked = append(j.NotChecked, neverChecked)
	}
	j.Findings = byDecision(append(load.findings, policy.findings...), j.Load)
	return j
}

// loadOf: the first finding that decides, in loader order. Behind an unknown a failure is still
// a failure, whichever comes first; but a crash behind it is not certain.
func loadOf(findings []Finding) Load {
	undecided, mayCrash := false, false
	for _, f := range findings {
		switch f.Severity {
		case SeverityFails:
			return LoadFails
		case SeverityCrashes:
			if undecided {
				return LoadUnknown
			}
			return LoadCrashes
		case SeverityUnknown:
			// Zeros where bytes were can crash it, or nothing: what crashes behind them crashes either way.
			if f.Code == "OCX0111" {
				mayCrash = true
			} else {
				undecided = true
			}
		}
	}
	if undecided || mayCrash {
		return LoadUnknown
	}
	return LoadLoads
}

// Of puts load and policy together: the load if that is crashes or fails, else refused if the policy refuses, else the load.
func Of(load Load, policy Policy) Verdict {
	if load != LoadCrashes && load != LoadFails && policy == PolicyRefused {
		return Refused
	}
	return Verdict(load)
}
