package verdict_test

import (
	"bytes"
	"os"
	"testing"

	"ocx.dev/runtime/verdict"
)

// The module is published alone, so it carries a copy of the catalogue: go generate makes it.
func TestCatalogueIsTheSpecs(t *testing.T) {
	spec, err := os.ReadFile("../../../spec/findings.json")
	if err != nil {
		t.Skip("outside the repository: ", err)
	}
	own, err := os.ReadFile("findings.json")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(spec, own) {
		t.Error("findings.json is not spec/findings.json: run go generate ./...")
	}
	if len(verdict.Kinds) < 40 {
		t.Errorf("%d kinds", len(verdict.Kinds))
	}
}
