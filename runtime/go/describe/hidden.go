package describe

import (
	"maps"
	"reflect"
	"slices"
	"strings"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/confmap"

	"ocx.dev/runtime/descriptor"
)

// nonsense is a key that no component knows.
const nonsense = "ocx_no_such_key"

// addHidden finds what a configuration reads in an Unmarshal of its own. Its struct does not show
// it, so the Unmarshal is asked: what it is given, and what then is in the struct.
func (w *walk) addHidden(schema *descriptor.Object, typ reflect.Type) {
	if !typ.Implements(unmarshalerType) {
		return
	}
	properties := schema.Object("properties")
	if properties == nil {
		properties = &descriptor.Object{}
		schema.Set("properties", properties)
	}
	fields := map[string]reflect.StructField{}
	for _, field := range untagged(typ) {
		fields[strings.ToLower(field.Name)] = field
	}
	keys := slices.Sorted(maps.Keys(fields))
	if w.sources != nil {
		keys = unique(append(keys, w.sources.Keys(typ)...))
	}
	for _, key := range keys {
		if properties.Has(key) || !w.reads(key) {
			continue
		}
		hidden := descriptor.ObjectOf("type", "object")
		if field, ok := fields[key]; ok {
			hidden = w.hiddenField(key, typ, field)
		}
		properties.Set(key, hidden)
	}
}

// untagged are the fields that mapstructure is told to leave alone.
func untagged(typ reflect.Type) []reflect.StructField {
	for typ.Kind() == reflect.Pointer {
		typ = typ.Elem()
	}
	var fields []reflect.StructField
	if typ.Kind() != reflect.Struct {
		return nil
	}
	for i := range typ.NumField() {
		if field := typ.Field(i); field.IsExported() && field.Tag.Get("mapstructure") == "-" {
			fields = append(fields, field)
		}
	}
	return fields
}

// reads tells whether the Unmarshal looks at a key: it refuses nonsense below it, and takes an empty section.
func (w *walk) reads(key string) bool {
	_, refused := w.unmarshalled(map[string]any{key: map[string]any{nonsense: map[string]any{}}})
	_, err := w.unmarshalled(map[string]any{key: map[string]any{}})
	return refused != nil && err == nil
}

// unmarshalled is a fresh configuration that has read a section.
func (w *walk) unmarshalled(section map[string]any) (config component.Config, err error) {
	defer func() {
		if reason := recover(); reason != nil {
			err = errPanicked
		}
	}()
	config = w.factory.CreateDefaultConfig()
	return config, confmap.NewFromStringMap(section).Unmarshal(&config)
}

// hiddenField is the schema of a section that ends up in a field. Of a map of configurations (the
// scrapers of hostmetrics) those that the module has inside are tried.
func (w *walk) hiddenField(key string, typ reflect.Type, field reflect.StructField) *descriptor.Object {
	schema := descriptor.ObjectOf("type", "object")
	defer w.addDoc(schema, named(typ), field)
	if field.Type.Kind() != reflect.Map || field.Type.Elem() != configType || w.sources == nil {
		return schema
	}
	properties := &descriptor.Object{}
	for _, name := range w.sources.Subcomponents(named(typ)) {
		config, err := w.unmarshalled(map[string]any{key: map[string]any{name: map[string]any{}}})
		if err != nil {
			continue
		}
		filled := reflect.Indirect(reflect.ValueOf(config)).FieldByName(field.Name)
		for entry := filled.MapRange(); entry.Next(); {
			value := entry.Value().Elem()
			if !value.IsValid() {
				continue
			}
			at := place{path: key + confmap.KeyDelimiter + name}
			section := w.of(at, value.Type(), value)
			section.Set("x-optional", true)
			properties.Set(name, section)
		}
	}
	if properties.Len() > 0 {
		schema.Set("properties", properties)
	}
	return schema
}
