package manifest

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"math"
	"strconv"
	"strings"
)

// Object is a JSON object that remembers the order of its fields, so that it is
// shown as its file has it.
type Object struct {
	names  []string
	values map[string]any
}

// Names of the fields, in the order of the text.
func (o *Object) Names() []string { return o.names }

// Get gives a field: nil, bool, json.Number, string, []any or *Object.
func (o *Object) Get(name string) (any, bool) {
	value, ok := o.values[name]
	return value, ok
}

// MarshalJSON writes the fields in their order.
func (o *Object) MarshalJSON() ([]byte, error) {
	return []byte(compact(o)), nil
}

// ParseJSON reads JSON text into nil, bool, json.Number, string, []any and *Object.
// Of a name that comes twice the last value counts.
func ParseJSON(text string) (any, error) {
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	// Token takes some texts that are no JSON, so the whole is checked first.
	var whole json.RawMessage
	if err := json.Unmarshal([]byte(text), &whole); err != nil {
		return nil, err
	}
	value, err := readValue(decoder)
	if err == nil {
		if _, err = decoder.Token(); errors.Is(err, io.EOF) {
			err = nil
		}
	}
	return value, err
}

func readValue(decoder *json.Decoder) (any, error) {
	token, err := decoder.Token()
	if err != nil {
		return nil, err
	}
	switch token {
	case json.Delim('['):
		list := []any{}
		for decoder.More() {
			item, err := readValue(decoder)
			if err != nil {
				return nil, err
			}
			list = append(list, item)
		}
		_, err = decoder.Token()
		return list, err
	case json.Delim('{'):
		object := &Object{values: map[string]any{}}
		for decoder.More() {
			name, err := decoder.Token()
			if err != nil {
				return nil, err
			}
			value, err := readValue(decoder)
			if err != nil {
				return nil, err
			}
			key, _ := name.(string)
			if _, known := object.values[key]; !known {
				object.names = append(object.names, key)
			}
			object.values[key] = value
		}
		_, err = decoder.Token()
		return object, err
	}
	return token, nil
}

// compact writes a value as JSON in one line, as JSON.stringify does.
func compact(value any) string {
	switch v := value.(type) {
	case nil:
		return "null"
	case bool:
		return strconv.FormatBool(v)
	case json.Number:
		return numberText(v)
	case string:
		return quote(v)
	case []any:
		parts := make([]string, len(v))
		for i, item := range v {
			parts[i] = compact(item)
		}
		return "[" + strings.Join(parts, ",") + "]"
	case *Object:
		parts := make([]string, len(v.names))
		for i, name := range v.names {
			parts[i] = quote(name) + ":" + compact(v.values[name])
		}
		return "{" + strings.Join(parts, ",") + "}"
	}
	return "null"
}

// quote writes a JSON string without Go's escapes for HTML.
func quote(text string) string {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if encoder.Encode(text) != nil {
		return `""`
	}
	return strings.TrimSuffix(out.String(), "\n")
}

// numberText writes a number as JavaScript prints it: whole ones without an exponent.
func numberText(number json.Number) string {
	value, err := number.Float64()
	if err != nil || math.IsInf(value, 0) {
		return "null"
	}
	if value == math.Trunc(value) && math.Abs(value) < 1e21 {
		return strconv.FormatFloat(value, 'f', -1, 64)
	}
	return strconv.FormatFloat(value, 'g', -1, 64)
}
