package descriptor

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// Bounds of reading; those of source/components/readDescriptors.ts.
const (
	maxComponents = 1000
	maxDocs       = 262_144
	maxText       = 4096
	maxEntries    = 100
	maxDepth      = 100
	maxFaults     = 50
)

// Fault is what is wrong in a text, and where.
type Fault struct {
	// Field is components[2].type; empty for the text itself.
	Field, Problem string
}

func (f Fault) String() string { return strings.TrimSpace(f.Field + " " + f.Problem) }

// typeName: go.opentelemetry.io/collector/component: NewType.
var typeName = regexp.MustCompile(`^[a-zA-Z][0-9a-zA-Z_]{0,62}$`)

// Read reads the text of a descriptors note, which is untrusted. A fault in one component hides no other.
func Read(text string) ([]Descriptor, []Fault) {
	r := &reader{}
	return r.all(text), r.faults
}

type reader struct{ faults []Fault }

func (r *reader) add(field, problem string) {
	if len(r.faults) < maxFaults {
		r.faults = append(r.faults, Fault{field, problem})
	}
}

func (r *reader) all(text string) []Descriptor {
	if !json.Valid([]byte(text)) {
		r.add("", "is not JSON")
		return nil
	}
	file, faulty := rawObject([]byte(text))
	if faulty != "" {
		r.add("", "must be a JSON object, is "+faulty)
		return nil
	}
	if version, there := file["format_version"]; there && string(version) != "1" {
		r.add("format_version", "must be 1: a newer ocx wrote this")
		return nil
	}
	components, there := file["components"]
	if !there {
		r.add("components", "is missing")
		return nil
	}
	var list []json.RawMessage
	if kindOf(components) != "a list" || json.Unmarshal(components, &list) != nil {
		r.add("components", "must be a list, is "+kindOf(components))
		return nil
	}
	if len(list) > maxComponents {
		r.add("components", fmt.Sprintf("has %d entries: the first %d are read", len(list), maxComponents))
		list = list[:maxComponents]
	}
	var found []Descriptor
	for i, entry := range list {
		field := fmt.Sprintf("components[%d]", i)
		d, ok := r.one(entry, field)
		switch {
		case !ok:
		case slices.ContainsFunc(found, func(other Descriptor) bool { return other.Name() == d.Name() }):
			r.add(field, "describes "+d.Name()+" once more: the first counts")
		default:
			found = append(found, d)
		}
	}
	return found
}

func (r *reader) one(entry json.RawMessage, field string) (Descriptor, bool) {
	var d Descriptor
	object, faulty := rawObject(entry)
	if faulty != "" {
		r.add(field, "must be an object, is "+faulty)
		return d, false
	}
	kind, kindThere := object["kind"]
	if json.Unmarshal(kind, &d.Kind) != nil || !slices.Contains(Kinds, d.Kind) {
		d.Kind = ""
		r.add(field+".kind", missingOr(kindThere, "must be "+strings.Join(Kinds, ", ")))
	}
	typ, typeThere := object["type"]
	if json.Unmarshal(typ, &d.Type) != nil || !typeName.MatchString(d.Type) {
		d.Type = ""
		r.add(field+".type", missingOr(typeThere, "must be a letter, then up to 62 letters, digits and underscores"))
	}
	if d.Kind == "" || d.Type == "" {
		return d, false
	}
	at := func(key string) (json.RawMessage, string) { return object[key], field + "." + key }
	text := func(key string, most int) string {
		value, place := at(key)
		return r.text(value, place, most)
	}
	d.Module, d.Version = text("module", maxText), text("version", maxText)
	d.Stability = r.textMap(at("stability"))
	d.ConfigSchema = r.object(at("config_schema"))
	d.DefaultConfig = r.object(at("default_config"))
	d.Docs, d.Description = text("docs", maxDocs), text("description", maxText)
	d.Warnings = r.textList(at("warnings"))
	d.DefaultConfigFaults = r.textList(at("default_config_faults"))
	return d, true
}

func missingOr(there bool, problem string) string {
	if !there {
		return "is missing"
	}
	return problem
}

func (r *reader) text(value json.RawMessage, field string, most int) string {
	if isNothing(value) {
		return ""
	}
	var text string
	if json.Unmarshal(value, &text) != nil {
		r.add(field, "must be a string, is "+kindOf(value))
		return ""
	}
	if length := utf8.RuneCountInString(text); length > most {
		r.add(field, fmt.Sprintf("has %d characters: %d are read", length, most))
		return string([]rune(text)[:most])
	}
	return text
}

func (r *reader) object(value json.RawMessage, field string) *Object {
	if isNothing(value) {
		return nil
	}
	if kindOf(value) != "an object" {
		r.add(field, "must be an object, is "+kindOf(value))
		return nil
	}
	decoded, err := decode(value, maxDepth)
	object, ok := decoded.(*Object)
	if errors.Is(err, errTooDeep) || !ok {
		r.add(field, fmt.Sprintf("is nested deeper than %d levels", maxDepth))
		return nil
	}
	return object
}

func (r *reader) textMap(value json.RawMessage, field string) map[string]string {
	texts := map[string]string{}
	object := r.object(value, field)
	for i, key := range object.Keys() {
		if i == maxEntries {
			break
		}
		if text, ok := object.Get(key).(string); ok {
			texts[key] = text
		} else if item := object.Get(key); item != nil {
			encoded, _ := plainJSON(item)
			name, _ := plainJSON(key)
			r.add(fmt.Sprintf("%s[%s]", field, name), "must be a string, is "+kindOf(encoded))
		}
	}
	return texts
}

func (r *reader) textList(value json.RawMessage, field string) []string {
	if isNothing(value) {
		return nil
	}
	var list []json.RawMessage
	if json.Unmarshal(value, &list) != nil {
		r.add(field, "must be a list of strings, is "+kindOf(value))
		return nil
	}
	var texts []string
	for i, item := range list[:min(len(list), maxEntries)] {
		if text := r.text(item, fmt.Sprintf("%s[%d]", field, i), maxText); text != "" {
			texts = append(texts, text)
		}
	}
	return texts
}

// isNothing: absent and null are the same.
func isNothing(value json.RawMessage) bool { return len(value) == 0 || string(value) == "null" }

// rawObject also says what stands there, when it is no object.
func rawObject(text json.RawMessage) (map[string]json.RawMessage, string) {
	var object map[string]json.RawMessage
	if kind := kindOf(text); kind != "an object" {
		return nil, kind
	}
	if json.Unmarshal(text, &object) != nil {
		return nil, "no object"
	}
	return object, ""
}

func kindOf(value json.RawMessage) string {
	text := strings.TrimSpace(string(value))
	switch {
	case text == "null":
		return "null"
	case strings.HasPrefix(text, "["):
		return "a list"
	case strings.HasPrefix(text, "{"):
		return "an object"
	case strings.HasPrefix(text, `"`):
		return "a string"
	case text == "true" || text == "false":
		return "a boolean"
	}
	var value64 float64
	if json.Unmarshal(value, &value64) != nil {
		return "no JSON"
	}
	shown, _ := plainJSON(value64)
	return "the number " + string(shown)
}
