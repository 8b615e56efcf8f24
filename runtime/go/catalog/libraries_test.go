package catalog

import (
	"os"
	"path/filepath"
	"testing"

	"ocx.dev/runtime/internal/conformance"
	"ocx.dev/runtime/verdict"
)

// $ORIGIN in DT_NEEDED is the folder of the file that needs it (elf/dl-deps.c: expand_dst).
func TestOriginInNeeded(t *testing.T) {
	if thisMachine == nil {
		t.Skip("no dynamic linker of this system is known")
	}
	library, err := os.ReadFile(filepath.Join(conformance.Root(t), "fixtures/plugins/rust-match.so"))
	if err != nil {
		t.Skip("the fixtures are not unpacked: ", err)
	}
	folder, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(folder, "libs", "libthing.so.1")
	if err := os.Mkdir(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, library, 0o600); err != nil {
		t.Fatal(err)
	}
	needing := &verdict.Requester{Path: filepath.Join(folder, "plugin.so")}
	if found := SystemLibraries.Find("$ORIGIN/libs/libthing.so.1", needing); found == nil || found.Path != path {
		t.Errorf("found %v, want %s", found, path)
	}
	for _, name := range []string{"$ORIGIN/libs/libother.so.1", "./libs/libthing.so.1"} {
		if found := SystemLibraries.Find(name, needing); found != nil {
			t.Errorf("%s: found %s", name, found.Path)
		}
	}
}
