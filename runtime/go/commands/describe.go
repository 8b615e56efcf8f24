package commands

import (
	"encoding"
	"encoding/json"
	"fmt"
	"reflect"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/confmap"

	"ocx.dev/runtime/catalog"
	"ocx.dev/runtime/evidence"
)

// complete adds schema, default configuration and docs: from the descriptors embedded in the
// plugin's file, or the Collector's; else from what the plugin registered, or from the configuration struct. What was read of a
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
	if own, ok := d.factory.(selfDescribed); ok {
		if schema := own.ConfigSchema(); d.ConfigSchema == nil && schema != nil {
			d.ConfigSchema = schema
		}
		if docs := own.Docs(); d.Docs == nil && docs != "" {
			d.Docs = &docs
		}
	}
	if d.ConfigSchema == nil {
		d.ConfigSchema = schemaOf(d.factory)
	}
}

// selfDescribed is a factory that was registered with its descriptor, over the C ABI.
type selfDescribed interface {
	ConfigSchema() map[string]any
	Docs() string
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
