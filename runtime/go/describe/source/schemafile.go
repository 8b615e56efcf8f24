package source

import (
	"os"
	"path/filepath"
	"strings"

	"go.yaml.in/yaml/v3"

	"ocx.dev/runtime/descriptor"
)

// maxReferences: a file may refer to one that refers to it.
const maxReferences = 24

// Schema is the schema that a component ships: config.schema.yaml (contrib; core since 0.165),
// else config.schema.json. References are followed. Nil when there is none that can be read.
func (t *Tree) Schema(importPath string) *descriptor.Object {
	root := t.schemaFile(importPath)
	if root == nil {
		return nil
	}
	return t.resolved(importPath, root, root, 0)
}

func (t *Tree) schemaFile(importPath string) *descriptor.Object {
	folder := t.folders[importPath]
	if folder == "" {
		return nil
	}
	for _, name := range []string{"config.schema.yaml", "config.schema.json"} {
		content, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil {
			continue
		}
		// JSON is YAML too.
		var document yaml.Node
		if yaml.Unmarshal(content, &document) != nil || len(document.Content) != 1 {
			continue
		}
		if root, ok := ordered(document.Content[0], 0).(*descriptor.Object); ok {
			return root
		}
	}
	return nil
}

const deepestYAML = 100

// ordered makes of YAML what JSON can hold, in its order.
func ordered(node *yaml.Node, depth int) any {
	if depth > deepestYAML {
		return nil
	}
	switch node.Kind {
	case yaml.MappingNode:
		object := &descriptor.Object{}
		for i := 0; i+1 < len(node.Content); i += 2 {
			object.Set(node.Content[i].Value, ordered(node.Content[i+1], depth+1))
		}
		return object
	case yaml.SequenceNode:
		list := []any{}
		for _, item := range node.Content {
			list = append(list, ordered(item, depth+1))
		}
		return list
	case yaml.AliasNode:
		return ordered(node.Alias, depth+1)
	}
	var value any
	if node.Decode(&value) != nil {
		return node.Value
	}
	switch value.(type) {
	case nil, bool, string, int, float64:
		return value
	}
	return node.Value
}

// resolved follows references and merges the parts of allOf, all the way down.
func (t *Tree) resolved(importPath string, root, schema *descriptor.Object, depth int) *descriptor.Object {
	result := &descriptor.Object{}
	if depth > maxReferences {
		return result
	}
	if reference := schema.Text("$ref"); reference != "" {
		if path, base, target := t.target(importPath, root, reference); target != nil {
			lay(result, t.resolved(path, base, target, depth+1))
		}
	}
	parts, _ := schema.Get("allOf").([]any)
	for _, part := range parts {
		if object, ok := part.(*descriptor.Object); ok {
			lay(result, t.resolved(importPath, root, object, depth+1))
		}
	}
	own := &descriptor.Object{}
	for _, key := range schema.Keys() {
		switch value := schema.Get(key).(type) {
		case *descriptor.Object:
			switch key {
			case "properties":
				properties := &descriptor.Object{}
				for _, name := range value.Keys() {
					if property := value.Object(name); property != nil {
						properties.Set(name, t.resolved(importPath, root, property, depth+1))
					}
				}
				own.Set(key, properties)
			case "items", "additionalProperties":
				own.Set(key, t.resolved(importPath, root, value, depth+1))
			case "$defs":
			default:
				own.Set(key, value)
			}
		default:
			if key != "$ref" && key != "allOf" {
				own.Set(key, value)
			}
		}
	}
	lay(result, own)
	return result
}

// lay puts one schema over another; properties of both are there.
func lay(under, over *descriptor.Object) {
	for _, key := range over.Keys() {
		if key == "properties" && under.Object(key) != nil {
			for _, name := range over.Object(key).Keys() {
				under.Object(key).Set(name, over.Object(key).Get(name))
			}
			continue
		}
		under.Set(key, over.Get(key))
	}
}

// target of a reference of mdatagen's dialect: `log_filters` and `#/$defs/log_filters` in the file
// itself, `./internal/db.config` below it, `/config/configgrpc.server_config` in the same
// repository, `go.opentelemetry.io/collector/filter.config` in any package of the build.
func (t *Tree) target(importPath string, root *descriptor.Object, reference string) (string, *descriptor.Object, *descriptor.Object) {
	if name, local := strings.CutPrefix(reference, "#/$defs/"); local {
		return importPath, root, root.Object("$defs").Object(name)
	}
	dot := strings.LastIndexByte(reference, '.')
	slash := strings.LastIndexByte(reference, '/')
	if slash < 0 {
		return importPath, root, root.Object("$defs").Object(reference)
	}
	if dot < slash {
		return "", nil, nil
	}
	path, name := reference[:dot], reference[dot+1:]
	switch {
	case strings.HasPrefix(path, "./"):
		path = importPath + path[1:]
	case strings.HasPrefix(path, "/"):
		path = repository(importPath) + path
	}
	file := t.schemaFile(path)
	if file == nil {
		return "", nil, nil
	}
	return path, file, file.Object("$defs").Object(name)
}

// repository is what `/` means in a reference: the root of all modules of one repository.
func repository(importPath string) string {
	for _, known := range []string{"go.opentelemetry.io/collector", "github.com/open-telemetry/opentelemetry-collector-contrib"} {
		if strings.HasPrefix(importPath, known+"/") {
			return known
		}
	}
	parts := strings.SplitN(importPath, "/", 4)
	return strings.Join(parts[:min(3, len(parts))], "/")
}
