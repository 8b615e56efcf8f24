package report_test

import (
	"testing"

	"go.yaml.in/yaml/v3"
)

func decodeYAML(t *testing.T, text []byte) (value map[string]any) {
	t.Helper()
	if err := yaml.Unmarshal(text, &value); err != nil {
		t.Fatal(err)
	}
	return value
}
