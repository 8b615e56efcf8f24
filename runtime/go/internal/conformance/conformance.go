// Package conformance finds and reads the vectors of spec/conformance, for tests.
package conformance

import (
	"encoding/json"
	"os"
	"path/filepath"
	"runtime"
	"testing"
)

// Root of the repository, seen from this file.
func Root(t testing.TB) string {
	t.Helper()
	_, file, _, ok := runtime.Caller(0)
	if !ok {
		t.Fatal("where am I?")
	}
	return filepath.Join(filepath.Dir(file), "../../../..")
}

// Read a file of vectors into value. Outside the repository there are none, and the test is skipped.
func Read(t testing.TB, name string, value any) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(Root(t), "spec/conformance", name))
	if os.IsNotExist(err) {
		t.Skip("outside the repository: ", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, value); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
}
