package describe

import (
	"encoding"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"ocx.dev/runtime/descriptor"
)

// ofText: a type that is written as one text. When it takes only certain ones, it is an enum.
func (w *walk) ofText(typ reflect.Type, value reflect.Value) *descriptor.Object {
	schema := descriptor.ObjectOf("type", "string")
	if choices := w.choices(typ); len(choices) > 0 {
		// What is not given can be a choice too: the empty text.
		if takes(typ, "") {
			choices = append([]string{""}, choices...)
		}
		list := []any{}
		for _, choice := range choices {
			list = append(list, choice)
		}
		schema.Set("enum", list)
	}
	if !value.IsValid() || !value.CanInterface() {
		return schema
	}
	if text, ok := textOf(value); ok {
		if text != "" || takes(typ, "") {
			schema.Set("default", text)
		}
	} else if number := Plain(value.Interface()); number != nil && typ.Kind() != reflect.Struct {
		// A number that may also be written as a text: 16kib.
		schema.Set("type", []any{"integer", "string"})
		schema.Set("default", number)
	}
	return schema
}

// textOf is how a value is written; its MarshalText may be that of a pointer to it.
func textOf(value reflect.Value) (string, bool) {
	pointer := reflect.New(value.Type())
	pointer.Elem().Set(value)
	if marshaler, ok := pointer.Interface().(encoding.TextMarshaler); ok {
		text, err := marshaler.MarshalText()
		return string(text), err == nil
	}
	return value.String(), value.Kind() == reflect.String
}

// Levels count from a few below zero (zapcore: debug is -1).
const leastLevel, mostLevel = -8, 32

// choices of a type are known when its UnmarshalText refuses what is none of them: then they are
// its string constants, or, of a number with names, the numbers that have one.
func (w *walk) choices(typ reflect.Type) []string {
	if takes(typ, "no such choice") {
		return nil
	}
	var choices []string
	switch typ.Kind() {
	case reflect.String:
		if w.sources != nil {
			choices = w.sources.Constants(typ)
		}
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		for level := int64(leastLevel); level <= mostLevel; level++ {
			value := reflect.New(typ).Elem()
			value.SetInt(level)
			if text, ok := textOf(value); ok && text != "" && !strings.Contains(text, fmt.Sprint(level)) {
				choices = append(choices, text)
			}
		}
	}
	choices = slices.DeleteFunc(choices, func(choice string) bool { return choice == "" || !takes(typ, choice) })
	return unique(choices)
}

func unique(texts []string) []string {
	var list []string
	for _, text := range texts {
		if !slices.Contains(list, text) {
			list = append(list, text)
		}
	}
	return list
}

func takes(typ reflect.Type, text string) (accepted bool) {
	defer func() { _ = recover() }()
	unmarshaler, ok := reflect.New(typ).Interface().(encoding.TextUnmarshaler)
	return ok && unmarshaler.UnmarshalText([]byte(text)) == nil
}
