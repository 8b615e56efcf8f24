package descriptor

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
)

// Object is a JSON object that keeps the order of its keys: that of the fields of a
// configuration means something to whoever reads it. The zero value is empty.
type Object struct {
	keys   []string
	values map[string]any
}

// ObjectOf takes keys and values in turn.
func ObjectOf(pairs ...any) *Object {
	o := &Object{}
	for i := 0; i+1 < len(pairs); i += 2 {
		o.Set(fmt.Sprint(pairs[i]), pairs[i+1])
	}
	return o
}

// ObjectOfMap takes what package json makes of an object; nil of nil. Its keys are sorted.
func ObjectOfMap(values map[string]any) *Object {
	text, err := plainJSON(values)
	if values == nil || err != nil {
		return nil
	}
	decoded, err := decode(text, maxDepth)
	object, ok := decoded.(*Object)
	if err != nil || !ok {
		return nil
	}
	return object
}

// Set gives a key its value; a new key comes last.
func (o *Object) Set(key string, value any) {
	if o.values == nil {
		o.values = map[string]any{}
	}
	if _, there := o.values[key]; !there {
		o.keys = append(o.keys, key)
	}
	o.values[key] = value
}

// Get gives nil for a key that is not there.
func (o *Object) Get(key string) any {
	if o == nil {
		return nil
	}
	return o.values[key]
}

// Has tells whether a key is there.
func (o *Object) Has(key string) bool {
	if o == nil {
		return false
	}
	_, there := o.values[key]
	return there
}

// Delete takes a key away.
func (o *Object) Delete(key string) {
	if o.Has(key) {
		delete(o.values, key)
		o.keys = slices.DeleteFunc(o.keys, func(k string) bool { return k == key })
	}
}

// Keys in their order.
func (o *Object) Keys() []string {
	if o == nil {
		return nil
	}
	return slices.Clone(o.keys)
}

// Len is the number of keys.
func (o *Object) Len() int {
	if o == nil {
		return 0
	}
	return len(o.keys)
}

// Object gives the object at a key; nil when something else is there.
func (o *Object) Object(key string) *Object {
	inner, _ := o.Get(key).(*Object)
	return inner
}

// Text gives the string at a key; empty when something else is there.
func (o *Object) Text(key string) string {
	text, _ := o.Get(key).(string)
	return text
}

// MarshalJSON writes the keys in their order, and `<` as it is.
func (o *Object) MarshalJSON() ([]byte, error) {
	var buffer bytes.Buffer
	buffer.WriteByte('{')
	for i, key := range o.keys {
		if i > 0 {
			buffer.WriteByte(',')
		}
		for j, part := range []any{key, o.values[key]} {
			text, err := plainJSON(part)
			if err != nil {
				return nil, err
			}
			if j == 1 {
				buffer.WriteByte(':')
			}
			buffer.Write(text)
		}
	}
	buffer.WriteByte('}')
	return buffer.Bytes(), nil
}

func plainJSON(value any) ([]byte, error) {
	var buffer bytes.Buffer
	encoder := json.NewEncoder(&buffer)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(value)
	return bytes.TrimRight(buffer.Bytes(), "\n"), err
}

var errTooDeep = errors.New("nested too deep")

// decode reads one JSON value: objects as *Object, lists as []any, numbers as JavaScript has them.
func decode(text []byte, most int) (any, error) {
	decoder := json.NewDecoder(bytes.NewReader(text))
	value, err := decodeValue(decoder, most)
	if err != nil {
		return nil, err
	}
	if decoder.More() {
		return nil, errors.New("more than one value")
	}
	return value, nil
}

func decodeValue(decoder *json.Decoder, most int) (any, error) {
	token, err := decoder.Token()
	if err != nil {
		return nil, err
	}
	delimiter, opens := token.(json.Delim)
	if !opens {
		return token, nil
	}
	if most == 0 {
		return nil, errTooDeep
	}
	object, list := &Object{}, []any{}
	for decoder.More() {
		var key string
		if delimiter == '{' {
			token, err := decoder.Token()
			if err != nil {
				return nil, err
			}
			key, _ = token.(string)
		}
		value, err := decodeValue(decoder, most-1)
		if err != nil {
			return nil, err
		}
		if delimiter == '{' {
			object.Set(key, value)
		} else {
			list = append(list, value)
		}
	}
	if _, err := decoder.Token(); err != nil {
		return nil, err
	}
	if delimiter == '{' {
		return object, nil
	}
	return list, nil
}
