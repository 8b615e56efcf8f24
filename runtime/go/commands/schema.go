package commands

import (
	"encoding"
	"reflect"
	"strings"
	"time"

	"go.opentelemetry.io/collector/component"
)

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
