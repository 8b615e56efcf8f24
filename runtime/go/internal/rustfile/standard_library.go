package rustfile

import (
	"regexp"

	"ocx.dev/runtime/internal/bin"
	"ocx.dev/runtime/internal/elffile"
)

// /rustc/<commit>/library/core/src/... of the project's builds, /usr/src/rustc-1.63.0/library/... of Debian's.
var libraryPaths = regexp.MustCompile(`/rustc/([0-9a-f]{40})/library/|/usr/src/rustc-(\d+\.\d+\.\d+)/library/`)

// StandardLibrary gives the rustc whose standard library is linked in, by the source paths in its panic messages, which no
// strip takes away: "rustc 1.63.0", or "rustc (<commit>)" where they name that alone. The standard library is compiled with its
// compiler, and no other accepts it. Empty when there are none, or those of several: then nothing follows.
func StandardLibrary(f *elffile.File) string {
	section := f.Section(".rodata")
	if section == nil {
		return ""
	}
	text := bin.Text(f.Source.Bytes(section.Offset, min(section.Size, maxSection), ".rodata"))
	only := ""
	for _, match := range libraryPaths.FindAllStringSubmatch(text, -1) {
		version := "rustc (" + match[1] + ")"
		if match[2] != "" {
			version = "rustc " + match[2]
		}
		if only != "" && only != version {
			return ""
		}
		only = version
	}
	return only
}
