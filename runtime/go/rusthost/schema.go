package rusthost

import (
	"reflect"
	"slices"
	"strings"

	"go.opentelemetry.io/collector/confmap"
)

// Schemas may refer to themselves, in several places: what is followed grows with each storey.
const (
	maxReferences = 8
	maxDepth      = 5
)

// redacted is what the Collector prints for secrets of its own (config/configopaque).
const redacted = "[REDACTED]"

// node is a place in a JSON Schema, as the alternatives that $ref, anyOf, oneOf and allOf make of it.
type node []map[string]any

func rootNode(schema map[string]any) node { return resolved(schema, schema, 0) }

func resolved(value any, root map[string]any, depth int) node {
	schema, isObject := value.(map[string]any)
	if !isObject || depth > maxReferences {
		return nil
	}
	found := node{schema}
	if ref, isRef := schema["$ref"].(string); isRef {
		found = append(found, resolved(lookUp(root, ref), root, depth+1)...)
	}
	for _, word := range []string{"anyOf", "oneOf", "allOf"} {
		alternatives, _ := schema[word].([]any)
		for _, alternative := range alternatives {
			found = append(found, resolved(alternative, root, depth+1)...)
		}
	}
	return found
}

// lookUp follows #/$defs/Rule.
func lookUp(root map[string]any, ref string) any {
	path, local := strings.CutPrefix(ref, "#/")
	if !local {
		return nil
	}
	var at any = root
	for part := range strings.SplitSeq(path, "/") {
		object, isObject := at.(map[string]any)
		if !isObject {
			return nil
		}
		at = object[strings.NewReplacer("~1", "/", "~0", "~").Replace(part)]
	}
	return at
}

// inside gives what stands under a word: the schema of a property, of items, of further properties.
func (n node) inside(root map[string]any, get func(schema map[string]any) any) node {
	var found node
	for _, schema := range n {
		found = append(found, resolved(get(schema), root, 0)...)
	}
	return found
}

func (n node) property(root map[string]any, name string) node {
	found := n.inside(root, func(schema map[string]any) any {
		properties, _ := schema["properties"].(map[string]any)
		return properties[name]
	})
	if found != nil {
		return found
	}
	return n.inside(root, func(schema map[string]any) any { return schema["additionalProperties"] })
}

func (n node) items(root map[string]any) node {
	return n.inside(root, func(schema map[string]any) any { return schema["items"] })
}

func (n node) isSecret() bool {
	return slices.ContainsFunc(n, func(schema map[string]any) bool { return schema["writeOnly"] == true || schema["format"] == "password" })
}

// isText: a text, and no number or truth value besides.
func (n node) isText() bool {
	var types []string
	for _, schema := range n {
		switch t := schema["type"].(type) {
		case string:
			types = append(types, t)
		case []any:
			for _, each := range t {
				if text, ok := each.(string); ok {
					types = append(types, text)
				}
			}
		}
	}
	other := func(t string) bool { return t != "string" && t != "null" }
	return slices.Contains(types, "string") && !slices.ContainsFunc(types, other)
}

// withoutSecrets replaces what the schema says is only written.
func withoutSecrets(values, schema map[string]any) map[string]any {
	cleaned, _ := hide(values, rootNode(schema), schema).(map[string]any)
	return cleaned
}

func hide(value any, at node, root map[string]any) any {
	if at.isSecret() {
		if value == nil || value == "" {
			return value
		}
		return redacted
	}
	switch v := value.(type) {
	case map[string]any:
		result := map[string]any{}
		for key, inner := range v {
			result[key] = hide(inner, at.property(root, key), root)
		}
		return result
	case []any:
		result := make([]any, len(v))
		for i, inner := range v {
			result[i] = hide(inner, at.items(root), root)
		}
		return result
	}
	return value
}

// withTexts gives the user's fields. A value from the environment is read as YAML, so that the password
// 0123 would be the number 83; the Collector gives the text to a field that is one, and only tells by the
// type of the field (confmap: expandedValue). So the texts of the schema are decoded once more, as texts.
func withTexts(conf *confmap.Conf, schema map[string]any) map[string]any {
	values := conf.ToStringMap()
	typ := textsOf(rootNode(schema), schema, 0)
	if typ == nil || typ.Kind() != reflect.Struct {
		return values
	}
	texts := reflect.New(typ)
	// What is of another type is an error of the plugin's own, which names the field.
	_ = conf.Unmarshal(texts.Interface(), confmap.WithIgnoreUnused())
	result, _ := replaced(values, texts.Elem()).(map[string]any)
	return result
}

const fieldTag = "mapstructure"

// textsOf makes a type that has the text fields of a schema, and the way to them; nil when there are none.
func textsOf(at node, root map[string]any, depth int) reflect.Type {
	if len(at) == 0 || depth > maxDepth {
		return nil
	}
	if at.isText() {
		return reflect.TypeFor[string]()
	}
	var fields []reflect.StructField
	seen := map[string]bool{}
	for _, schema := range at {
		properties, _ := schema["properties"].(map[string]any)
		for name := range properties {
			if seen[name] || strings.ContainsAny(name, "\"\\`,") {
				continue
			}
			seen[name] = true
			if typ := textsOf(at.property(root, name), root, depth+1); typ != nil {
				tag := reflect.StructTag(fieldTag + `:"` + name + `"`)
				fields = append(fields, reflect.StructField{Name: "F" + hex(name), Type: typ, Tag: tag})
			}
		}
	}
	if fields != nil {
		slices.SortFunc(fields, func(a, b reflect.StructField) int { return strings.Compare(a.Name, b.Name) })
		return reflect.StructOf(fields)
	}
	if typ := textsOf(at.items(root), root, depth+1); typ != nil {
		return reflect.SliceOf(typ)
	}
	if typ := textsOf(at.inside(root, func(schema map[string]any) any { return schema["additionalProperties"] }), root, depth+1); typ != nil {
		return reflect.MapOf(reflect.TypeFor[string](), typ)
	}
	return nil
}

// hex makes a Go name of any field's.
func hex(name string) string {
	const digits = "0123456789abcdef"
	var out strings.Builder
	for _, b := range []byte(name) {
		out.WriteByte(digits[b>>4])
		out.WriteByte(digits[b&15])
	}
	return out.String()
}

// replaced puts texts where values have something else that is scalar.
func replaced(value any, texts reflect.Value) any {
	switch v := value.(type) {
	case map[string]any:
		result := map[string]any{}
		for key, inner := range v {
			result[key] = replaced(inner, entry(texts, key))
		}
		return result
	case []any:
		result := make([]any, len(v))
		for i, inner := range v {
			result[i] = inner
			if texts.IsValid() && texts.Kind() == reflect.Slice && i < texts.Len() {
				result[i] = replaced(inner, texts.Index(i))
			}
		}
		return result
	case nil, string:
		return value
	}
	if texts.IsValid() && texts.Kind() == reflect.String && texts.Len() > 0 {
		return texts.String()
	}
	return value
}

func entry(texts reflect.Value, key string) reflect.Value {
	if !texts.IsValid() {
		return reflect.Value{}
	}
	switch texts.Kind() {
	case reflect.Struct:
		return texts.FieldByName("F" + hex(key))
	case reflect.Map:
		return texts.MapIndex(reflect.ValueOf(key))
	}
	return reflect.Value{}
}
