package plan

import (
	"fmt"
	"runtime/debug"
	"slices"
	"strings"

	"ocx.dev/runtime/evidence"
	"ocx.dev/runtime/verdict"
)

// clash is a package that somebody before brought in another version.
type clash struct {
	name, hash string
	offset     uint64
	// index is the place in the plugin's table, which is the order of the runtime's check.
	index int
	by    provider
	// certain: whoever comes first in scope, their hash is another.
	certain bool
}

type clashes struct {
	findings []verdict.Finding
	brokenBy []int
	// firstIndex is the place in the table of the first package that certainly differs; -1 where none does.
	firstIndex int
}

// packageClashes: packages the host lacks are bound to the first plugin that brought them (glibc elf/dl-lookup.c: the global
// scope, which RTLD_GLOBAL appends to), and compared like the host's (runtime/plugin.go: lastmoduleinit).
func packageClashes(c *Candidate, p *process, host *Host) clashes {
	var certain, undecided []clash
	for _, found := range clashesOf(c, p, host) {
		if found.certain {
			certain = append(certain, found)
		} else {
			undecided = append(undecided, found)
		}
	}
	result := clashes{firstIndex: -1}
	deciding := undecided
	switch {
	case certain != nil:
		deciding = certain
		result.firstIndex = certain[0].index
		result.findings = []verdict.Finding{clashFinding("OCX0411", c, certain)}
	case undecided != nil:
		result.findings = []verdict.Finding{clashFinding("OCX0412", c, undecided)}
	}
	for _, found := range deciding {
		if !slices.Contains(result.brokenBy, found.by.order()) {
			result.brokenBy = append(result.brokenBy, found.by.order())
		}
	}
	return result
}

func clashesOf(c *Candidate, p *process, host *Host) []clash {
	var found []clash
	if len(p.packages) == 0 || c.Evidence.Go == nil {
		return nil
	}
	for index, entry := range c.Evidence.Go.LinkHashes {
		providers := p.packages[entry.Package]
		if providers == nil || host.HashOf(entry.Package) != "" {
			continue
		}
		differs := func(other provider) bool { return other.hash != entry.Hash }
		first := slices.IndexFunc(providers, differs)
		if first < 0 {
			continue
		}
		// If nobody is certain to have it, the plugin may meet its own, which matches.
		same := func(other provider) bool { return other.hash == entry.Hash }
		certain := !slices.ContainsFunc(providers, same) && slices.ContainsFunc(providers, func(other provider) bool { return other.certain })
		found = append(found, clash{entry.Package, entry.Hash, entry.Offset, index, providers[first], certain})
	}
	return found
}

func clashFinding(code string, c *Candidate, found []clash) verdict.Finding {
	first := found[0]
	who := whose(first.by.origin)
	number := verdict.Count(len(found), "package")
	if len(found) == 1 {
		number = "package " + first.name
	}
	what, fix := explain(c, first)
	verb, tail := "fails", "which comes first"
	if code == "OCX0412" {
		verb, tail = "may fail", "and whether that one gets in is unknown"
	}
	items := make([]verdict.Item, len(found))
	for i, one := range found {
		items[i] = verdict.Item{Subject: one.name, Plugin: one.hash, Host: one.by.hash}
	}
	return verdict.New(code, verdict.Finding{
		Subject:       first.name,
		Plugin:        first.hash,
		Host:          first.by.hash,
		Evidence:      fmt.Sprintf("link hash of %s, at 0x%x; the one of %s", first.name, first.offset, who),
		Message:       fmt.Sprintf("plugin was built with another version of %s than %s, %s", number, who, tail),
		Cause:         fmt.Sprintf("%s%s after %d: %s came first", aloneWords(c), verb, first.by.order(), what),
		LoaderMessage: verdict.OpenMessage(c.Path, "plugin was built with a different version of package "+first.name),
		Fix:           fix,
		Items:         items,
	})
}

// aloneWords say what makes a verdict of the plan worth a second look: alone it would be another.
func aloneWords(c *Candidate) string {
	if c.Alone.Load == verdict.LoadLoads {
		return "loads alone; "
	}
	return ""
}

func whose(o origin) string { return fmt.Sprintf("%d: %s", o.candidate.Order, o.candidate.Name) }

func explain(c *Candidate, first clash) (what, fix string) {
	path, mine := moduleOf(first.name, c.Evidence)
	theirPath, theirs := moduleOf(first.name, first.by.candidate.Evidence)
	if path != "" && theirPath != "" && mine != theirs {
		return verdict.ShortModule(theirPath) + " " + theirs, "build both from one go.mod: go get " + verdict.Quoted(theirPath+"@"+theirs)
	}
	return "another build of " + verdict.ShortModule(first.name), "build the two from one go.mod, with the same flags"
}

// moduleOf is the module with the longest path that holds the package; empty when build info knows none.
func moduleOf(packagePath string, e *evidence.Evidence) (path, version string) {
	if e == nil || e.Go == nil || e.Go.BuildInfo == nil {
		return "", ""
	}
	info := e.Go.BuildInfo
	for _, module := range append([]*debug.Module{&info.Main}, info.Deps...) {
		if module.Path == "" || packagePath != module.Path && !strings.HasPrefix(packagePath, module.Path+"/") {
			continue
		}
		if path == "" || len(module.Path) > len(path) {
			path, version = module.Path, module.Version
			if module.Replace != nil && module.Replace.Version != "" {
				version = module.Replace.Version
			}
		}
	}
	return path, version
}

// provide adds what the host lacks to the scope, and gives the packages that nobody had before.
func provide(by origin, p *process, host *Host) []string {
	added := []string{}
	if by.candidate.Evidence.Go == nil {
		return added
	}
	for _, entry := range by.candidate.Evidence.Go.LinkHashes {
		if host.HashOf(entry.Package) == "" && p.provide(entry.Package, provider{by, entry.Hash}) {
			added = append(added, entry.Package)
		}
	}
	return added
}
