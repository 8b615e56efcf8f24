package verdict

import (
	"fmt"
	"strings"

	"ocx.dev/runtime/manifest"
)

// environment is where host and plugin were built, for a host of a hermetic
// build. It refuses nothing, but under policy environment: what a container
// decides, toolchain, flags, dependencies, is compared by itself.
func environment(s *subject) ruling {
	mine, host := s.claim(), s.host.ValidManifest()
	if mine == nil || host == nil {
		return ruling{}
	}
	code := "OCX0608"
	if s.host.Policy == Environment {
		code = "OCX0808"
	}
	if host.BuildEnvironment == nil {
		if s.host.Policy != Environment {
			return ruling{}
		}
		return checked("build environment", New(code, Finding{
			Subject:  "build_environment",
			Host:     "none",
			Evidence: "manifest of the host",
			Message:  "the host was not built in a container: policy environment has nothing to compare with",
			Fix:      "build the host with ocx build --hermetic, or ask for policy exact",
		}))
	}
	own, theirs := mine.BuildEnvironment, host.BuildEnvironment
	if own != nil && own.Digest == theirs.Digest {
		return checked("build environment")
	}
	f := Finding{
		Subject:  "build_environment",
		Plugin:   "none",
		Host:     theirs.Digest,
		Evidence: carrierText(s.plugin.Manifest.Found) + ", field build_environment",
		Message:  "built outside of the container that the host was built in",
		Fix:      "build it with the host, or with the same images: ocx build --hermetic",
	}
	if own != nil {
		f.Plugin = own.Digest
		f.Items = differingParts(own.Parts, theirs.Parts)
		f.Message = "built in another environment than the host" + namesOf(f.Items)
	}
	return checked("build environment", New(code, f))
}

func differingParts(mine, theirs *manifest.Texts) []Item {
	var items []Item
	for _, name := range mine.Names() {
		value, _ := mine.Get(name)
		if other, _ := theirs.Get(name); other != value {
			items = append(items, Item{name, value, other})
		}
	}
	for _, name := range theirs.Names() {
		if _, there := mine.Get(name); !there {
			other, _ := theirs.Get(name)
			items = append(items, Item{Subject: name, Host: other})
		}
	}
	return items
}

// namesOf lists the parts, with the verb that goes with them; their values are items of the finding.
func namesOf(items []Item) string {
	if len(items) == 0 {
		return ""
	}
	var names []string
	for _, item := range items {
		names = append(names, item.Subject)
	}
	verb := "differ"
	if len(items) == 1 {
		verb = "differs"
	}
	return fmt.Sprintf(": %s %s", strings.Join(names, ", "), verb)
}
