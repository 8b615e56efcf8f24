package evidence

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"ocx.dev/runtime/internal/conformance"
)

func readFixture(t testing.TB, name string) []byte {
	t.Helper()
	file, err := os.ReadFile(filepath.Join(conformance.Root(t), "fixtures", name))
	if err != nil {
		t.Skip("the fixtures are not unpacked: ", err)
	}
	return file
}

func TestGoPluginSaysWhatItIs(t *testing.T) {
	file := readFixture(t, "plugins/go-match.so")
	e, err := gather("go-match.so", bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	if e.Go.Version() != "go1.26.8" || len(e.Go.LinkHashes) != 76 || e.Go.PluginPath == "" {
		t.Errorf("go: %s, %d hashes, plugin path %q", e.Go.Version(), len(e.Go.LinkHashes), e.Go.PluginPath)
	}
	if e.Go.Layout == nil || e.Go.Layout.ModuledataSize != 592 || e.Go.Layout.PkghashesOffset != 448 {
		t.Errorf("layout %+v", e.Go.Layout)
	}
	if e.Manifest.Found == nil || e.Manifest.Found.Carrier != Note || len(e.Manifest.Others) != 0 {
		t.Errorf("manifests %+v", e.Manifest)
	}
	if len(e.Problems) > 0 {
		t.Errorf("problems %v", e.Problems)
	}
}

// As -ldflags=-pluginpath=custom/path leaves it: the list of exports has the function, the dynamic symbols have it under the import path.
func TestExportWithoutItsDynamicSymbolIsNoEntrySymbol(t *testing.T) {
	file := readFixture(t, "plugins/go-match.so")
	at := bytes.Index(file, []byte("plugins/go-match.CollectorPluginInit\x00"))
	if at < 0 {
		t.Fatal("no such symbol")
	}
	file[at] = 'P'
	e, err := gather("plugin.so", bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	if len(e.EntrySymbols) > 0 || !e.Go.Lists("CollectorPluginInit") {
		t.Errorf("entry symbols %v, exports %v", e.EntrySymbols, e.Go.Exports)
	}
}

func TestManifestNamesItsEntrySymbol(t *testing.T) {
	for text, want := range map[string]string{
		`{"entry_symbol": "my_entry"}`:                 "my_entry",
		"{\"entry_symbol\"\u00a0:\v\"my_\\u0065ntry\"": "my_entry",
		`{"entry_symbol": "a\x"}`:                      "",
		`{"entry_symbol": ""}`:                         "",
		`{"entry_symbol": 1}`:                          "",
		`{}`:                                           "",
	} {
		if got := (Manifests{Found: &Carried{Text: text}}).namedEntry(); got != want {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
}

// Whatever is done to a file, reading it ends, and with evidence or a *NotAnObject.
func TestMutatedFilesEndInEvidenceOrAnError(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	rounds := 150
	if testing.Short() {
		rounds = 20
	}
	for _, name := range []string{"plugins/go-match.so", "plugins/rust-cargo-auditable.so", "plugins/go-darwin.so", "plugins/go-windows.so", "other-objects/elf32-big-endian.so"} {
		original := readFixture(t, name)
		for range rounds {
			mutated := bytes.Clone(original)
			for range 1 + random.IntN(40) {
				// Headers and tables lie at the beginning; the dynamic section and moduledata towards the end.
				limit := len(mutated)
				if random.IntN(3) > 0 {
					limit = min(limit, 4096)
				}
				mutated[random.IntN(limit)] = byte(random.IntN(256))
			}
			if random.IntN(4) == 0 {
				mutated = mutated[:random.IntN(len(mutated))]
			}
			checkGather(t, mutated)
		}
	}
}

func checkGather(t *testing.T, file []byte) {
	t.Helper()
	e, err := gather("plugin.so", bytes.NewReader(file), int64(len(file)))
	var broken *NotAnObject
	if err != nil && !errors.As(err, &broken) {
		t.Errorf("%v is not what a file can be at fault of", err)
	}
	if e != nil {
		e.HashOf("runtime")
		e.Defines("main")
	}
}

func FuzzGather(f *testing.F) {
	f.Add(readFixture(f, "other-objects/elf32-little-endian.so"))
	f.Add(readFixture(f, "damaged/cut-in-program-headers.so"))
	f.Fuzz(checkGather)
}
