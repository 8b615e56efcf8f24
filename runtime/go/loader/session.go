package loader

import (
	"fmt"
	"path/filepath"
	"strings"

	"ocx.dev/runtime/catalog"
	"ocx.dev/runtime/verdict"
)

// session is the state of loading one plugin after the other.
type session struct {
	host *catalog.Host
	// taken tells of each component where it is from.
	taken map[key]string
	// opened plugins, in order: the dynamic linker resolves packages that the host lacks to the first that has them.
	opened []catalog.Record
	// paths has the file of each plugin path that was opened.
	paths map[string]string
}

func (s *session) load(listed catalog.Listed) Plugin {
	p := Plugin{Record: listed.Judge(s.host)}
	if p.Err = s.refusal(p.Record); p.Err != nil {
		return p
	}
	if p.Changed() {
		p.Err = fmt.Errorf("%s: the file changed after it was judged", p.Path)
		return p
	}
	// From here on, code of the plugin runs.
	s.opened = append(s.opened, p.Record)
	s.paths[p.Evidence.Go.PluginPath] = p.Path
	registry := &registry{plugin: p.Path, info: p.Evidence.Go.BuildInfo, taken: func(k key) (string, bool) {
		origin, ok := s.taken[k]
		return origin, ok
	}}
	if p.Err = Open(p.Path, entrySymbols(p.Record), registry); p.Err == nil {
		p.Err = registry.err()
	}
	if p.Err != nil {
		p.Err = fmt.Errorf("%s: %w", p.Path, p.Err)
		return p
	}
	p.Components = registry.found
	for _, c := range registry.found {
		for _, name := range c.names {
			s.taken[key{c.Kind, name}] = "of " + p.Path
		}
	}
	return p
}

// refusal: only what loads by its own bytes, and next to what is loaded already, is opened.
func (s *session) refusal(record catalog.Record) error {
	j := record.Judgement
	if j.Verdict != verdict.Loads {
		return &Refusal{record.Path, j.Verdict, j.Findings}
	}
	if record.Evidence.Go == nil || !record.Evidence.Go.HasTable {
		return fmt.Errorf("%s: it is no Go plugin, and this Collector loads no other", record.Path)
	}
	if other, opened := s.paths[record.Evidence.Go.PluginPath]; opened {
		return fmt.Errorf("%s: plugin already loaded: %s has the plugin path %s too", record.Path, other, record.Evidence.Go.PluginPath)
	}
	if clash := s.clash(record); clash != nil {
		return &Refusal{record.Path, verdict.Fails, []verdict.Finding{*clash}}
	}
	return nil
}

// clash finds packages that the host lacks, and that an earlier plugin brought in another version.
func (s *session) clash(record catalog.Record) *verdict.Finding {
	var items []verdict.Item
	var from string
	for _, entry := range record.Evidence.Go.LinkHashes {
		if s.host.Evidence.HashOf(entry.Package) != "" {
			continue
		}
		for _, earlier := range s.opened {
			theirs := hashIn(earlier, entry.Package)
			if theirs == "" {
				continue
			}
			if theirs != entry.Hash {
				items = append(items, verdict.Item{Subject: entry.Package, Plugin: entry.Hash, Host: theirs})
				if from == "" {
					from = earlier.Path
				}
			}
			break
		}
	}
	if items == nil {
		return nil
	}
	first := items[0]
	number := verdict.Count(len(items), "package")
	if len(items) == 1 {
		number = "package " + first.Subject
	}
	f := verdict.New("OCX0410", verdict.Finding{
		Subject:  first.Subject,
		Plugin:   first.Plugin,
		Host:     first.Host,
		Evidence: "link hashes; those of the plugins loaded before",
		Message:  "plugin was built with a different version of " + number,
		Cause:    fmt.Sprintf("%s was loaded before with another version of %s", filepath.Base(from), number),
		LoaderMessage: fmt.Sprintf("plugin.Open(%q): plugin was built with a different version of package %s",
			strings.TrimSuffix(record.Path, ".so"), first.Subject),
		Fix:   "build the two plugins from one go.mod",
		Items: items,
	})
	return &f
}

func hashIn(record catalog.Record, packagePath string) string {
	for _, entry := range record.Evidence.Go.LinkHashes {
		if entry.Package == packagePath {
			return entry.Hash
		}
	}
	return ""
}
