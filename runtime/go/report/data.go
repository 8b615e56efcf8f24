package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"go.yaml.in/yaml/v3"

	"ocx.dev/runtime/internal/clean"
)

// WriteData prints a value as json or yaml. Both parse back to the very same strings, and
// hold nothing that a terminal would act on.
func WriteData(out io.Writer, value any, format string) error {
	text, err := jsonText(value)
	if err != nil {
		return err
	}
	if format == "yaml" {
		// Through JSON, so that both have the same fields in the same order.
		if text, err = yamlText(text); err != nil {
			return err
		}
	} else {
		text = clean.JSON(text)
	}
	_, err = fmt.Fprintln(out, strings.TrimRight(text, "\n"))
	return err
}

func jsonText(value any) (string, error) {
	var buffer bytes.Buffer
	encoder := json.NewEncoder(&buffer)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	err := encoder.Encode(value)
	return buffer.String(), err
}

func yamlText(jsonText string) (string, error) {
	var document yaml.Node
	if err := yaml.Unmarshal([]byte(jsonText), &document); err != nil {
		return "", err
	}
	return printYAML(&document)
}

func printYAML(document *yaml.Node) (string, error) {
	restyle(document)
	var buffer bytes.Buffer
	encoder := yaml.NewEncoder(&buffer)
	encoder.SetIndent(2)
	if err := encoder.Encode(document); err != nil {
		return "", err
	}
	err := encoder.Close()
	return clean.YAML(buffer.String()), err
}

// restyle takes JSON's brackets and quotes away, but where they are needed.
func restyle(node *yaml.Node) {
	if node.Kind != yaml.ScalarNode {
		if len(node.Content) > 0 {
			node.Style = 0
		}
	} else if node.Tag == "!!str" {
		node.Style = 0
		if clean.NeedsQuotes(node.Value) {
			node.Style = yaml.DoubleQuotedStyle
		}
	}
	for _, child := range node.Content {
		restyle(child)
	}
}

// WriteYAML prints a value by its yaml tags, safe for a terminal.
func WriteYAML(out io.Writer, value any) error {
	var document yaml.Node
	if err := document.Encode(value); err != nil {
		return err
	}
	text, err := printYAML(&document)
	if err != nil {
		return err
	}
	_, err = io.WriteString(out, text)
	return err
}
