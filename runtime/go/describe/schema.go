package describe

import (
	"encoding"
	"reflect"
	"slices"
	"strings"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/confmap"

	"ocx.dev/runtime/descriptor"
)

// A configuration is nested up to ten deep; one that contains itself would have no end.
const maxDepth = 20

var (
	durationType    = reflect.TypeFor[time.Duration]()
	textType        = reflect.TypeFor[encoding.TextUnmarshaler]()
	unmarshalerType = reflect.TypeFor[confmap.Unmarshaler]()
	configType      = reflect.TypeFor[component.Config]()
)

// walk goes through the struct of a configuration.
type walk struct {
	factory component.Factory
	sources Sources
	// off are the paths (with :: between keys) of optional sections and values that are not set.
	off map[string]bool
}

func newWalk(factory component.Factory, sources Sources) *walk {
	return &walk{factory: factory, sources: sources, off: map[string]bool{}}
}

// root is the schema of the component's section.
func (w *walk) root() *descriptor.Object {
	config := reflect.ValueOf(w.factory.CreateDefaultConfig())
	schema := descriptor.ObjectOf("$schema", Dialect)
	walked := w.of(place{}, config.Type(), config)
	w.addHidden(walked, config.Type())
	for _, key := range walked.Keys() {
		schema.Set(key, walked.Get(key))
	}
	return schema
}

// place is where a walk is: the path of keys, and the types around.
type place struct {
	path  string
	types []reflect.Type
}

func (p place) below(key string) place {
	if p.path != "" {
		key = p.path + confmap.KeyDelimiter + key
	}
	return place{key, p.types}
}

func (p place) inside(typ reflect.Type) place {
	return place{p.path, append(slices.Clone(p.types), typ)}
}

// of gives the schema of a type. The value has the defaults; it is invalid where none are known,
// as in the items of a list.
func (w *walk) of(at place, typ reflect.Type, value reflect.Value) *descriptor.Object {
	if typ.Kind() == reflect.Pointer {
		return w.ofPointer(at, typ, value)
	}
	if len(at.types) > maxDepth {
		return &descriptor.Object{}
	}
	switch {
	case typ == durationType:
		return withDefault(descriptor.ObjectOf("type", "string", "x-duration", true), value)
	case isSecret(typ):
		return descriptor.ObjectOf("type", "string", "writeOnly", true)
	case isSecretMap(typ):
		return descriptor.ObjectOf("type", "object", "additionalProperties", descriptor.ObjectOf("type", "string", "writeOnly", true))
	case isOptional(typ):
		inner, its, given := optionalParts(typ, value)
		if !given {
			w.off[at.path] = true
		}
		schema := w.of(at, inner, its)
		schema.Set("x-optional", true)
		if !given {
			schema.Delete("default")
		}
		return schema
	case typ.Kind() != reflect.Interface && reflect.PointerTo(typ).Implements(textType):
		return w.ofText(typ, value)
	}
	switch typ.Kind() {
	case reflect.Bool:
		return withDefault(descriptor.ObjectOf("type", "boolean"), value)
	case reflect.String:
		return withDefault(descriptor.ObjectOf("type", "string"), value)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return withDefault(descriptor.ObjectOf("type", "integer"), value)
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return withDefault(descriptor.ObjectOf("type", "integer", "minimum", 0), value)
	case reflect.Float32, reflect.Float64:
		return withDefault(descriptor.ObjectOf("type", "number"), value)
	case reflect.Slice, reflect.Array:
		return w.ofList(at, typ, value)
	case reflect.Map:
		schema := descriptor.ObjectOf("type", "object", "additionalProperties", w.of(at.below("*").inside(typ), typ.Elem(), reflect.Value{}))
		return withEntries(schema, value)
	case reflect.Struct:
		return w.ofStruct(at, typ, value)
	}
	return &descriptor.Object{}
}

// ofPointer: nil means not set; given, it begins with the zero value.
func (w *walk) ofPointer(at place, typ reflect.Type, value reflect.Value) *descriptor.Object {
	isRoot := at.path == "" && len(at.types) == 0
	set := value.IsValid() && !value.IsNil()
	var its reflect.Value
	if set {
		its = value.Elem()
	} else if value.IsValid() && typ.Elem().Kind() == reflect.Struct {
		its = reflect.Zero(typ.Elem())
	}
	if !set {
		w.off[at.path] = true
	}
	schema := w.of(at, typ.Elem(), its)
	if isRoot {
		delete(w.off, "")
		return schema
	}
	if !set {
		schema.Set("x-optional", true)
	}
	return schema
}

func (w *walk) ofList(at place, typ reflect.Type, value reflect.Value) *descriptor.Object {
	items := w.of(at.below("*").inside(typ), typ.Elem(), reflect.Value{})
	return withEntries(descriptor.ObjectOf("type", "array", "items", items), value)
}

func (w *walk) ofStruct(at place, typ reflect.Type, value reflect.Value) *descriptor.Object {
	if slices.Contains(at.types, typ) {
		return descriptor.ObjectOf("type", "object")
	}
	schema := descriptor.ObjectOf("type", "object")
	if reflect.PointerTo(typ).Implements(unmarshalerType) {
		schema.Set("x-custom", true)
	}
	properties := &descriptor.Object{}
	w.addFields(schema, properties, at.inside(typ), typ, value)
	if properties.Len() > 0 {
		schema.Set("properties", properties)
	}
	return schema
}

// addFields follows the tags of github.com/go-viper/mapstructure/v2, as confmap uses it.
func (w *walk) addFields(schema, properties *descriptor.Object, at place, typ reflect.Type, value reflect.Value) {
	for i := range typ.NumField() {
		field := typ.Field(i)
		name, options, _ := strings.Cut(field.Tag.Get("mapstructure"), ",")
		if !field.IsExported() || name == "-" {
			continue
		}
		switch field.Type.Kind() {
		case reflect.Func, reflect.Chan, reflect.UnsafePointer:
			continue
		}
		var own reflect.Value
		if value.IsValid() {
			own = value.Field(i)
		}
		all := strings.Split(options, ",")
		switch {
		case slices.Contains(all, "remain"):
			if field.Type.Kind() == reflect.Map {
				schema.Set("additionalProperties", w.of(at.below("*"), field.Type.Elem(), reflect.Value{}))
			}
			continue
		case slices.Contains(all, "squash"):
			w.addSquashed(schema, properties, at, field.Type, own)
			continue
		}
		if name == "" {
			name = strings.ToLower(field.Name)
		}
		below := w.of(at.below(name), field.Type, own)
		w.addDoc(below, typ, field)
		properties.Set(name, below)
	}
}

func (w *walk) addSquashed(schema, properties *descriptor.Object, at place, typ reflect.Type, value reflect.Value) {
	for typ.Kind() == reflect.Pointer {
		typ = typ.Elem()
		if value.IsValid() && !value.IsNil() {
			value = value.Elem()
		} else {
			value = reflect.Value{}
		}
	}
	if isOptional(typ) {
		typ, value, _ = optionalParts(typ, value)
	}
	if typ.Kind() == reflect.Struct && !slices.Contains(at.types, typ) && len(at.types) <= maxDepth {
		w.addFields(schema, properties, at.inside(typ), typ, value)
	}
}

func isSecret(typ reflect.Type) bool {
	return typ.Kind() == reflect.String && strings.HasSuffix(typ.PkgPath(), "/config/configopaque")
}

// isSecretMap: configopaque.MapList is a list of pairs that is written as a map.
func isSecretMap(typ reflect.Type) bool {
	return typ.Kind() == reflect.Slice && typ.Name() == "MapList" && strings.HasSuffix(typ.PkgPath(), "/config/configopaque")
}

func withDefault(schema *descriptor.Object, value reflect.Value) *descriptor.Object {
	if value.IsValid() && value.CanInterface() {
		if plain := Plain(value.Interface()); plain != nil {
			schema.Set("default", plain)
		}
	}
	return schema
}

// withEntries: an empty list or map is no default worth a word.
func withEntries(schema *descriptor.Object, value reflect.Value) *descriptor.Object {
	if value.IsValid() && value.CanInterface() && value.Len() > 0 && !holdsSecrets(value.Type()) {
		if plain, ok := fileValue(value.Interface()); ok {
			schema.Set("default", plain)
		}
	}
	return schema
}

func holdsSecrets(typ reflect.Type) bool {
	return isSecret(typ) || (typ.Kind() == reflect.Slice || typ.Kind() == reflect.Map) && holdsSecrets(typ.Elem())
}

// fileValue writes a value as the Collector would, so that structs have the keys of a file.
func fileValue(value any) (any, bool) {
	conf := confmap.New()
	if conf.Marshal(map[string]any{"value": value}) != nil {
		return nil, false
	}
	return Plain(conf.Get("value")), true
}
