package manifest

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"
	"unicode/utf16"
)

// Fault says what is wrong with one field.
type Fault struct {
	// Field is build_flags[2] or dependency_hashes["go.uber.org/zap"]; empty for the document itself.
	Field string
	// Problem is "is missing", or "must be a string, is a number".
	Problem string
	// Value is what the field holds, as JSON and cut; empty when the field is missing.
	Value string
}

// Reading is what can be made of a manifest's text.
type Reading struct {
	// Manifest is nil when there are faults: a half manifest is no claim to compare.
	Manifest *Manifest
	// Fields is what could be made out, for display, valid or not; nil when the text is no JSON object.
	Fields *Object
	Faults []Fault
}

// Read parses manifest text and says what is wrong with it, field by field. Its
// rules are those of spec/manifest.schema.json.
func Read(text string) Reading {
	value, err := ParseJSON(text)
	if err != nil && strings.Contains(err.Error(), "exceeded max depth") {
		return Reading{Faults: []Fault{{Problem: tooDeep, Value: cut(text)}}}
	}
	if err != nil {
		return Reading{Faults: []Fault{{Problem: "is not JSON: " + jsonProblem(err), Value: cut(text)}}}
	}
	fields, ok := value.(*Object)
	if !ok {
		return Reading{Faults: []Fault{{Problem: "must be a JSON object, is " + kindOf(value), Value: cut(text)}}}
	}
	if isDeeperThan(fields, maxDepth) {
		return Reading{Faults: []Fault{{Problem: tooDeep, Value: cut(text)}}}
	}
	faults := checkFields(fields, rules, "")
	if len(faults) > 0 {
		return Reading{Fields: fields, Faults: faults}
	}
	return Reading{Manifest: fromFields(fields), Fields: fields}
}

// maxDepth is how many objects and lists inside each other are followed; manifests have four. As in source/manifest/nesting.ts, where
// whoever prints one goes in by recursion, and would run out of stack.
const (
	maxDepth = 100
	tooDeep  = "is nested deeper than 100 levels"
)

func isDeeperThan(value any, most int) bool {
	switch v := value.(type) {
	case []any:
		return most < 0 || slices.ContainsFunc(v, func(item any) bool { return isDeeperThan(item, most-1) })
	case *Object:
		return most < 0 || slices.ContainsFunc(v.names, func(name string) bool { return isDeeperThan(v.values[name], most-1) })
	}
	return most < 0
}

type check func(value any, field string) []Fault

type fieldRule struct {
	name     string
	required bool
	check    check
}

var rules = []fieldRule{
	{"language", true, isLanguage},
	{"toolchain_version", true, isText},
	{"build_profile", true, isText},
	{"dependency_hashes", true, isTextMap},
	{"build_flags", true, isTextList},
	{"target", true, isText},
	{"build_time", true, isTime},
	{"schema_version", false, isNatural},
	{"name", false, isText},
	{"version", false, isText},
	{"goamd64", false, isText},
	{"entry_symbol", false, isText},
	{"abi_version", false, isNatural},
	{"dependency_versions", false, isTextMap},
	{"accepts", false, isAcceptance},
	{"build_environment", false, isBuildEnvironment},
}

var environmentRules = []fieldRule{
	{"digest", true, isText},
	{"parts", true, isTextMap},
}

var rustRules = []fieldRule{
	{"toolchain_version", false, isText},
	{"abi_version", false, isNatural},
	{"target", false, isText},
	{"build_profile", false, isText},
	{"build_flags", false, isTextList},
	{"dependency_hashes", false, isTextMap},
	{"dependency_versions", false, isTextMap},
}

func checkFields(object *Object, rules []fieldRule, prefix string) []Fault {
	var faults []Fault
	for _, rule := range rules {
		value, there := object.Get(rule.name)
		switch {
		case there:
			faults = append(faults, rule.check(value, prefix+rule.name)...)
		case rule.required:
			faults = append(faults, Fault{Field: prefix + rule.name, Problem: "is missing"})
		}
	}
	return faults
}

func isText(value any, field string) []Fault {
	text, ok := value.(string)
	if !ok {
		return wrongKind(value, field, "a string")
	}
	if trim(text) == "" {
		return []Fault{{field, "must not be empty", cut(compact(value))}}
	}
	return nil
}

func isLanguage(value any, field string) []Fault {
	text, ok := value.(string)
	if !ok {
		return wrongKind(value, field, "a string")
	}
	if text == "go" || text == "rust" {
		return nil
	}
	return []Fault{{field, `must be "go" or "rust"`, cut(compact(value))}}
}

// The largest whole number that every JSON parser keeps exact.
const maxNatural = 1<<53 - 1

func isNatural(value any, field string) []Fault {
	number, ok := value.(json.Number)
	if ok {
		if n, err := number.Float64(); err == nil && n == math.Trunc(n) && n >= 1 && n <= maxNatural {
			return nil
		}
	}
	return wrongKind(value, field, "a whole number from 1")
}

func isTextList(value any, field string) []Fault {
	list, ok := value.([]any)
	if !ok {
		return wrongKind(value, field, "a list of strings")
	}
	var faults []Fault
	for i, item := range list {
		if _, ok := item.(string); !ok {
			faults = append(faults, wrongKind(item, fmt.Sprintf("%s[%d]", field, i), "a string")...)
		}
	}
	return faults
}

func isTextMap(value any, field string) []Fault {
	object, ok := value.(*Object)
	if !ok {
		return wrongKind(value, field, "an object of strings")
	}
	var faults []Fault
	for _, name := range object.names {
		faults = append(faults, isText(object.values[name], field+"["+quote(name)+"]")...)
	}
	return faults
}

// RFC 3339, as date-time in JSON Schema; time.Parse takes no lower-case t and no leap second.
var rfc3339 = regexp.MustCompile(`(?i)^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d+)?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$`)

func isTime(value any, field string) []Fault {
	text, ok := value.(string)
	if !ok {
		return wrongKind(value, field, "a string")
	}
	if rfc3339.MatchString(text) {
		return nil
	}
	return []Fault{{field, "must be a time as in RFC 3339 (2025-07-03T12:34:56Z)", cut(compact(value))}}
}

func isAcceptance(value any, field string) []Fault {
	object, ok := value.(*Object)
	if !ok {
		return wrongKind(value, field, "an object")
	}
	rust, there := object.Get("rust")
	if !there {
		return nil
	}
	accepted, ok := rust.(*Object)
	if !ok {
		return wrongKind(rust, field+".rust", "an object")
	}
	return checkFields(accepted, rustRules, field+".rust.")
}

func isBuildEnvironment(value any, field string) []Fault {
	object, ok := value.(*Object)
	if !ok {
		return wrongKind(value, field, "an object")
	}
	return checkFields(object, environmentRules, field+".")
}

func wrongKind(value any, field, wanted string) []Fault {
	return []Fault{{field, "must be " + wanted + ", is " + kindOf(value), cut(compact(value))}}
}

func kindOf(value any) string {
	switch v := value.(type) {
	case nil:
		return "null"
	case []any:
		return "a list"
	case *Object:
		return "an object"
	case json.Number:
		return "the number " + numberText(v)
	case bool:
		return "a boolean"
	}
	return "a string"
}

// jsonProblem leaves out Go's words for where a parser stood; the place is what helps.
func jsonProblem(err error) string {
	var syntax *json.SyntaxError
	if !errors.As(err, &syntax) {
		return "unexpected text"
	}
	message := syntax.Error()
	switch {
	case strings.Contains(message, "unexpected end"):
		return "it ends too early"
	case strings.Contains(message, "looking for beginning of value"), strings.Contains(message, "in literal"):
		return "unexpected text"
	}
	return fmt.Sprintf("unexpected text at byte %d", syntax.Offset-1)
}

// cut shortens what is shown of a value, counted as JavaScript counts.
func cut(value string) string {
	units := utf16.Encode([]rune(value))
	if len(units) <= 80 {
		return value
	}
	return string(utf16.Decode(units[:77])) + "..."
}

func fromFields(o *Object) *Manifest {
	m := &Manifest{
		Language:           textOf(o, "language"),
		ToolchainVersion:   textOf(o, "toolchain_version"),
		BuildProfile:       textOf(o, "build_profile"),
		DependencyHashes:   textsOf(o, "dependency_hashes"),
		BuildFlags:         listOf(o, "build_flags"),
		Target:             textOf(o, "target"),
		BuildTime:          textOf(o, "build_time"),
		SchemaVersion:      naturalOf(o, "schema_version"),
		Name:               textOf(o, "name"),
		Version:            textOf(o, "version"),
		GOAMD64:            textOf(o, "goamd64"),
		EntrySymbol:        textOf(o, "entry_symbol"),
		ABIVersion:         naturalOf(o, "abi_version"),
		DependencyVersions: textsOf(o, "dependency_versions"),
	}
	if environment, ok := o.values["build_environment"].(*Object); ok {
		m.BuildEnvironment = &BuildEnvironment{Digest: textOf(environment, "digest"), Parts: textsOf(environment, "parts")}
	}
	accepts, _ := o.values["accepts"].(*Object)
	if accepts == nil {
		return m
	}
	if rust, ok := accepts.values["rust"].(*Object); ok {
		m.AcceptsRust = &RustAcceptance{
			ToolchainVersion:   textOf(rust, "toolchain_version"),
			ABIVersion:         naturalOf(rust, "abi_version"),
			Target:             textOf(rust, "target"),
			BuildProfile:       textOf(rust, "build_profile"),
			BuildFlags:         listOf(rust, "build_flags"),
			DependencyHashes:   textsOf(rust, "dependency_hashes"),
			DependencyVersions: textsOf(rust, "dependency_versions"),
		}
	}
	return m
}

func textOf(o *Object, name string) string {
	text, _ := o.values[name].(string)
	return text
}

func naturalOf(o *Object, name string) int {
	number, _ := o.values[name].(json.Number)
	n, err := number.Float64()
	if err != nil {
		return 0
	}
	return int(n)
}

func listOf(o *Object, name string) []string {
	list, ok := o.values[name].([]any)
	if !ok {
		return nil
	}
	texts := make([]string, 0, len(list))
	for _, item := range list {
		text, _ := item.(string)
		texts = append(texts, text)
	}
	return texts
}

func textsOf(o *Object, name string) *Texts {
	object, ok := o.values[name].(*Object)
	if !ok {
		return nil
	}
	texts := NewTexts()
	for _, name := range object.names {
		text, _ := object.values[name].(string)
		texts.set(name, text)
	}
	return texts
}
