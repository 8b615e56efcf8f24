package evidence

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"ocx.dev/runtime/internal/conformance"
)

func TestEntrySymbolsAreThoseThatDlsymFinds(t *testing.T) {
	var file struct {
		Fixture, Symbol string
		Vectors         []struct {
			Name   string
			Found  bool
			Change struct {
				At uint64
				// Bytes of encoding/json would be base64.
				Bytes   []int
				Version *uint16
			}
		}
	}
	conformance.Read(t, "entry_symbol.json", &file)
	original, err := os.ReadFile(filepath.Join(conformance.Root(t), "fixtures", file.Fixture))
	if err != nil {
		t.Skip("the fixtures are not unpacked: ", err)
	}
	parsed, err := elf.NewFile(bytes.NewReader(original))
	if err != nil {
		t.Fatal(err)
	}
	symbols, err := parsed.DynamicSymbols()
	if err != nil {
		t.Fatal(err)
	}
	// debug/elf leaves out the first, which is none.
	index := 1 + uint64(slices.IndexFunc(symbols, func(s elf.Symbol) bool { return s.Name == file.Symbol }))
	for _, vector := range file.Vectors {
		t.Run(vector.Name, func(t *testing.T) {
			changed := bytes.Clone(original)
			for i, value := range vector.Change.Bytes {
				changed[parsed.Section(".dynsym").Offset+24*index+vector.Change.At+uint64(i)] = byte(value)
			}
			if version := vector.Change.Version; version != nil {
				binary.LittleEndian.PutUint16(changed[parsed.Section(".gnu.version").Offset+2*index:], *version)
			}
			path := filepath.Join(t.TempDir(), "plugin.so")
			if err := os.WriteFile(path, changed, 0o600); err != nil {
				t.Fatal(err)
			}
			read, closer, err := Gather(path)
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = closer.Close() }()
			if found := slices.Contains(read.EntrySymbols, file.Symbol); found != vector.Found {
				t.Errorf("found: %t, want %t", found, vector.Found)
			}
		})
	}
}
