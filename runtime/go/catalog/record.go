package catalog

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"ocx.dev/runtime/evidence"
	"ocx.dev/runtime/verdict"
)

// Record is one line of a plugin list: an entry, and all that is known of it. An entry
// that is ignored has no judgement.
type Record struct {
	Entry
	// Order is the place in load order, from 1; 0 for a file given alone and for what is ignored.
	Order     int
	Judgement *verdict.Judgement
	// Evidence is nil when the file could not be read as any object file.
	Evidence *evidence.Evidence
	// Cause is the line a list shows.
	Cause string
	// Language is go, rust or c; empty when unknown.
	Language string
	// BuiltBy is 1.26.8; empty when neither bytes nor manifest say.
	BuiltBy string
}

// Place is what was asked for: directories, or one discovery file.
type Place struct {
	Directories []string
	Discovery   string
}

// Listed is a plugin of a place, in load order, unread.
type Listed struct {
	Entry
	Order  int
	SHA256 string
}

// Listing is what lies at a place.
type Listing struct {
	Plugins []Listed
	Ignored []Entry
	// Host is what a discovery file names; empty when none does.
	Host string
}

// ListPlace lists a place in load order. The error is a *PlaceError.
func ListPlace(place Place) (*Listing, error) {
	if place.Discovery != "" {
		return listDiscovery(place.Discovery)
	}
	listing := &Listing{}
	var problems []string
	for _, directory := range place.Directories {
		absolute, err := filepath.Abs(directory)
		if err != nil {
			return nil, &PlaceError{fmt.Sprintf("%s: %s", directory, Reason(err))}
		}
		entries, err := List(absolute)
		if err != nil {
			problems = append(problems, err.Error())
			continue
		}
		for _, entry := range entries {
			if entry.Kind == Ignored {
				listing.Ignored = append(listing.Ignored, entry)
			} else {
				listing.Plugins = append(listing.Plugins, Listed{Entry: entry, Order: len(listing.Plugins) + 1})
			}
		}
	}
	if problems != nil {
		return nil, &PlaceError{strings.Join(problems, "; ")}
	}
	return listing, nil
}

// In the order of the list; what the list names is a plugin, whatever its name ends in.
func listDiscovery(file string) (*Listing, error) {
	discovery, err := ReadDiscovery(file)
	if err != nil {
		return nil, err
	}
	listing := &Listing{Host: discovery.Host}
	for i, pinned := range discovery.Plugins {
		entry := EntryAt(pinned.Path, pinned.Name)
		if entry.Kind == Ignored && entry.Size > 0 {
			entry.Kind, entry.Because = Plugin, ""
		}
		listing.Plugins = append(listing.Plugins, Listed{Entry: entry, Order: i + 1, SHA256: pinned.SHA256})
	}
	return listing, nil
}

// ListFile takes one file as a place of its own, whatever its name. The error is a *PlaceError.
func ListFile(path string) (Listed, error) {
	entry := EntryAt(path, filepath.Base(path))
	if entry.Kind == Missing {
		return Listed{}, &PlaceError{fmt.Sprintf("%s: %s", path, entry.Because)}
	}
	info, err := os.Stat(path)
	if err == nil && !info.Mode().IsRegular() {
		return Listed{}, &PlaceError{fmt.Sprintf("%s is not a file: %s", path, entry.Because)}
	}
	file, err := os.Open(path)
	if err != nil {
		return Listed{}, &PlaceError{fmt.Sprintf("%s: %s", path, Reason(err))}
	}
	_ = file.Close()
	entry.Kind, entry.Because = Plugin, ""
	return Listed{Entry: entry}, nil
}

// Judge reads a plugin and judges it against a host, which may be nil.
func (l Listed) Judge(host *Host) Record {
	r := Record{Entry: l.Entry, Order: l.Order}
	e, findings := l.read()
	var judgement verdict.Judgement
	if e == nil {
		judgement = verdict.JudgeUnreadable(findings)
	} else {
		var against *verdict.Host
		if host != nil {
			against = host.Host
		}
		judgement = verdict.Judge(e, against, SystemLibraries).With(findings...)
		r.Evidence = e
		r.Language, r.BuiltBy = languageOf(e), builtBy(e)
	}
	r.Judgement = &judgement
	r.Cause = causeOf(judgement, e)
	return r
}

// read gives the evidence of a file, nil when it is no object file, and findings that no host changes.
func (l Listed) read() (*evidence.Evidence, []verdict.Finding) {
	switch l.Kind {
	case Missing:
		return nil, []verdict.Finding{missing(l.Entry, l.Because)}
	case Ignored:
		return nil, []verdict.Finding{forbidden(l.Entry, l.Because)}
	}
	e, file, err := evidence.Gather(l.Path)
	if err != nil {
		if writing := beingWritten(l.Entry); writing != nil {
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
		findings = append(findings, pinned(l.Path, l.SHA256)...)
	}
	return e, append(findings, beingWritten(l.Entry)...)
}

func missing(entry Entry, because string) verdict.Finding {
	f := verdict.Finding{
		Subject:       entry.Name,
		Evidence:      "the file system",
		Message:       because,
		LoaderMessage: "cannot open shared object file: No such file or directory",
		Fix:           "put the file there, or take it from the list",
	}
	if entry.Link != "" {
		f.Evidence = "symbolic link to " + entry.Link
		f.Fix = "remove the link, or let it point to a plugin"
	}
	return verdict.New("OCX0109", f)
}

func forbidden(entry Entry, because string) verdict.Finding {
	return verdict.New("OCX0108", verdict.Finding{
		Subject:  entry.Name,
		Evidence: "the file system",
		Message:  "can't be read: " + because,
		Fix:      "run ocx as the user the Collector runs as",
	})
}

func notAnObject(entry Entry, err *evidence.NotAnObject) verdict.Finding {
	f := verdict.Finding{
		Subject:       entry.Name,
		Plugin:        err.Problem.Text,
		Evidence:      fmt.Sprintf("%s at 0x%x", err.Problem.Field, err.Problem.Offset),
		Message:       "not an object file: " + err.Problem.Text,
		LoaderMessage: "invalid ELF header",
		Fix:           "copy the plugin again; this is not what a compiler writes",
	}
	if entry.Size < 64 {
		f.LoaderMessage = "file too short"
	}
	return verdict.New("OCX0101", f)
}

func beingWritten(entry Entry) []verdict.Finding {
	after := EntryAt(entry.Path, entry.Name)
	if after.stamp == entry.stamp {
		return nil
	}
	return []verdict.Finding{verdict.New("OCX0110", verdict.Finding{
		Subject:  entry.Name,
		Plugin:   verdict.Grouped(after.Size) + " bytes by now",
		Evidence: "size and time before and after reading",
		Message:  "the file is being written: it changed while it was read",
		Fix:      "wait until the copy is complete, then look again",
	})}
}

func pinned(path, wanted string) []verdict.Finding {
	actual, err := FileSHA256(path)
	if err != nil {
		actual = Reason(err)
	}
	if actual == wanted {
		return nil
	}
	return []verdict.Finding{verdict.New("OCX0901", verdict.Finding{
		Subject:  "sha256",
		Plugin:   actual,
		Host:     wanted,
		Evidence: "the whole file; the discovery file",
		Message:  "sha256 is not the one the discovery file pins",
		Fix:      "restore the file that was pinned, or pin this one after looking at it",
	})}
}

// FileSHA256 hashes a file, in hex.
func FileSHA256(path string) (string, error) {
	file, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer file.Close()
	hash := sha256.New()
	if _, err := io.Copy(hash, file); err != nil {
		return "", err
	}
	return hex.EncodeToString(hash.Sum(nil)), nil
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
		if words := strings.Fields(e.Rust.Version); len(words) > 1 {
			return words[1]
		}
	}
	if claimed := verdict.ManifestOf(e); claimed != nil {
		return releaseText.FindString(claimed.ToolchainVersion)
	}
	return ""
}

// causeOf is the one line a list shows: why not, from the first finding; or what the plugin brings.
func causeOf(j verdict.Judgement, e *evidence.Evidence) string {
	if j.Verdict != verdict.Loads && len(j.Findings) > 0 {
		cause := j.Findings[0].Cause
		if cause == "" {
			cause = j.Findings[0].Message
		}
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
	var file struct {
		Components []json.RawMessage `json:"components"`
	}
	if json.Unmarshal([]byte(e.Manifest.Descriptors.Text), &file) != nil {
		return nil
	}
	var components []Component
	for _, raw := range file.Components {
		var c struct{ Kind, Type *string }
		if json.Unmarshal(raw, &c) == nil && c.Kind != nil && c.Type != nil {
			components = append(components, Component{*c.Kind, *c.Type})
		}
	}
	return components
}
