// Package rustfile reads what rustc and cargo-auditable leave in the sections of a library.
package rustfile

import (
	"bytes"
	"compress/zlib"
	"encoding/json"
	"io"
	"regexp"
	"strings"

	"ocx.dev/runtime/internal/bin"
	"ocx.dev/runtime/internal/elffile"
)

const (
	maxSection  = 4 << 20
	maxComment  = 64 << 10
	maxInflated = 8 << 20
)

// Crate is one that a file was built from.
type Crate struct {
	Name    string `json:"name"`
	Version string `json:"version"`
	Source  string `json:"source"`
	// Kind is runtime, or build for what was only needed to build.
	Kind string `json:"kind"`
}

var signature = regexp.MustCompile(`^rustc version \S`)

// Comment gives the first line of .comment that rustc signed; empty when none did.
func Comment(f *elffile.File) string {
	section := f.Section(".comment")
	if section == nil {
		return ""
	}
	text := bin.Text(f.Source.Bytes(section.Offset, min(section.Size, maxComment), ".comment"))
	for line := range strings.SplitSeq(text, "\x00") {
		if signature.MatchString(line) {
			return line
		}
	}
	return ""
}

// Crates reads .dep-v0, zlib-compressed JSON. ok is false when there is none that can be read.
func Crates(f *elffile.File) (crates []Crate, ok bool) {
	section := f.Section(".dep-v0")
	if section == nil {
		return nil, false
	}
	compressed := f.Source.Bytes(section.Offset, min(section.Size, maxSection), ".dep-v0")
	text, err := inflate(compressed)
	var list struct {
		Packages []json.RawMessage `json:"packages"`
	}
	if err != nil || len(text) > maxInflated {
		bin.Fail(section.Offset, ".dep-v0", "is not zlib data, or more than 8 MB of it")
	}
	if json.Unmarshal(text, &list) != nil || list.Packages == nil {
		bin.Fail(section.Offset, ".dep-v0", "is not JSON with a list of packages")
	}
	for _, raw := range list.Packages {
		crate := Crate{Kind: "runtime"}
		if json.Unmarshal(raw, &crate) == nil && crate.Name != "" && crate.Version != "" {
			crates = append(crates, crate)
		}
	}
	return crates, true
}

func inflate(compressed []byte) ([]byte, error) {
	reader, err := zlib.NewReader(bytes.NewReader(compressed))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(io.LimitReader(reader, maxInflated+1))
}
