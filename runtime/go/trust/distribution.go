package trust

import (
	"encoding/json"
	"errors"
	"path"
	"regexp"
	"strings"
)

// ListFile is what a distribution is listed in, SignatureSuffix the end of the name of what signs a file.
const (
	ListFile        = "distribution.json"
	SignatureSuffix = ".minisig"
)

// artifact of a distribution.json, as far as the policy asks of it (spec/distribution.schema.json).
type artifact struct {
	Path           string `json:"path"`
	Kind           string `json:"kind"`
	SHA256         string `json:"sha256"`
	ManifestSHA256 string `json:"manifest_sha256"`
}

var digestText = regexp.MustCompile(`^[0-9a-f]{64}$`)

var errNotUnderstood = errors.New("not understood")

// artifacts reads the list of a distribution. What can't be understood is an error without a reason: whoever signed it has ocx,
// which says the reason.
func artifacts(text []byte) ([]artifact, error) {
	var list struct {
		FormatVersion int        `json:"format_version"`
		Artifacts     []artifact `json:"artifacts"`
	}
	if json.Unmarshal(text, &list) != nil || list.FormatVersion != 1 || list.Artifacts == nil {
		return nil, errNotUnderstood
	}
	for _, a := range list.Artifacts {
		if path.IsAbs(a.Path) || path.Clean(a.Path) != a.Path || strings.HasPrefix(a.Path, "..") || strings.ContainsAny(a.Path, "\\\x00") ||
			!digestText.MatchString(a.SHA256) || !digestText.MatchString(a.ManifestSHA256) || a.Kind != "collector" && a.Kind != "plugin" {
			return nil, errNotUnderstood
		}
	}
	return list.Artifacts, nil
}
