package describe

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"go.opentelemetry.io/collector/confmap"

	"ocx.dev/runtime/descriptor"
)

var errPanicked = errors.New("panics")

// validator is what confmap asks each part of a configuration (confmap.Validator, xconfmap.Validator).
type validator interface{ Validate() error }

// fault is what a configuration says against itself, and where.
type fault struct{ path, message string }

func (f fault) String() string {
	if f.path == "" {
		return f.message
	}
	return f.path + ": " + f.message
}

// Tries to find out which field a fault is about; more than this is not worth the time.
const maxTries = 300

// addRequired gives what the component has against its own default configuration, and marks as
// required the one field that, given alone, takes such a fault away.
func (w *walk) addRequired(schema *descriptor.Object) []string {
	before := w.faults(nil)
	tries := 0
	var texts []string
	for _, f := range before {
		texts = append(texts, f.String())
		around := sectionAt(schema, f.path)
		var cure []string
		for _, name := range around.Object("properties").Keys() {
			for _, sample := range samples(around.Object("properties").Object(name)) {
				if tries++; tries > maxTries {
					return texts
				}
				if w.cures(f, name, sample) {
					cure = append(cure, name)
					break
				}
			}
		}
		if len(cure) == 1 {
			required, _ := around.Get("required").([]any)
			if !slices.Contains(required, any(cure[0])) {
				around.Set("required", append(required, cure[0]))
			}
		}
	}
	return texts
}

// sectionAt is the schema of the section that a fault is about.
func sectionAt(schema *descriptor.Object, path string) *descriptor.Object {
	for _, key := range strings.Split(path, confmap.KeyDelimiter) {
		if inner := schema.Object("properties").Object(key); inner != nil && key != "" {
			schema = inner
		}
	}
	return schema
}

// samples are values worth trying: a component can be particular about its texts.
func samples(schema *descriptor.Object) []any {
	if choices, ok := schema.Get("enum").([]any); ok && len(choices) > 0 {
		return choices[:1]
	}
	switch {
	case schema.Get("x-duration") == true:
		return []any{"1s"}
	case schema.Get("type") == "string":
		return []any{"localhost:4317", "http://localhost:4317", "/tmp/example", "example"}
	case schema.Get("type") == "integer", schema.Get("type") == "number":
		return []any{1}
	case schema.Get("type") == "boolean":
		return []any{true}
	case schema.Get("type") == "array" && schema.Object("items").Get("type") == "object":
		return []any{[]any{map[string]any{}}}
	case schema.Get("type") == "array":
		return []any{[]any{"example"}}
	case schema.Get("type") == "object" && schema.Object("properties").Len() == 0:
		return []any{map[string]any{"example": "example"}}
	case schema.Get("x-optional") == true:
		return []any{map[string]any{}}
	}
	return nil
}

// cures: with the field given, this fault is gone, and no other has come in its place.
func (w *walk) cures(f fault, name string, sample any) bool {
	section := sectionOf(join(f.path, name), sample)
	if _, err := w.unmarshalled(section); err != nil {
		return false
	}
	_, isList := sample.([]any)
	for _, left := range w.faults(section) {
		switch {
		case left.path == f.path && left.message == f.message:
			return false
		case isList && (strings.Contains(left.message, name) || strings.HasPrefix(left.path, join(f.path, name))):
			// It now minds what is in the list, which is an empty section.
		case left.path == f.path && !strings.Contains(f.message, left.message), strings.HasPrefix(left.path, join(f.path, name)):
			return false
		}
	}
	return true
}

// faults of a default configuration with a section read into it.
func (w *walk) faults(section map[string]any) (found []fault) {
	config, err := w.unmarshalled(section)
	if err != nil {
		return []fault{{"", err.Error()}}
	}
	defer func() {
		if reason := recover(); reason != nil {
			found = append(found, fault{"", fmt.Sprintf("panics in Validate: %v", reason)})
		}
	}()
	return validate(reflect.ValueOf(config), "", nil)
}

// validate asks every part of a configuration, as go.opentelemetry.io/collector/confmap/xconfmap: Validate does.
func validate(value reflect.Value, path string, around []reflect.Type) []fault {
	if !value.IsValid() || len(around) > maxDepth {
		return nil
	}
	var found []fault
	switch value.Kind() {
	case reflect.Pointer, reflect.Interface:
		return validate(value.Elem(), path, around)
	case reflect.Struct:
		found = append(found, ask(value, path)...)
		for i := range value.NumField() {
			if field := value.Type().Field(i); field.IsExported() {
				found = append(found, validate(value.Field(i), join(path, fieldKey(field)), append(slices.Clone(around), value.Type()))...)
			}
		}
	case reflect.Slice, reflect.Array:
		found = append(found, ask(value, path)...)
		for i := range value.Len() {
			found = append(found, validate(value.Index(i), join(path, fmt.Sprint(i)), append(slices.Clone(around), value.Type()))...)
		}
	case reflect.Map:
		found = append(found, ask(value, path)...)
		keys := value.MapKeys()
		slices.SortFunc(keys, func(a, b reflect.Value) int {
			return strings.Compare(fmt.Sprint(a.Interface()), fmt.Sprint(b.Interface()))
		})
		for _, key := range keys {
			found = append(found, validate(value.MapIndex(key), join(path, fmt.Sprint(key.Interface())), append(slices.Clone(around), value.Type()))...)
		}
	default:
		found = append(found, ask(value, path)...)
	}
	return found
}

func ask(value reflect.Value, path string) []fault {
	if !value.CanInterface() {
		return nil
	}
	part, ok := value.Interface().(validator)
	if !ok {
		copied := reflect.New(value.Type())
		copied.Elem().Set(value)
		part, ok = copied.Interface().(validator)
	}
	if !ok {
		return nil
	}
	err := part.Validate()
	if err == nil {
		return nil
	}
	var found []fault
	for line := range strings.SplitSeq(err.Error(), "\n") {
		if strings.TrimSpace(line) != "" {
			found = append(found, fault{path, strings.TrimSpace(line)})
		}
	}
	return found
}

func join(path, key string) string {
	switch {
	case key == "":
		return path
	case path == "":
		return key
	}
	return path + confmap.KeyDelimiter + key
}

// fieldKey: empty for a squashed field.
func fieldKey(field reflect.StructField) string {
	name, options, _ := strings.Cut(field.Tag.Get("mapstructure"), ",")
	if strings.Contains(options, "squash") || strings.Contains(options, "remain") {
		return ""
	}
	if name == "" {
		return strings.ToLower(field.Name)
	}
	return name
}
