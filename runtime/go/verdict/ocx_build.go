package verdict

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"ocx.dev/runtime/descriptor"
	"ocx.dev/runtime/evidence"
)

// ocxBuild is a plugin that ocx build made: what is wrong with it is mended in its build file, for go.mod and commands are generated.
type ocxBuild struct {
	isRust bool
	// name is of its entry under plugins; modules are those that the entry names.
	name    string
	modules []string
	// replaced are modules whose version a line of the build file decides (replaces), whatever asks for another.
	replaced []string
}

// runtimeModule is generated beside each build.
const runtimeModule = "ocx.dev/runtime"

var pluginPackage = regexp.MustCompile(`/plugins/([\w-]+)$`)

// ocxBuildOf tells whether ocx build made a plugin; nil when it did not. Go: its main package is plugins/NAME of the module that is
// generated, beside the runtime, which build info says even without the manifest. Rust: the manifest has the flag that only ocx build gives.
func ocxBuildOf(e *evidence.Evidence) *ocxBuild {
	made := &ocxBuild{}
	if e.Manifest.Descriptors != nil {
		described, _ := descriptor.Read(e.Manifest.Descriptors.Text)
		for _, component := range described {
			made.modules = append(made.modules, component.Module)
		}
	}
	if info := buildInfoOf(e); info != nil {
		match := pluginPackage.FindStringSubmatch(info.Path)
		if match == nil || info.Path != info.Main.Path+match[0] {
			return nil
		}
		for _, module := range info.Deps {
			if module.Path == runtimeModule {
				made.name = match[1]
			}
			// A folder, which has no version, is that of a component (path).
			if module.Replace != nil && strings.HasPrefix(module.Replace.Version, "v") {
				made.replaced = append(made.replaced, module.Path)
			}
		}
		if made.name == "" {
			return nil
		}
		return made
	}
	claimed := ManifestOf(e)
	if claimed == nil || claimed.Language != manifestRust || claimed.Name == "" || !slices.Contains(claimed.BuildFlags, "-Cpanic=unwind") {
		return nil
	}
	made.isRust, made.name = true, claimed.Name
	return made
}

// rebuildCommand builds a plugin as its host was built: with ocx build where that made it, else go's or cargo's own command.
func rebuildCommand(made *ocxBuild, plugin *Facts, host Facts) string {
	if made == nil || plugin == nil {
		return buildCommand(host)
	}
	return made.fix(plugin, &host)
}

// fix is all that is to be done so that ocx build makes it fit. more is environment that only build info tells.
func (made *ocxBuild) fix(plugin, host *Facts, more ...string) string {
	var steps, command []string
	if made.isRust {
		steps = slices.Concat(profileStep(plugin, host), crateSteps(plugin, host))
		command = rustBuildEnvironment(plugin, host)
	} else {
		if host.Flags != nil {
			if _, trimmed := host.Flags.Get("-trimpath"); !trimmed {
				steps = append(steps, "build the host with -trimpath, as ocx build always does")
			}
		}
		if lines := made.buildFileLines(plugin, host); len(lines) > 0 {
			steps = append(steps, "in its build file: "+strings.Join(lines, ", "))
		}
		steps = append(steps, made.moduleSteps(plugin, host)...)
		command = goBuildEnvironment(plugin, host)
	}
	for _, word := range more {
		if !slices.Contains(command, word) {
			command = append(command, word)
		}
	}
	return strings.Join(append(steps, strings.Join(append(command, "ocx build"), " ")), "; then: ")
}

// debugFlags are those of debug_compilation.
const debugFlags = "all=-N -l"

func (made *ocxBuild) buildFileLines(plugin, host *Facts) []string {
	var lines []string
	if plugin.Flags != nil && host.Flags != nil {
		tags, _ := plugin.Flags.Get("-tags")
		wanted, _ := host.Flags.Get("-tags")
		if tags != wanted {
			lines = append(lines, fmt.Sprintf("build_tags: %s (dist)", orElse(wanted, "''")))
		}
		mine, _ := plugin.Flags.Get("-gcflags")
		theirs, _ := host.Flags.Get("-gcflags")
		if isDebug := theirs == debugFlags; (mine == debugFlags) != isDebug {
			lines = append(lines, fmt.Sprintf("debug_compilation: %t (dist)", isDebug))
		}
	}
	return slices.Concat(lines, made.moduleLines(plugin, host), made.replaceLines(plugin, host))
}

func (made *ocxBuild) replaceLines(plugin, host *Facts) []string {
	var lines []string
	for _, d := range differingModules(plugin, host) {
		if slices.Contains(made.replaced, d.name) && !d.local {
			lines = append(lines, fmt.Sprintf("replaces: %s => %s %s", d.name, d.name, d.version))
		}
	}
	return lines
}

// families are core, and contrib, which follows its numbers: their modules fit together in one release only.
var families = []string{"go.opentelemetry.io/collector/", "github.com/open-telemetry/opentelemetry-collector-contrib/"}

func (made *ocxBuild) moduleLines(plugin, host *Facts) []string {
	var lines []string
	for _, family := range families {
		mine, theirs := familyRelease(plugin, family), familyRelease(host, family)
		if mine != "" && theirs != "" && mine != theirs {
			lines = append(lines, fmt.Sprintf("every gomod of %s... at %s", family, theirs))
		}
	}
	for _, d := range differingModules(plugin, host) {
		inFamily := slices.ContainsFunc(families, func(family string) bool { return strings.HasPrefix(d.name, family) })
		if !inFamily && slices.Contains(made.modules, d.name) && !slices.Contains(made.replaced, d.name) && !d.local {
			lines = append(lines, fmt.Sprintf("gomod: %s %s", d.name, d.version))
		}
	}
	return lines
}

var firstReleases = regexp.MustCompile(`^v0\.(\d+)\.(\d+)$`)

// familyRelease is the highest v0 of its modules: what a release is called.
func familyRelease(facts *Facts, family string) string {
	highest, release := -1, ""
	if facts.Dependencies == nil {
		return ""
	}
	for _, name := range facts.Dependencies.Names {
		dependency, _ := facts.Dependencies.Get(name)
		match := firstReleases.FindStringSubmatch(dependency.Version)
		if match == nil || !strings.HasPrefix(name, family) {
			continue
		}
		minor, _ := strconv.Atoi(match[1])
		patch, _ := strconv.Atoi(match[2])
		if order := minor*10_000 + patch; order > highest {
			highest, release = order, dependency.Version
		}
	}
	return release
}

// moduleSteps are for modules that no line of the build file names: those its own folder asks for, or another component of the host's.
func (made *ocxBuild) moduleSteps(plugin, host *Facts) []string {
	if len(made.moduleLines(plugin, host)) > 0 {
		return nil // What else differs follows from those.
	}
	var steps, gets []string
	for _, d := range differingModules(plugin, host) {
		if d.local {
			steps = append(steps, folderStep(d.name, host))
		} else if !slices.Contains(made.replaced, d.name) {
			gets = append(gets, quoted(d.name+"@"+d.version))
		}
	}
	if len(gets) == 0 {
		return steps
	}
	for _, name := range plugin.Dependencies.Names {
		if dependency, _ := plugin.Dependencies.Get(name); dependency.Local && slices.Contains(made.modules, name) {
			return append(steps, fmt.Sprintf("in the folder of %s: go get %s && go mod tidy", quoted(name), strings.Join(gets, " ")))
		}
	}
	return append(steps, fmt.Sprintf("put %s under plugins in the build file of the host", made.name))
}

// folderStep is for a module that was built from another folder, or another state of it, than the host's.
func folderStep(name string, host *Facts) string {
	if name == runtimeModule {
		return "take the release of ocx that the host was built with"
	}
	if theirs, there := host.Dependencies.Get(name); there && !theirs.Local && theirs.Version != "" {
		return fmt.Sprintf("in its build file: gomod: %s %s, without path", name, theirs.Version)
	}
	return fmt.Sprintf("build it with the folder of %s that the host was built from", name)
}

type differingModule struct {
	name, version string
	// local: one side took it from a folder, so that no version says what it is.
	local bool
}

func differingModules(plugin, host *Facts) []differingModule {
	var found []differingModule
	for _, d := range Differences(*plugin, *host) {
		if d.Kind != "dependency" || d.State != "differs" {
			continue
		}
		mine, _ := plugin.Dependencies.Get(d.Name)
		theirs, _ := host.Dependencies.Get(d.Name)
		found = append(found, differingModule{d.Name, versionOf(d.Host), mine.Local || theirs.Local})
	}
	return found
}

// goBuildEnvironment is said where it differs, even when it is to be empty: the shell or go env -w may have set it.
func goBuildEnvironment(plugin, host *Facts) []string {
	var words []string
	if wanted := experimentsOf(host.Toolchain); wanted != experimentsOf(plugin.Toolchain) {
		words = append(words, "GOEXPERIMENT="+quotedValue(wanted))
	}
	if wanted := releaseName(host.Toolchain); strings.HasPrefix(wanted, "go") && wanted != releaseName(plugin.Toolchain) {
		words = append(words, "GOTOOLCHAIN="+quoted(wanted))
	}
	if host.GOAMD64 != "" && host.GOAMD64 != plugin.GOAMD64 {
		words = append(words, "GOAMD64="+quoted(host.GOAMD64))
	}
	if plugin.Flags != nil && host.Flags != nil {
		if wanted := goflags(host); wanted != goflags(plugin) {
			words = append(words, "GOFLAGS="+quotedValue(wanted))
		}
	}
	return words
}

func releaseName(toolchain string) string {
	release, _, _ := strings.Cut(toolchain, " ")
	release, _, _ = strings.Cut(release, "-X:")
	return release
}

var experimentNames = regexp.MustCompile(`[ -]X:(\S+)`)

func experimentsOf(toolchain string) string {
	if match := experimentNames.FindStringSubmatch(toolchain); match != nil {
		return match[1]
	}
	return ""
}

// goflags is without what the build file says, and what ocx build always gives.
func goflags(facts *Facts) string {
	var words []string
	for _, flag := range facts.Flags.List() {
		name, value, _ := strings.Cut(flag, "=")
		if name == "-tags" || name == "-trimpath" || name == "-gcflags" && value == debugFlags {
			continue
		}
		words = append(words, flag)
	}
	slices.Sort(words)
	for i, word := range words {
		if strings.ContainsAny(word, " \t\n") {
			words[i] = "'" + word + "'"
		}
	}
	return strings.Join(words, " ")
}

func quotedValue(value string) string {
	if value == "" {
		return ""
	}
	return quoted(value)
}

func rustBuildEnvironment(plugin, host *Facts) []string {
	var words []string
	if wanted := releaseNumbers.FindString(host.Toolchain); wanted != "" && wanted != releaseNumbers.FindString(plugin.Toolchain) {
		words = append(words, "RUSTUP_TOOLCHAIN="+wanted)
	}
	if plugin.Flags != nil && host.Flags != nil {
		if wanted := rustflags(host); wanted != rustflags(plugin) {
			words = append(words, "RUSTFLAGS="+quotedValue(wanted))
		}
	}
	return words
}

func rustflags(facts *Facts) string {
	flags := slices.DeleteFunc(facts.Flags.List(), func(flag string) bool {
		name, _, _ := strings.Cut(flag, "=")
		return name == "-C panic"
	})
	slices.Sort(flags)
	return strings.Join(flags, " ")
}

func profileStep(plugin, host *Facts) []string {
	if plugin.Profile == "" || host.Profile == "" || plugin.Profile == host.Profile {
		return nil
	}
	return []string{fmt.Sprintf("in its build file: debug_compilation: %t (dist)", host.Profile == "debug")}
}

func crateSteps(plugin, host *Facts) []string {
	var steps []string
	for _, d := range differingModules(plugin, host) {
		if d.local {
			steps = append(steps, fmt.Sprintf("build it with the folder of %s that the host's own plugins were built with", d.name))
		} else {
			steps = append(steps, fmt.Sprintf("in the folder of its crate: cargo update -p %s --precise %s", quoted(d.name), quoted(d.version)))
		}
	}
	return steps
}
