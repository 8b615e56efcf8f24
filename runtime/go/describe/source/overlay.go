package source

import (
	"fmt"
	"slices"
	"strings"

	"ocx.dev/runtime/descriptor"
)

// Complete adds to what reflection found what the module of a component ships: the rest of its
// schema, its docs, its warnings.
func (t *Tree) Complete(d *descriptor.Descriptor, importPath string) {
	folder := t.folders[importPath]
	if folder == "" {
		return
	}
	metadata := ReadMetadata(folder)
	if metadata.Type == "" || metadata.Type == d.Type {
		d.Description = cut(oneLine(metadata.Description))
		d.Warnings = warnings(metadata)
		overlay(d.ConfigSchema, descriptor.ObjectOf("required", texts(metadata.Config.Required)))
	}
	if shipped := t.Schema(importPath); shipped != nil {
		overlay(d.ConfigSchema, shipped)
	}
	d.Docs = Readme(folder, strings.TrimSpace(d.Module+" "+d.Version))
}

func warnings(metadata Metadata) []string {
	var list []string
	for _, warning := range metadata.Status.Warnings {
		list = append(list, cut(oneLine(warning)))
	}
	var signals []string
	for signal := range metadata.Status.Deprecation {
		signals = append(signals, signal)
	}
	slices.Sort(signals)
	for _, signal := range signals {
		deprecation := metadata.Status.Deprecation[signal]
		list = append(list, cut(oneLine("deprecated for "+signal+" since "+deprecation.Date+": "+deprecation.Migration)))
	}
	return list
}

func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }

const maxText = 4000

func cut(text string) string {
	if len(text) <= maxText {
		return text
	}
	return strings.ToValidUTF8(text[:maxText], "") + "..."
}

func texts(list []string) []any {
	values := []any{}
	for _, text := range list {
		values = append(values, text)
	}
	return values
}

// Keywords that a shipped schema may add to a field that reflection found; the type is that of the code.
var added = []string{
	"description", "enum", "pattern", "minLength", "maxLength", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum",
	"minItems", "maxItems", "uniqueItems", "examples", "deprecated",
}

// overlay lays a shipped schema over one of the code. A field that the code does not show is taken
// where the code reads its configuration itself (x-custom); elsewhere the file is out of date.
func overlay(schema, shipped *descriptor.Object) {
	if schema == nil {
		return
	}
	for _, keyword := range added {
		if value := shipped.Get(keyword); value != nil && !schema.Has(keyword) && fits(schema, keyword, value) {
			schema.Set(keyword, value)
		}
	}
	properties := schema.Object("properties")
	addRequired(schema, shipped, properties)
	for _, name := range shipped.Object("properties").Keys() {
		theirs := shipped.Object("properties").Object(name)
		switch ours := properties.Object(name); {
		case theirs == nil:
		case ours != nil:
			overlay(ours, theirs)
		case schema.Get("x-custom") == true && properties != nil:
			properties.Set(name, dialect(theirs))
		}
	}
	for _, below := range []string{"items", "additionalProperties"} {
		if theirs := shipped.Object(below); theirs != nil {
			overlay(schema.Object(below), theirs)
		}
	}
}

func addRequired(schema, shipped, properties *descriptor.Object) {
	theirs, _ := shipped.Get("required").([]any)
	ours, _ := schema.Get("required").([]any)
	for _, name := range theirs {
		text, ok := name.(string)
		if ok && properties.Has(text) && !slices.ContainsFunc(ours, func(has any) bool { return has == text }) {
			ours = append(ours, text)
		}
	}
	if len(ours) > 0 {
		schema.Set("required", ours)
	}
}

// fits: an enum must hold the default, a bound must not refuse it; a file that is out of date may.
func fits(schema *descriptor.Object, keyword string, value any) bool {
	if keyword != "enum" || !schema.Has("default") {
		return keyword == "description" || schema.Get("type") != "object" || keyword == "deprecated"
	}
	choices, _ := value.([]any)
	return slices.ContainsFunc(choices, func(choice any) bool { return fmt.Sprint(choice) == fmt.Sprint(schema.Get("default")) })
}

// Keywords of JSON Schema that mean the same in mdatagen's dialect.
var kept = append([]string{"type", "default", "const", "required", "title"}, added...)

// dialect makes JSON Schema 2020-12 of mdatagen's.
func dialect(theirs *descriptor.Object) *descriptor.Object {
	schema := &descriptor.Object{}
	for _, keyword := range kept {
		if theirs.Has(keyword) {
			schema.Set(keyword, theirs.Get(keyword))
		}
	}
	if theirs.Text("format") == "duration" || theirs.Text("x-customType") == "time.Duration" {
		schema.Set("x-duration", true)
	}
	if theirs.Get("x-optional") == true || theirs.Get("x-pointer") == true {
		schema.Set("x-optional", true)
	}
	for _, below := range []string{"items", "additionalProperties"} {
		if inner := theirs.Object(below); inner != nil {
			schema.Set(below, dialect(inner))
		}
	}
	if properties := theirs.Object("properties"); properties != nil {
		all := &descriptor.Object{}
		for _, name := range properties.Keys() {
			if property := properties.Object(name); property != nil {
				all.Set(name, dialect(property))
			}
		}
		schema.Set("properties", all)
	}
	return schema
}
