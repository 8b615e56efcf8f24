// Package verdict judges one plugin against one host from evidence alone: what opening
// it would do, and what the manifests say. It is the twin of ocx's TypeScript rules: the
// same codes, severities, order and sentences, held together by spec/conformance.
package verdict

import (
	"cmp"
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// Load is what opening the file would do.
type Load string

// Policy is what the manifest rules say; NoPolicy where the host carries no manifest.
type Policy string

// Verdict is Load if that is Crashes or Fails; else Refused if the policy refuses; else Load.
type Verdict string

// Severity is what a finding does: Crashes, Fails and Unknown set Load; Refused sets Policy;
// Warning and Note decide nothing.
type Severity string

// The values of the types above, as they are printed.
const (
	LoadLoads   Load = "loads"
	LoadFails   Load = "fails"
	LoadCrashes Load = "crashes"
	LoadUnknown Load = "unknown"

	PolicyOK      Policy = "ok"
	PolicyRefused Policy = "refused"
	NoPolicy      Policy = "none"

	Loads   Verdict = "loads"
	Refused Verdict = "refused"
	Fails   Verdict = "fails"
	Crashes Verdict = "crashes"
	Unknown Verdict = "unknown"

	SeverityCrashes Severity = "crashes"
	SeverityFails   Severity = "fails"
	SeverityRefused Severity = "refused"
	SeverityUnknown Severity = "unknown"
	SeverityWarning Severity = "warning"
	SeverityNote    Severity = "note"
)

var severityOrder = []Severity{SeverityCrashes, SeverityFails, SeverityRefused, SeverityUnknown, SeverityWarning, SeverityNote}

// Finding is one reason. Its texts may hold what a file says: clean them where they are printed.
// A text that is empty is not known, or does not apply.
type Finding struct {
	Code     string
	Severity Severity
	// Subject is what it is about: a package, a module, a manifest field.
	Subject string
	// Plugin and Host are the values on either side.
	Plugin, Host string
	// Evidence is where the value was read.
	Evidence string
	// Message is one sentence, without a full stop.
	Message string
	// Cause is what explains it; preferred to Message in lists.
	Cause string
	// LoaderMessage has the words in which the real loader will say it.
	LoaderMessage string
	// Fix is a command to paste, or a sentence.
	Fix string
	// Items are what exactly differs, when it is more than one thing.
	Items []Item
}

// Item is one of several things that differ.
type Item struct {
	Subject, Plugin, Host string
}

// Judgement is the whole answer for one plugin against one host.
type Judgement struct {
	Verdict Verdict
	Load    Load
	Policy  Policy
	// Checked names what was compared, NotChecked what this version does not decide.
	Checked, NotChecked []string
	// Findings have what decided first (byDecision); the first is the cause.
	Findings []Finding
}

//go:generate cp ../../../spec/findings.json findings.json

//go:embed findings.json
var catalogue []byte

// Kind is what a code means, wherever it occurs (spec/findings.json).
type Kind struct {
	Code     string   `json:"code"`
	Severity Severity `json:"severity"`
	Title    string   `json:"title"`
	Explain  string   `json:"explain"`
}

// Kinds are all codes.
var Kinds = readKinds()

func readKinds() map[string]Kind {
	var file struct {
		Findings []Kind `json:"findings"`
	}
	if err := json.Unmarshal(catalogue, &file); err != nil {
		panic(fmt.Sprintf("verdict: findings.json: %v", err))
	}
	kinds := make(map[string]Kind, len(file.Findings))
	for _, kind := range file.Findings {
		kinds[kind.Code] = kind
	}
	return kinds
}

// New makes a finding of a code, whose severity the catalogue knows.
func New(code string, f Finding) Finding {
	kind, known := Kinds[code]
	if !known {
		panic("verdict: " + code + " is not in spec/findings.json")
	}
	f.Code, f.Severity = code, kind.Severity
	return f
}

// byDecision: what decides comes first; within a severity the order of the loader stays. A crash
// that did not decide lies behind a failure or behind something unknown, is perhaps never reached,
// and comes after those.
func byDecision(findings []Finding, load Load) []Finding {
	sorted := slices.Clone(findings)
	slices.SortStableFunc(sorted, func(a, b Finding) int { return cmp.Compare(a.Rank(load), b.Rank(load)) })
	return sorted
}

// Rank in that order, from 0.
func (f Finding) Rank(load Load) int {
	if f.Severity == SeverityCrashes && load != LoadCrashes {
		return 2*slices.Index(severityOrder, SeverityUnknown) + 1
	}
	return 2 * slices.Index(severityOrder, f.Severity)
}

// Reason says in a line what decided, not what would have come after it.
func (v Verdict) Reason(findings []Finding) string {
	if len(findings) == 0 {
		return "no reason was found"
	}
	decided := func(f Finding) bool { return string(f.Severity) == string(v) }
	first := findings[max(0, slices.IndexFunc(findings, decided))]
	if first.Cause != "" {
		return first.Cause
	}
	return first.Message
}

// Count writes "1 package", "1,024 packages".
func Count(n int, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return Grouped(n) + " " + noun
}

// Grouped writes 8011776 as 8,011,776.
func Grouped[N int | int64 | uint64](n N) string {
	digits := fmt.Sprint(n)
	var out strings.Builder
	for i, digit := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 && digits[i-1] != '-' {
			out.WriteByte(',')
		}
		out.WriteRune(digit)
	}
	return out.String()
}
