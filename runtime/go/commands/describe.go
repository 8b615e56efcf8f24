package commands

import (
	"cmp"
	"encoding"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/confmap"

	"ocx.dev/runtime/catalog"
	"ocx.dev/runtime/evidence"
)

// complete adds schema, default configuration and docs: from the descriptors embedded in the
// plugin's file, or the Collector's; else from the configuration struct. What was read of a
// file is kept in descriptors.
func (d *described) complete(descriptors map[string][]descriptor) {
	if value, err := defaultOf(d.factory); err == nil {
		d.DefaultConfig = value
	}
	path := d.Origin
	if !d.isPlugin() {
		path = catalog.Self
	}
	if _, read := descriptors[path]; !read {
		descriptors[path] = descriptorsOf(path)
	}
	for _, descriptor := range descriptors[path] {
		if descriptor.Kind == d.Kind && descriptor.Type == d.Type {
			if descriptor.ConfigSchema != nil {
				d.ConfigSchema = descriptor.ConfigSchema
			}
			if descriptor.Docs != "" {
				d.Docs = &descriptor.Docs
			}
		}
	}
	if d.ConfigSchema == nil {
		d.ConfigSchema = schemaOf(d.factory)
	}
}

type descriptor struct {
	Kind         string         `json:"kind"`
	Type         string         `json:"type"`
	ConfigSchema map[string]any `json:"config_schema"`
	Docs         string         `json:"docs"`
}

func descriptorsOf(path string) []descriptor {
	e, file, err := evidence.Gather(path)
	if err != nil {
		return nil
	}
	defer file.Close()
	if e.Manifest.Descriptors == nil {
		return nil
	}
	var list struct{ Components []descriptor }
	if json.Unmarshal([]byte(e.Manifest.Descriptors.Text), &list) != nil {
		return nil
	}
	return list.Components
}

// defaultOf gives the default configuration as the keys of a configuration file.
func defaultOf(factory component.Factory) (config map[string]any, err error) {
	defer func() {
		if reason := recover(); reason != nil {
			err = fmt.Errorf("its default configuration can't be made: %v", reason)
		}
	}()
	value := factory.CreateDefaultConfig()
	if value == nil {
		return map[string]any{}, nil
	}
	conf := confmap.New()
	if err := conf.Marshal(value); err != nil {
		return nil, fmt.Errorf("its default configuration can't be written: %w", err)
	}
	config, _ = plain(conf.ToStringMap()).(map[string]any)
	return config, nil
}

// plain makes of values what a configuration file has: a duration is 1m30s, no number of nanoseconds.
func plain(value any) any {
	switch v := value.(type) {
	case nil:
		return nil
	case time.Duration:
		return v.String()
	case encoding.TextMarshaler:
		if text, err := v.MarshalText(); err == nil {
			return string(text)
		}
	}
	v := reflect.ValueOf(value)
	switch v.Kind() {
	case reflect.Map:
		result := map[string]any{}
		for entry := v.MapRange(); entry.Next(); {
			result[fmt.Sprint(entry.Key().Interface())] = plain(entry.Value().Interface())
		}
		return result
	case reflect.Slice:
		result := []any{}
		for i := range v.Len() {
			result = append(result, plain(v.Index(i).Interface()))
		}
		return result
	case reflect.Pointer, reflect.Interface:
		if v.IsNil() {
			return nil
		}
		return plain(v.Elem().Interface())
	case reflect.String:
		return v.String()
	case reflect.Bool:
		return v.Bool()
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return v.Int()
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return v.Uint()
	}
	return value
}

const maxDepth = 12

// schemaOf walks the configuration struct: a JSON Schema of its fields with their defaults.
// What a type does in an Unmarshal of its own it can't see.
func schemaOf(factory component.Factory) (schema map[string]any) {
	defer func() {
		if recover() != nil {
			schema = map[string]any{"type": "object"}
		}
	}()
	config := factory.CreateDefaultConfig()
	if config == nil {
		return map[string]any{"type": "object"}
	}
	return schemaOfType(reflect.TypeOf(config), reflect.ValueOf(config), 0)
}

var (
	durationType = reflect.TypeFor[time.Duration]()
	textType     = reflect.TypeFor[encoding.TextUnmarshaler]()
)

// schemaOfType: value has the defaults, and is invalid where there are none.
func schemaOfType(typ reflect.Type, value reflect.Value, depth int) map[string]any {
	for typ.Kind() == reflect.Pointer {
		typ = typ.Elem()
		if value.IsValid() && !value.IsNil() {
			value = value.Elem()
		} else {
			value = reflect.Value{}
		}
	}
	if depth > maxDepth {
		return map[string]any{}
	}
	switch {
	case typ == durationType:
		return withDefault(map[string]any{"type": "string", "format": "duration"}, value)
	case strings.HasSuffix(typ.PkgPath(), "/config/configopaque") && typ.Kind() == reflect.String:
		return map[string]any{"type": "string", "writeOnly": true}
	case strings.HasSuffix(typ.PkgPath(), "/config/configoptional") && strings.HasPrefix(typ.Name(), "Optional["):
		return schemaOfOptional(typ, depth)
	case reflect.PointerTo(typ).Implements(textType):
		return withDefault(map[string]any{"type": "string"}, value)
	}
	switch typ.Kind() {
	case reflect.Bool:
		return withDefault(map[string]any{"type": "boolean"}, value)
	case reflect.String:
		return withDefault(map[string]any{"type": "string"}, value)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64, reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return withDefault(map[string]any{"type": "integer"}, value)
	case reflect.Float32, reflect.Float64:
		return withDefault(map[string]any{"type": "number"}, value)
	case reflect.Slice, reflect.Array:
		return map[string]any{"type": "array", "items": schemaOfType(typ.Elem(), reflect.Value{}, depth+1)}
	case reflect.Map:
		return map[string]any{"type": "object", "additionalProperties": schemaOfType(typ.Elem(), reflect.Value{}, depth+1)}
	case reflect.Struct:
		properties := map[string]any{}
		addFields(properties, typ, value, depth)
		return map[string]any{"type": "object", "properties": properties}
	}
	return map[string]any{}
}

// schemaOfOptional: configoptional.Optional keeps its value in a field of its own, set or not.
func schemaOfOptional(typ reflect.Type, depth int) map[string]any {
	for i := range typ.NumField() {
		if field := typ.Field(i); field.Name == "value" {
			return schemaOfType(field.Type, reflect.Value{}, depth+1)
		}
	}
	return map[string]any{}
}

func addFields(properties map[string]any, typ reflect.Type, value reflect.Value, depth int) {
	for i := range typ.NumField() {
		field := typ.Field(i)
		name, options, _ := strings.Cut(field.Tag.Get("mapstructure"), ",")
		if !field.IsExported() || name == "-" || options == "remain" {
			continue
		}
		var own reflect.Value
		if value.IsValid() {
			own = value.Field(i)
		}
		if options == "squash" {
			inner := field.Type
			for inner.Kind() == reflect.Pointer {
				inner = inner.Elem()
				if own.IsValid() && !own.IsNil() {
					own = own.Elem()
				} else {
					own = reflect.Value{}
				}
			}
			if inner.Kind() == reflect.Struct && depth < maxDepth {
				addFields(properties, inner, own, depth+1)
			}
			continue
		}
		if name == "" {
			name = strings.ToLower(field.Name)
		}
		properties[name] = schemaOfType(field.Type, own, depth+1)
	}
}

func withDefault(schema map[string]any, value reflect.Value) map[string]any {
	if value.IsValid() && value.CanInterface() {
		schema["default"] = plain(value.Interface())
	}
	return schema
}

// fieldRows lists the fields of a schema with their paths.
func fieldRows(schema any, prefix string) [][]string {
	s, ok := schema.(map[string]any)
	if !ok {
		return nil
	}
	properties, _ := s["properties"].(map[string]any)
	var rows [][]string
	for name, property := range properties {
		field, _ := property.(map[string]any)
		description, _ := field["description"].(string)
		description, _, _ = strings.Cut(description, "\n")
		rows = append(rows, []string{"  " + prefix + name, typeText(field), defaultText(field), description})
		rows = append(rows, fieldRows(field, prefix+name+"::")...)
	}
	slices.SortFunc(rows, func(a, b []string) int { return cmp.Compare(a[0], b[0]) })
	return rows
}

func typeText(field map[string]any) string {
	typ := fmt.Sprint(field["type"])
	if field["type"] == nil {
		typ = "any"
	}
	switch {
	case field["format"] == "duration":
		return "duration"
	case field["writeOnly"] == true:
		return "secret"
	case typ == "array":
		items, _ := field["items"].(map[string]any)
		return "list of " + typeText(items)
	case typ == "object" && field["additionalProperties"] != nil:
		values, _ := field["additionalProperties"].(map[string]any)
		return "map of " + typeText(values)
	}
	return typ
}

func defaultText(field map[string]any) string {
	value, there := field["default"]
	if !there || value == nil {
		return ""
	}
	encoded, err := json.Marshal(value)
	if err != nil {
		return ""
	}
	return string(encoded)
}
