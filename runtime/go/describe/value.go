package describe

import (
	"encoding"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"time"

	"go.opentelemetry.io/collector/confmap"

	"ocx.dev/runtime/descriptor"
)

// redacted is what configopaque shows in place of a secret.
const redacted = "[REDACTED]"

// defaultConfig gives a configuration as the keys of a file: without secrets, and without what is
// off. An unset optional section is nil in the Collector's own output; `grpc:` without a value in
// a file would switch it on.
func (w *walk) defaultConfig(schema *descriptor.Object) (*descriptor.Object, error) {
	conf := confmap.New()
	if err := conf.Marshal(w.factory.CreateDefaultConfig()); err != nil {
		return nil, fmt.Errorf("its default configuration can't be written: %w", err)
	}
	object, ok := Plain(conf.ToStringMap()).(*descriptor.Object)
	if !ok {
		return &descriptor.Object{}, nil
	}
	prune(object, schema, "", w.off)
	w.withoutClashes(object)
	return object, nil
}

// withoutClashes reads a default configuration back. What the component minds when it is written, and did not mind when
// it was not, is left out: nothing else would be in force without it.
func (w *walk) withoutClashes(object *descriptor.Object) {
	before := w.faults(nil)
	if slices.Equal(w.faults(mapOf(object)), before) {
		return
	}
	for _, key := range object.Keys() {
		without := mapOf(object)
		delete(without, key)
		if slices.Equal(w.faults(without), before) {
			object.Delete(key)
			return
		}
	}
	for _, key := range object.Keys() {
		object.Delete(key)
	}
}

// mapOf gives an object as confmap takes it.
func mapOf(object *descriptor.Object) map[string]any {
	values := map[string]any{}
	for _, key := range object.Keys() {
		values[key] = plainMap(object.Get(key))
	}
	return values
}

func plainMap(value any) any {
	switch v := value.(type) {
	case *descriptor.Object:
		return mapOf(v)
	case []any:
		list := make([]any, len(v))
		for i, item := range v {
			list[i] = plainMap(item)
		}
		return list
	}
	return value
}

// sectionOf is the section that has one value, at a path.
func sectionOf(path string, value any) map[string]any {
	keys := strings.Split(path, confmap.KeyDelimiter)
	for i := len(keys) - 1; i > 0; i-- {
		value = map[string]any{keys[i]: value}
	}
	return map[string]any{keys[0]: value}
}

func prune(object, schema *descriptor.Object, prefix string, off map[string]bool) {
	for _, key := range object.Keys() {
		path := prefix + key
		value := object.Get(key)
		inner, nested := value.(*descriptor.Object)
		list, isList := value.([]any)
		field := schema.Object("properties").Object(key)
		switch {
		case value == nil, value == redacted, off[path], isSecretField(field):
			object.Delete(key)
		case nested && field.Get("type") == "string":
			// Its MarshalText is that of a pointer, which confmap does not find: it writes {}, and refuses that.
			if field.Has("default") {
				object.Set(key, field.Get("default"))
			} else {
				object.Delete(key)
			}
		case nested:
			prune(inner, field, path+confmap.KeyDelimiter, off)
		case isList:
			for _, item := range list {
				if section, ok := item.(*descriptor.Object); ok {
					prune(section, field.Object("items"), path+confmap.KeyDelimiter, off)
				}
			}
		}
	}
}

// isSecretField: a secret, or a list or map of them.
func isSecretField(field *descriptor.Object) bool {
	return field.Get("writeOnly") == true || field.Object("items").Get("writeOnly") == true || field.Object("additionalProperties").Get("writeOnly") == true
}

// Plain makes of a value what a configuration file has: a duration is 1m30s, no number of
// nanoseconds; a map is an object with sorted keys. A nil list or map is nothing: to a component an
// empty one need not be the same (`output_paths: []` of debug is refused).
func Plain(value any) any {
	switch v := value.(type) {
	case nil:
		return nil
	case time.Duration:
		return DurationText(v)
	case encoding.TextMarshaler:
		if text, err := v.MarshalText(); err == nil {
			return string(text)
		}
	}
	return plainValue(reflect.ValueOf(value))
}

func plainValue(v reflect.Value) any {
	switch v.Kind() {
	case reflect.Map:
		if v.IsNil() {
			return nil
		}
		object := &descriptor.Object{}
		keys := v.MapKeys()
		slices.SortFunc(keys, func(a, b reflect.Value) int {
			return strings.Compare(fmt.Sprint(a.Interface()), fmt.Sprint(b.Interface()))
		})
		for _, key := range keys {
			object.Set(fmt.Sprint(key.Interface()), Plain(v.MapIndex(key).Interface()))
		}
		return object
	case reflect.Slice, reflect.Array:
		if v.Kind() == reflect.Slice && v.IsNil() {
			return nil
		}
		list := []any{}
		for i := range v.Len() {
			list = append(list, Plain(v.Index(i).Interface()))
		}
		return list
	case reflect.Pointer, reflect.Interface:
		if v.IsNil() {
			return nil
		}
		return Plain(v.Elem().Interface())
	case reflect.String:
		return v.String()
	case reflect.Bool:
		return v.Bool()
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return v.Int()
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		return v.Uint()
	case reflect.Float32, reflect.Float64:
		if f := v.Float(); !math.IsNaN(f) && !math.IsInf(f, 0) {
			return f
		}
	}
	return nil
}

// DurationText is Go's own, without the zeros that nobody writes: 1h, not 1h0m0s.
func DurationText(d time.Duration) string {
	text := d.String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}
