package commands

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

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
