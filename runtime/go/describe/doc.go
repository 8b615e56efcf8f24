package describe

import (
	"reflect"
	"strings"

	"ocx.dev/runtime/descriptor"
)

// addDoc gives a field its comment; a section without one, that of its type.
func (w *walk) addDoc(schema *descriptor.Object, typ reflect.Type, field reflect.StructField) {
	if w.sources == nil {
		return
	}
	doc := w.sources.Doc(typ, field.Name)
	if doc == "" && schema.Get("type") == "object" {
		doc = w.sources.Doc(named(field.Type), "")
	}
	if doc == "" {
		return
	}
	schema.Set("description", doc)
	if isDeprecated(doc) {
		schema.Set("deprecated", true)
	}
}

// isDeprecated: a paragraph that begins with Deprecated: (go.dev/wiki/Deprecated), in brackets in the Collector's code.
func isDeprecated(doc string) bool {
	for line := range strings.SplitSeq(doc, "\n") {
		line = strings.ToLower(strings.TrimLeft(line, "[ "))
		if strings.HasPrefix(line, "deprecated:") || strings.HasPrefix(line, "deprecated ") || strings.HasPrefix(line, "deprecated]") {
			return true
		}
	}
	return false
}

// named is the type a field is about: what a pointer points to, what an Optional holds.
func named(typ reflect.Type) reflect.Type {
	for typ.Kind() == reflect.Pointer {
		typ = typ.Elem()
	}
	if isOptional(typ) {
		inner, _, _ := optionalParts(typ, reflect.Value{})
		return named(inner)
	}
	return typ
}
