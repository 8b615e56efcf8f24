package commands

import (
	"encoding/json"
	"fmt"
	"strings"

	"ocx.dev/runtime/descriptor"
)

// fieldRows lists the fields of a schema with their paths, in their order.
func fieldRows(schema *descriptor.Object, prefix string) [][]string {
	var rows [][]string
	properties := schema.Object("properties")
	for _, name := range properties.Keys() {
		field := properties.Object(name)
		description, _, _ := strings.Cut(field.Text("description"), "\n")
		rows = append(rows, []string{"  " + prefix + name, typeText(field), defaultText(field), description})
		rows = append(rows, fieldRows(field, prefix+name+"::")...)
	}
	return rows
}

func typeText(field *descriptor.Object) string {
	switch {
	case field.Get("x-duration") == true:
		return "duration"
	case field.Get("writeOnly") == true:
		return "secret"
	case field.Has("enum"):
		return "enum"
	case field.Get("type") == "array":
		return "list of " + typeText(field.Object("items"))
	case field.Get("type") == "object" && field.Object("properties").Len() > 0:
		return "group"
	case field.Get("type") == "object" && field.Object("additionalProperties") != nil:
		return "map of " + typeText(field.Object("additionalProperties"))
	}
	switch typ := field.Get("type").(type) {
	case string:
		return typ
	case []any:
		var names []string
		for _, name := range typ {
			names = append(names, fmt.Sprint(name))
		}
		return strings.Join(names, " or ")
	}
	return "any"
}

func defaultText(field *descriptor.Object) string {
	value := field.Get("default")
	if value == nil {
		return ""
	}
	encoded, err := json.Marshal(value)
	if err != nil {
		return ""
	}
	return string(encoded)
}
