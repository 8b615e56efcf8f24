package verdict

import (
	"regexp"
	"strings"

	"ocx.dev/runtime/evidence"
	"ocx.dev/runtime/manifest"
)

// contradiction is a place where a manifest and the bytes of its own file disagree. The bytes are believed.
type contradiction struct {
	field string
	// item is the module or flag; empty for the field itself.
	item           string
	claimed, bytes string
	// source is where the bytes say so: build info, ELF header, .comment, .dep-v0.
	source string
}

// contradictions checks a manifest against what the file itself says. Only what the bytes
// record is compared: a flag that build info never holds is no contradiction.
func contradictions(m *manifest.Manifest, e *evidence.Evidence) []contradiction {
	bytes := FactsOfBytes(e)
	var found []contradiction
	if bytes != nil {
		found = append(found, toolchainClaim(m, bytes, e)...)
	}
	found = append(found, platformClaim(m, e, bytes)...)
	if bytes != nil {
		found = append(found, flagClaims(m, bytes)...)
		found = append(found, dependencyClaims(m, bytes)...)
	}
	return found
}

func toolchainClaim(m *manifest.Manifest, bytes *Facts, e *evidence.Evidence) []contradiction {
	source := ".comment"
	if e.Rust != nil && e.Rust.Comment == "" {
		source = "path of the standard library"
	}
	if bytes.Language == "go" {
		source = "build info"
	}
	if bytes.Language != "" && m.Language != bytes.Language {
		return []contradiction{{"language", "", m.Language, bytes.Language, source}}
	}
	if bytes.Toolchain == "" {
		return nil
	}
	equal := manifest.SameRustToolchain(m.ToolchainVersion, bytes.Toolchain)
	if bytes.Language == "go" {
		equal = manifest.GoToolchain(m.ToolchainVersion) == manifest.GoToolchain(bytes.Toolchain)
	}
	if equal {
		return nil
	}
	return []contradiction{{"toolchain_version", "", m.ToolchainVersion, bytes.Toolchain, source}}
}

// cpuOfMachine has the names of triples beside those of machines.
var cpuOfMachine = map[string]string{"x86-64": "x86_64", "aarch64": "aarch64", "i386": "i686"}

func platformClaim(m *manifest.Manifest, e *evidence.Evidence, bytes *Facts) []contradiction {
	var found []contradiction
	claimed := manifest.TargetTriple(m.Target)
	cpu := cpuOfMachine[e.Object.Machine]
	switch {
	case bytes != nil && bytes.Target != "":
		if claimed != bytes.Target && !sameGoPlatform(claimed, bytes.Target) {
			found = append(found, contradiction{"target", "", m.Target, bytes.Target, "build info"})
		}
	case cpu != "" && !strings.HasPrefix(claimed, cpu+"-"):
		found = append(found, contradiction{"target", "", m.Target, e.Object.Machine, "ELF header"})
	}
	if m.GOAMD64 != "" && bytes != nil && bytes.GOAMD64 != "" && m.GOAMD64 != bytes.GOAMD64 {
		found = append(found, contradiction{"goamd64", "", m.GOAMD64, bytes.GOAMD64, "build info"})
	}
	return found
}

var cLibrary = regexp.MustCompile(`-(gnu|musl)\w*$`)

// Go has no name for a C library: x86_64-unknown-linux-musl and -gnu are both linux/amd64.
func sameGoPlatform(a, b string) bool {
	return cLibrary.ReplaceAllString(a, "") == cLibrary.ReplaceAllString(b, "")
}

func flagClaims(m *manifest.Manifest, bytes *Facts) []contradiction {
	if bytes.Language != "go" || bytes.Flags == nil {
		return nil
	}
	claimed := manifest.ComparableFlags(m.BuildFlags)
	var found []contradiction
	for _, name := range recordedFlags {
		mine, claims := claimed.Get(name)
		real, has := bytes.Flags.Get(name)
		// A profile's path is rewritten by -trimpath: that there is one is what can be compared.
		if claims == has && (mine == real || name == "-pgo") {
			continue
		}
		show := func(value string, there bool) string {
			if !there {
				return "no " + name
			}
			return manifest.FlagText(name, value)
		}
		found = append(found, contradiction{"build_flags", name, show(mine, claims), show(real, has), "build info"})
	}
	return found
}

func dependencyClaims(m *manifest.Manifest, bytes *Facts) []contradiction {
	if bytes.Dependencies == nil {
		return nil
	}
	source := ".dep-v0"
	if bytes.Language == "go" {
		source = "build info"
	}
	const field = "dependency_hashes"
	var found []contradiction
	for _, name := range bytes.Dependencies.Names {
		real, _ := bytes.Dependencies.Get(name)
		lookUp := func(texts *manifest.Texts) (string, bool) {
			if value, ok := texts.Get(name); ok {
				return value, true
			}
			return texts.Get(name + "@" + real.Version)
		}
		hash, listed := lookUp(m.DependencyHashes)
		version, versioned := lookUp(m.DependencyVersions)
		switch {
		case !listed:
			// A crate built by path has no checksum in Cargo.lock, and older writers leave local folders out.
			if !real.Local {
				found = append(found, contradiction{field, name, "not listed", real.text(), source})
			}
		case real.Hash != "" && hash != real.Hash:
			found = append(found, contradiction{field, name, Dependency{Version: version, Hash: hash}.text(), real.text(), source})
		case versioned && real.Version != "" && real.Version != version:
			found = append(found, contradiction{"dependency_versions", name, version, real.Version, source})
		}
	}
	if bytes.Language != "go" {
		return found
	}
	for _, name := range m.DependencyHashes.Names() {
		if _, real := bytes.Dependencies.Get(name); !real {
			found = append(found, contradiction{field, name, "listed", "not in the build info", source})
		}
	}
	return found
}
