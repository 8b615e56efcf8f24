// Package report prints what the catalog found: as a table for people, and as the JSON
// and YAML of spec/plugins-output.schema.json, which ocx prints too.
package report

import (
	"ocx.dev/runtime/catalog"
	"ocx.dev/runtime/manifest"
	"ocx.dev/runtime/plan"
	"ocx.dev/runtime/verdict"
)

// FormatVersion: within one, fields are added, never renamed or dropped.
const FormatVersion = 1

// Report is what a plugins command prints.
type Report struct {
	FormatVersion int `json:"format_version"`
	// Host is null when there is none.
	Host          *Host   `json:"host"`
	NoHostBecause *string `json:"no_host_because"`
	// Plan is null without a host, and for files given one by one.
	Plan    *Plan    `json:"plan"`
	Plugins []Plugin `json:"plugins"`
}

// Host of a report.
type Host struct {
	Path             string   `json:"path"`
	Title            string   `json:"title"`
	ToolchainVersion *string  `json:"toolchain_version"`
	Platform         *string  `json:"platform"`
	BuildFlags       []string `json:"build_flags"`
	HasManifest      bool     `json:"has_manifest"`
	CannotLoad       *string  `json:"cannot_load"`
}

// Plugin is one line of a report: *Judged or *Ignored.
type Plugin any

// Ignored is a file that no host tries to load.
type Ignored struct {
	Path    string `json:"path"`
	Order   *int   `json:"order"`
	State   string `json:"state"`
	Because string `json:"because"`
}

// Judged is a plugin with its verdict.
type Judged struct {
	Path       string              `json:"path"`
	Order      *int                `json:"order"`
	State      string              `json:"state"`
	Verdict    verdict.Verdict     `json:"verdict"`
	Policy     verdict.Policy      `json:"policy"`
	Load       verdict.Load        `json:"load"`
	Cause      string              `json:"cause"`
	Alone      *Alone              `json:"alone"`
	Plan       *Step               `json:"plan"`
	Checked    []string            `json:"checked"`
	NotChecked []string            `json:"not_checked"`
	Size       int64               `json:"size"`
	Language   *string             `json:"language"`
	BuiltBy    *string             `json:"built_by"`
	Manifest   *manifest.Object    `json:"manifest"`
	Carrier    *Carrier            `json:"carrier"`
	Components []catalog.Component `json:"components"`
	Findings   []Finding           `json:"findings"`
	// Inspection is there for inspect only; Probe where the plugin was opened in a child process.
	// Inspection holds an *Inspection: nil, so null, of what is no object file; no interface at all leaves the field out.
	Inspection any `json:"inspection,omitempty"`
	// InDirectory is there for validate only.
	InDirectory *InDirectory `json:"in_directory,omitempty"`
	Probe       *Probe       `json:"probe,omitempty"`
}

// Carrier is where the manifest sits.
type Carrier struct {
	Kind   string `json:"kind"`
	Offset uint64 `json:"offset"`
	Size   uint64 `json:"size"`
}

// Finding as JSON.
type Finding struct {
	Code          string           `json:"code"`
	Severity      verdict.Severity `json:"severity"`
	Subject       string           `json:"subject"`
	Plugin        *string          `json:"plugin"`
	Host          *string          `json:"host"`
	Evidence      string           `json:"evidence"`
	Message       string           `json:"message"`
	Cause         *string          `json:"cause"`
	LoaderMessage *string          `json:"loader_message"`
	Fix           *string          `json:"fix"`
	Items         []Item           `json:"items"`
}

// Item as JSON.
type Item struct {
	Subject string  `json:"subject"`
	Plugin  *string `json:"plugin"`
	Host    *string `json:"host"`
}

// Of makes a report. A nil host needs the reason; a nil plan is of files given one by one.
func Of(host *catalog.Host, noHostBecause string, records []catalog.Record, p *plan.Plan) Report {
	r := Report{FormatVersion: FormatVersion, Host: hostOf(host), NoHostBecause: orNull(noHostBecause), Plan: planOf(p), Plugins: []Plugin{}}
	for _, record := range records {
		r.Plugins = append(r.Plugins, PluginOf(record, p))
	}
	return r
}

func orNull(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

func notNil[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

func hostOf(host *catalog.Host) *Host {
	if host == nil {
		return nil
	}
	return &Host{
		Path:             host.Path,
		Title:            host.Title,
		ToolchainVersion: orNull(host.Toolchain),
		Platform:         orNull(host.Platform),
		BuildFlags:       notNil(host.Flags),
		HasManifest:      host.ValidManifest() != nil,
		CannotLoad:       orNull(host.CannotLoad),
	}
}

// PluginOf makes one line of a report.
func PluginOf(record catalog.Record, of *plan.Plan) Plugin {
	if record.Judgement == nil {
		return &Ignored{Path: record.Path, State: "ignored", Because: record.Because}
	}
	j := record.Judgement
	p := &Judged{
		Path:       record.Path,
		State:      "judged",
		Verdict:    j.Verdict,
		Policy:     j.Policy,
		Load:       j.Load,
		Cause:      record.Cause,
		Alone:      aloneOf(record),
		Plan:       stepOf(record, of),
		Checked:    notNil(j.Checked),
		NotChecked: notNil(j.NotChecked),
		Size:       record.Size,
		Language:   orNull(record.Language),
		BuiltBy:    orNull(record.BuiltBy),
		Components: []catalog.Component{},
		Findings:   []Finding{},
	}
	if record.Order > 0 {
		p.Order = &record.Order
	}
	if e := record.Evidence; e != nil {
		p.Components = notNil(catalog.ComponentsOf(e))
		if found := e.Manifest.Found; found != nil {
			p.Manifest = manifest.Read(found.Text).Fields
			p.Carrier = &Carrier{string(found.Carrier), found.Offset, found.Size}
		}
	}
	for _, f := range j.Findings {
		p.Findings = append(p.Findings, findingOf(f))
	}
	return p
}

func findingOf(f verdict.Finding) Finding {
	finding := Finding{
		Code:          f.Code,
		Severity:      f.Severity,
		Subject:       f.Subject,
		Plugin:        orNull(f.Plugin),
		Host:          orNull(f.Host),
		Evidence:      f.Evidence,
		Message:       f.Message,
		Cause:         orNull(f.Cause),
		LoaderMessage: orNull(f.LoaderMessage),
		Fix:           orNull(f.Fix),
		Items:         []Item{},
	}
	for _, item := range f.Items {
		finding.Items = append(finding.Items, Item{item.Subject, orNull(item.Plugin), orNull(item.Host)})
	}
	return finding
}

// Probe is what opening a plugin in a child process showed.
type Probe struct {
	// Outcome is loads, fails, panics, exits, crashes, hangs or not probed.
	Outcome string `json:"outcome"`
	// Message is the error, the panic, what the process ended of, or why it was not probed.
	Message *string `json:"message"`
	// Components are what the plugin registered.
	Components []ProbedComponent `json:"components"`
	// Milliseconds are null when it was not probed.
	Milliseconds *int64 `json:"milliseconds"`
	// AsPredicted is true when it loads as its bytes say, false when it does not and they should
	// have told; null where what happened is the plugin's own doing, and when it was not probed.
	AsPredicted *bool `json:"as_predicted"`
}

// ProbedComponent is a factory that a plugin registered.
type ProbedComponent struct {
	Kind      string            `json:"kind"`
	Type      string            `json:"type"`
	Stability map[string]string `json:"stability"`
}
