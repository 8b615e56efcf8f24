package catalog

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v3"

	"ocx.dev/runtime/verdict"
)

// Discovery is a discovery file: what to load, in its order, and for which host.
type Discovery struct {
	File string
	// Host is absolute; empty when the file names none.
	Host    string
	Plugins []Pinned
}

// Pinned is an entry of a discovery file.
type Pinned struct {
	// Path is absolute; Name is as the file has it.
	Path, Name string
	// SHA256 has 64 hex digits in lower case; empty when the file pins none.
	SHA256 string
}

// Larger files are no list of plugins.
const maxDiscovery = 4 << 20

const onePlugin = "To look at one plugin: plugins inspect FILE"

var sha256Digits = regexp.MustCompile(`^[0-9a-fA-F]{64}$`)

// ReadDiscovery reads a discovery file, YAML or JSON. Its error names the line and the field.
func ReadDiscovery(file string) (*Discovery, error) {
	info, err := os.Stat(file)
	if err != nil {
		return nil, &PlaceError{fmt.Sprintf("%s: %s", file, Reason(err))}
	}
	if info.IsDir() {
		return nil, &PlaceError{file + " is a directory, not a discovery file"}
	}
	if info.Size() > maxDiscovery {
		return nil, &PlaceError{fmt.Sprintf("%s is no discovery file: %s bytes. %s", file, verdict.Grouped(info.Size()), onePlugin)}
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, &PlaceError{fmt.Sprintf("%s: %s", file, Reason(err))}
	}
	if strings.ContainsRune(string(text), 0) {
		return nil, &PlaceError{file + " is not a discovery file: it is not text. " + onePlugin}
	}
	var document yaml.Node
	if err := yaml.Unmarshal(text, &document); err != nil {
		return nil, &PlaceError{fmt.Sprintf("%s: not YAML or JSON: %s", file, strings.TrimPrefix(err.Error(), "yaml: "))}
	}
	absolute, err := filepath.Abs(file)
	if err != nil {
		return nil, &PlaceError{fmt.Sprintf("%s: %s", file, Reason(err))}
	}
	r := &discoveryReader{file: file, base: filepath.Dir(absolute)}
	discovery := &Discovery{File: absolute}
	r.read(&document, discovery)
	if r.err != nil {
		return nil, r.err
	}
	return discovery, nil
}

// discoveryReader keeps the first thing that is wrong.
type discoveryReader struct {
	file, base string
	err        error
}

func (r *discoveryReader) wrong(node *yaml.Node, field, problem string) {
	if r.err != nil {
		return
	}
	line := 1
	if node != nil && node.Line > 0 {
		line = node.Line
	}
	if field == "" {
		field = "the file"
	}
	r.err = &PlaceError{fmt.Sprintf("%s:%d: %s %s", r.file, line, field, problem)}
}

func (r *discoveryReader) read(document *yaml.Node, into *Discovery) {
	root := document
	if document.Kind == yaml.DocumentNode && len(document.Content) > 0 {
		root = document.Content[0]
	}
	fields, ok := r.fields(root, "", "plugins", "host")
	if !ok {
		r.wrong(root, "", "must be a mapping with the field plugins")
		return
	}
	if host := fields["host"]; host != nil {
		if host.Kind != yaml.ScalarNode || host.Tag != "!!str" {
			r.wrong(host, "host", "must be a path")
			return
		}
		into.Host = r.resolve(host.Value)
	}
	plugins := fields["plugins"]
	switch {
	case plugins == nil:
		r.wrong(root, "plugins", "is missing")
		return
	case plugins.Kind != yaml.SequenceNode:
		r.wrong(plugins, "plugins", "must be a list")
		return
	}
	for i, entry := range plugins.Content {
		into.Plugins = append(into.Plugins, r.plugin(entry, fmt.Sprintf("plugins[%d]", i)))
	}
}

func (r *discoveryReader) plugin(entry *yaml.Node, at string) Pinned {
	fields, ok := r.fields(entry, at, "path", "sha256")
	if !ok {
		r.wrong(entry, at, "must be a mapping with the field path")
		return Pinned{}
	}
	path := fields["path"]
	switch {
	case path == nil:
		r.wrong(entry, at+".path", "is missing")
		return Pinned{}
	case path.Kind != yaml.ScalarNode || path.Tag != "!!str" || path.Value == "":
		r.wrong(path, at+".path", "must be a path")
		return Pinned{}
	}
	pinned := Pinned{Path: r.resolve(path.Value), Name: path.Value}
	if hash := fields["sha256"]; hash != nil {
		// The text as written counts: YAML reads a hash of digits alone as a number.
		if hash.Kind != yaml.ScalarNode || !sha256Digits.MatchString(hash.Value) {
			r.wrong(hash, at+".sha256", "must be 64 hex digits")
		}
		pinned.SHA256 = strings.ToLower(hash.Value)
	}
	return pinned
}

// fields gives the fields of a mapping, of which only the known ones may be there. Aliases are followed.
func (r *discoveryReader) fields(node *yaml.Node, at, first, second string) (map[string]*yaml.Node, bool) {
	node = followed(node)
	if node.Kind != yaml.MappingNode {
		return nil, false
	}
	owner, dot := "a plugin", "."
	known := []string{first, second}
	if at == "" {
		owner, dot = "a discovery file", ""
		known = []string{second, first}
	}
	fields := map[string]*yaml.Node{}
	for i := 0; i+1 < len(node.Content); i += 2 {
		key := node.Content[i]
		if key.Value != first && key.Value != second {
			r.wrong(key, at+dot+key.Value, fmt.Sprintf("is not a field of %s (%s)", owner, strings.Join(known, ", ")))
		}
		if fields[key.Value] != nil {
			r.wrong(key, at+dot+key.Value, "is there twice")
		}
		fields[key.Value] = followed(node.Content[i+1])
	}
	return fields, true
}

func followed(node *yaml.Node) *yaml.Node {
	if node.Kind == yaml.AliasNode && node.Alias != nil {
		return node.Alias
	}
	return node
}

func (r *discoveryReader) resolve(path string) string {
	if filepath.IsAbs(path) {
		return filepath.Clean(path)
	}
	return filepath.Join(r.base, path)
}
