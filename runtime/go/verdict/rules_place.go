package verdict

import (
	"fmt"
	"regexp"
)

// placed: where the file and its libraries lie: what dlopen makes of the path it is given, and what the kernel maps from there.
func placed(s *subject, scope *linkerScope) ruling {
	findings := append(tokensInPath(s), onNoexec(s, scope)...)
	if len(findings) == 0 {
		return ruling{}
	}
	return checked("path", findings...)
}

// pathToken is $ORIGIN or ${LIB}, and no longer word that begins so (elf/dl-load.c: is_dst).
var pathToken = regexp.MustCompile(`(\$(?:ORIGIN|PLATFORM|LIB))(?:[^A-Za-z0-9_]|$)|(\$\{(?:ORIGIN|PLATFORM|LIB)\})`)

// tokensInPath: dlopen replaces tokens in a path (elf/dl-load.c: _dl_map_object, expand_dynamic_string_token); plugin.Open gives it the real path.
func tokensInPath(s *subject) []Finding {
	path := s.plugin.Path
	if s.opener == byPluginOpen {
		path = s.libraries.RealPath(path)
	}
	match := pathToken.FindStringSubmatch(path)
	if match == nil {
		return nil
	}
	token := match[1] + match[2]
	return []Finding{New("OCX0216", Finding{
		Subject:       token,
		Plugin:        path,
		Evidence:      "the path of the file",
		Message:       token + " in its path means something to the dynamic linker, which looks for the file elsewhere",
		LoaderMessage: path + ": cannot open shared object file: No such file or directory",
		Fix:           "give it a path without " + token,
	})}
}

// onNoexec: mmap(2) with PROT_EXEC is refused where the file system is mounted so (elf/dl-map-segments.h: _dl_map_segments).
func onNoexec(s *subject, scope *linkerScope) []Finding {
	if !scope.isHere {
		return nil
	}
	paths := []string{s.plugin.Path}
	for _, library := range scope.added {
		paths = append(paths, library.Path)
	}
	for _, path := range paths {
		mount := s.libraries.NoexecMount(path)
		if mount == "" {
			continue
		}
		who := "lies"
		if path != s.plugin.Path {
			who = path + ", which it needs, lies"
		}
		return []Finding{New("OCX0217", Finding{
			Subject:       mount,
			Plugin:        path,
			Host:          mount,
			Evidence:      "/proc/self/mounts",
			Message:       fmt.Sprintf("%s on %s, which is mounted with noexec", who, mount),
			LoaderMessage: path + ": failed to map segment from shared object",
			Fix:           "put it on a file system that is mounted without noexec",
		})}
	}
	return nil
}
