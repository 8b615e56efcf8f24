package catalog

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"regexp"
	"slices"
	"strings"

	"ocx.dev/runtime/descriptor"
	"ocx.dev/runtime/evidence"
	"ocx.dev/runtime/plan"
	"ocx.dev/runtime/trust"
	"ocx.dev/runtime/verdict"
)

// Record is one line of a plugin list: an entry, and all that is known of it. An entry
// that is ignored has no judgement.
type Record struct {
	Entry
	// Copy is the file whose bytes were judged, when that is not its path.
	Copy string
	// SHA256 is what a discovery file pins of it; empty when none does.
	SHA256 string
	// Order is the place in load order, from 1; 0 for a file given alone and for what is ignored.
	Order int
	// Judgement is the one at its place in the load plan, once there is one; Alone is against the host with nothing else in it.
	Judgement *verdict.Judgement
	Alone     *verdict.Judgement
	// linking is nil for what is no ELF file, and without a host.
	linking *plan.Linking
	// Step is its place in the load plan; nil for a file given alone, and without a host.
	Step *plan.Step
	// Evidence is nil when the file could not be read as any object file.
	Evidence *evidence.Evidence
	// Cause is the line a list shows.
	Cause string
	// Language is go, rust or c; empty when unknown.
	Language string
	// BuiltBy is 1.26.8; empty when neither bytes nor manifest say.
	BuiltBy string
}

// Judge reads a plugin and judges it against a host, which may be nil.
func (l Listed) Judge(host *Host) Record {
	r := Record{Entry: l.Entry, Copy: l.Copy, SHA256: l.SHA256, Order: l.Order}
	e, findings := l.read()
	if e != nil && host != nil && len(host.Trusted) > 0 {
		findings = append(trust.Unvouched(l.signed(e), host.Trusted), findings...)
	}
	var judgement verdict.Judgement
	if e == nil {
		judgement = verdict.JudgeUnreadable(findings)
	} else {
		var against *verdict.Host
		if host != nil {
			against = host.Host
		}
		complete := func(j verdict.Judgement) verdict.Judgement {
			j = j.With(findings...)
			if host != nil && len(host.Trusted) > 0 {
				j.Checked = append(slices.Clone(j.Checked), "signature")
			}
			return j
		}
		judgement = complete(verdict.Judge(e, against, SystemLibraries))
		if against != nil {
			r.linking = linkingOf(e, against, l.bytes(), complete)
		}
		r.Evidence = e
		r.Language, r.BuiltBy = languageOf(e), builtBy(e)
	}
	r.Judgement, r.Alone = &judgement, &judgement
	r.Cause = causeOf(judgement, e)
	return r
}

// read gives the evidence of a file, nil when it is no object file, and findings that no host changes.
func (l Listed) read() (*evidence.Evidence, []verdict.Finding) {
	switch l.Kind {
	case Missing:
		return nil, []verdict.Finding{missing(l.Entry, l.Because)}
	case Ignored:
		if l.isDirectory {
			return nil, []verdict.Finding{directory(l.Entry)}
		}
		return nil, []verdict.Finding{forbidden(l.Entry, l.Because)}
	}
	e, file, err := evidence.GatherCopy(l.Path, l.bytes())
	if err != nil {
		if writing := l.beingWritten(); writing != nil {
			return nil, writing
		}
		var broken *evidence.NotAnObject
		switch {
		case errors.As(err, &broken):
			return nil, []verdict.Finding{notAnObject(l.Entry, broken)}
		case errors.Is(err, fs.ErrNotExist):
			return nil, []verdict.Finding{missing(l.Entry, "no such file or directory")}
		}
		return nil, []verdict.Finding{forbidden(l.Entry, Reason(err))}
	}
	defer file.Close()
	var findings []verdict.Finding
	if l.SHA256 != "" {
		findings = append(findings, pinned(l.bytes(), l.SHA256)...)
	}
	return e, append(findings, l.beingWritten()...)
}

func selfPath() string {
	if path, err := os.Executable(); err == nil {
		return path
	}
	return Self
}

func languageOf(e *evidence.Evidence) string {
	switch {
	case e.Go != nil:
		return "go"
	case e.Rust != nil:
		return "rust"
	}
	if claimed := verdict.ManifestOf(e); claimed != nil {
		if claimed.Language == "rust" && !claimed.IsOfRustc() {
			return "c"
		}
		return claimed.Language
	}
	if e.Object.Format == "elf" {
		return "c"
	}
	return ""
}

var releaseText = regexp.MustCompile(`\d+\.\d+[.\w]*`)

// builtBy: bytes first, then the claim.
func builtBy(e *evidence.Evidence) string {
	if version := e.Go.Version(); version != "" {
		return strings.TrimPrefix(version, "go")
	}
	if e.Rust != nil {
		if words := strings.Fields(e.Rust.Version); len(words) > 1 && !strings.HasPrefix(words[1], "(") {
			return words[1]
		}
	}
	if claimed := verdict.ManifestOf(e); claimed != nil {
		return releaseText.FindString(claimed.ToolchainVersion)
	}
	return ""
}

// causeOf is the one line a list shows: why not, from the finding that decided; or what the plugin brings.
func causeOf(j verdict.Judgement, e *evidence.Evidence) string {
	if j.Verdict != verdict.Loads && len(j.Findings) > 0 {
		cause := j.Verdict.Reason(j.Findings)
		if j.Verdict == verdict.Refused && j.Load == verdict.LoadLoads {
			cause += " (would load)"
		}
		return cause
	}
	if e == nil {
		return ""
	}
	if brings := ComponentsOf(e); len(brings) > 0 {
		texts := make([]string, len(brings))
		for i, component := range brings {
			texts[i] = component.Kind + " " + component.Type
		}
		return fmt.Sprintf("%s: %s", verdict.Count(len(brings), "component"), strings.Join(texts, ", "))
	}
	proof := "matches what the host accepts"
	if e.Go != nil && len(e.Go.LinkHashes) > 0 {
		proof = fmt.Sprintf("all %d package hashes match", len(e.Go.LinkHashes))
		if len(e.Go.LinkHashes) == 1 {
			proof = "the package hash matches"
		}
	}
	if j.Policy == verdict.NoPolicy {
		proof += "; no policy: the host has no manifest"
	}
	return proof
}

// Component is what a plugin says that it brings.
type Component struct {
	Kind string `json:"kind" yaml:"kind"`
	Type string `json:"type" yaml:"type"`
}

// ComponentsOf reads the descriptors note, as far as it can be read.
func ComponentsOf(e *evidence.Evidence) []Component {
	if e.Manifest.Descriptors == nil {
		return nil
	}
	described, _ := descriptor.Read(e.Manifest.Descriptors.Text)
	var components []Component
	for _, d := range described {
		components = append(components, Component{d.Kind, d.Type})
	}
	return components
}
