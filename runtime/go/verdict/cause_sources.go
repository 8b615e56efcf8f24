package verdict

import (
	"cmp"
	"fmt"
	"runtime/debug"
	"slices"
)

// sourceCauses are of packages whose module's version says nothing: built from a folder,
// replaced, vendored, or of the host's own module.
func sourceCauses(packages []string, mine, theirs *debug.BuildInfo) []cause {
	var names []string
	causes := map[string]*cause{}
	for _, path := range packages {
		plugin, host := moduleOfPackage(path, mine), moduleOfPackage(path, theirs)
		name := ""
		switch {
		case host != nil:
			name = host.Path
		case plugin != nil:
			name = plugin.Path
		default:
			continue
		}
		if causes[name] == nil {
			names = append(names, name)
			c := sourceCause(name, plugin, host, mine, theirs)
			c.folder = name
			causes[name] = &c
		}
		causes[name].explains++
	}
	result := make([]cause, len(names))
	for i, name := range names {
		result[i] = *causes[name]
	}
	slices.SortStableFunc(result, func(a, b cause) int { return cmp.Compare(b.explains, a.explains) })
	return result
}

func sourceCause(name string, plugin, host *debug.Module, mine, theirs *debug.BuildInfo) cause {
	short := ShortModule(name)
	inWords := func(words, what string) cause { return cause{words: words, cure: cure{sentence: what}} }
	myFolder, theirFolder := folderOf(plugin), folderOf(host)
	both := plugin != nil && host != nil
	switch {
	case host != nil && host == &theirs.Main && mine.Main.Path == name:
		return inWords(short+" is the main module of both: its sources differ",
			fmt.Sprintf("build it in the folder of %s that the host was built in", name))
	case host != nil && host == &theirs.Main:
		return inWords(short+" is the host's main module, which no other module is built like",
			fmt.Sprintf("move what host and plugin both need from %s into a module of its own", name))
	case myFolder != "" && host != nil && theirFolder == "":
		version := used(host).Version
		return cause{
			words: fmt.Sprintf("%s is taken from %s, host has %s", short, myFolder, version),
			cure:  cure{edits: []string{quoted("-dropreplace=" + name)}, gets: []string{quoted(name + "@" + version)}},
		}
	case theirFolder != "":
		words := fmt.Sprintf("%s is built from a folder, %s in the host's go.mod: its sources or its path differ", short, theirFolder)
		if myFolder == "" && plugin != nil {
			return inWords(words, fmt.Sprintf("go mod edit %s, with the folder that the host was built from", quoted("-replace="+name+"=FOLDER")))
		}
		return inWords(words, fmt.Sprintf("build it with the folder of %s that the host was built from", name))
	case both && isVendored(mine) && !isVendored(theirs):
		return cause{
			words: fmt.Sprintf("%s is vendored, and its sources are not those of %s", short, plugin.Version),
			cure:  cure{flags: []string{"-mod=mod"}},
		}
	case both && isVendored(theirs) && !isVendored(mine):
		return inWords(short+" is vendored in the host, and was changed there", "build it with the host's vendor folder: -mod=vendor")
	case setting(mine, "-trimpath") != "true" && setting(theirs, "-trimpath") != "true":
		return inWords(short+" lay in another folder: neither is built with -trimpath",
			"build host and plugin with -trimpath, or in the same folder with the same GOMODCACHE")
	}
	return inWords(short+" is the same module, yet its packages differ: it imports what differs, or its sources were changed",
		"build host and plugin from the same folders, with -trimpath")
}

// moduleOfPackage is the module with the longest path that the package is in; the main module among them.
func moduleOfPackage(packagePath string, info *debug.BuildInfo) *debug.Module {
	var best *debug.Module
	consider := func(module *debug.Module) {
		if module.Path != "" && isIn(packagePath, module.Path) && (best == nil || len(module.Path) > len(best.Path)) {
			best = module
		}
	}
	consider(&info.Main)
	for _, module := range info.Deps {
		consider(module)
	}
	return best
}

// used is what a replace puts in the place of a module.
func used(module *debug.Module) *debug.Module {
	if module.Replace != nil {
		return module.Replace
	}
	return module
}

// folderOf is ../api of a replace, or "a workspace"; empty for a module with a version.
func folderOf(module *debug.Module) string {
	switch {
	case module == nil:
		return ""
	case module.Replace != nil && (module.Replace.Version == "" || module.Replace.Version == "(devel)"):
		return module.Replace.Path
	case module.Version == "(devel)":
		return "a workspace"
	}
	return ""
}

// isVendored: go.sum is not read with -mod=vendor, so no module has a sum.
func isVendored(info *debug.BuildInfo) bool {
	released := false
	for _, module := range info.Deps {
		if folderOf(module) != "" {
			continue
		}
		released = true
		if used(module).Sum != "" {
			return false
		}
	}
	return released
}
