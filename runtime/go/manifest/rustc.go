package manifest

import "regexp"

var ofRustc = regexp.MustCompile(`^(rustc\b|\d)`)

// IsOfRustc tells whether what a manifest calls Rust was made by rustc. The RFC has two words for a language, and they say which loader
// takes a plugin: one in C, or in whatever speaks the C ABI, is rust with a toolchain of its own.
func (m *Manifest) IsOfRustc() bool {
	return m.Language == "rust" && ofRustc.MatchString(m.ToolchainVersion)
}
