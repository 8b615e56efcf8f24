package rusthost

// #include "bridge.h"
import "C"

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"strings"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/confmap"
)

// Config of a plugin's component: whatever object its descriptor's default is, with the user's
// fields over it. The plugin itself says what is wrong with it.
type Config struct {
	of     *registered
	values map[string]any
}

func (r *registered) defaultConfig() component.Config {
	return &Config{of: r, values: copyOf(r.descriptor.DefaultConfig)}
}

// Unmarshal puts the user's fields over what is there: objects are merged, everything else is
// replaced. A field that is null is one that was not given.
func (c *Config) Unmarshal(conf *confmap.Conf) error {
	c.values = over(c.values, withTexts(conf, c.of.descriptor.ConfigSchema))
	return nil
}

// Marshal is for print-config. It has a value receiver, since the Collector marshals what a
// pointer points to. Secrets (writeOnly in the schema) are not printed.
func (c Config) Marshal(conf *confmap.Conf) error {
	return conf.Merge(confmap.NewFromStringMap(withoutSecrets(c.values, c.of.descriptor.ConfigSchema)))
}

// Validate asks the plugin. Each line of its answer is the path of a field and what is wrong with it.
func (c *Config) Validate() error {
	text, err := c.text()
	if err != nil {
		return err
	}
	errorText := newBuffer(maxErrorText)
	defer errorText.free()
	config := cText(text)
	defer config.free()
	code := C.ocx_validate(c.of.functions, config.pointer(), config.size(), errorText.c())
	if code == C.OTC_CONFIG {
		return errorOfLines(errorText.text())
	}
	return errorOfCall(c.of.library.path, code, errorText.text())
}

// errorOfLines: one error for each line, so that the Collector names the component in front of each.
func errorOfLines(text string) error {
	var errs []error
	for line := range strings.SplitSeq(strings.TrimSpace(text), "\n") {
		errs = append(errs, errorOf(C.OTC_CONFIG, line))
	}
	return errors.Join(errs...)
}

// text is the JSON that goes to the plugin.
func (c *Config) text() (string, error) {
	text, err := json.Marshal(c.values)
	if err != nil {
		return "", fmt.Errorf("the configuration can't be written as JSON: %w", err)
	}
	return string(text), nil
}

func over(defaults, given map[string]any) map[string]any {
	result := maps.Clone(defaults)
	if result == nil {
		result = map[string]any{}
	}
	for key, value := range given {
		before, known := result[key]
		inner, isObject := value.(map[string]any)
		innerDefault, wasObject := before.(map[string]any)
		switch {
		case value == nil && known:
		case isObject && wasObject:
			result[key] = over(innerDefault, inner)
		default:
			result[key] = value
		}
	}
	return result
}

// copyOf: two configurations must not share a map.
func copyOf(values map[string]any) map[string]any {
	result := map[string]any{}
	for key, value := range values {
		if inner, isObject := value.(map[string]any); isObject {
			value = copyOf(inner)
		}
		result[key] = value
	}
	return result
}
