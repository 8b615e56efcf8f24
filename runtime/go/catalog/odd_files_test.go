package catalog

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"ocx.dev/runtime/internal/conformance"
)

// A pipe in a plugin directory is not waited for: whoever may write there could keep a Collector from starting.
func TestPipesAreNotWaitedFor(t *testing.T) {
	plugin, err := os.ReadFile(filepath.Join(conformance.Root(t), "fixtures/plugins/go-match.so"))
	if err != nil {
		t.Skip("the fixtures are not unpacked: ", err)
	}
	folder := t.TempDir()
	list := filepath.Join(folder, "plugins.yaml")
	for name, content := range map[string]string{
		"a.so":         string(plugin),
		"empty":        "",
		"plugins.yaml": "plugins: [{path: a.so}, {path: pipe}, {path: .}, {path: link}, {path: empty}]",
	} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"pipe", "a.so.manifest.json"} {
		if err := syscall.Mkfifo(filepath.Join(folder, name), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink("gone", filepath.Join(folder, "link")); err != nil {
		t.Fatal(err)
	}
	said := make(chan string)
	go func() {
		listing, err := ListPlace(Place{Discovery: list})
		if err != nil {
			said <- err.Error()
			return
		}
		var words []string
		for _, listed := range listing.Plugins {
			first := listed.Judge(nil).Judgement.Findings[0]
			words = append(words, first.Code+" "+first.Message)
		}
		_, err = OpenHost(filepath.Join(folder, "pipe"))
		said <- strings.Join(append(words, err.Error()), "\n")
	}()
	want := `OCX0401 no host given
OCX0108 can't be read: named pipe, not opened
OCX0101 not an object file: a directory
OCX0109 symbolic link to gone: no such file or directory
OCX0101 not an object file: is an empty file
host ` + filepath.Join(folder, "pipe") + ": is a pipe, a socket or a device"
	select {
	case got := <-said:
		if got != want {
			t.Errorf("said\n%s\nwant\n%s", got, want)
		}
	case <-time.After(time.Minute):
		t.Fatal("waits for a pipe")
	}
}

// A file of holes costs its owner nothing; what its headers promise is not read into memory because they say so.
func TestHolesAreNotReadIntoMemory(t *testing.T) {
	const size = 6 << 30
	symbols := []elf.Dyn64{
		{Tag: int64(elf.DT_STRTAB), Val: 0x2000}, {Tag: int64(elf.DT_STRSZ), Val: 100},
		{Tag: int64(elf.DT_SYMTAB), Val: 0x3000}, {Tag: int64(elf.DT_SYMENT), Val: 24},
	}
	relocations := append(slices.Clone(symbols), elf.Dyn64{Tag: int64(elf.DT_HASH), Val: 0x2800},
		elf.Dyn64{Tag: int64(elf.DT_RELA), Val: 0x100000}, elf.Dyn64{Tag: int64(elf.DT_RELASZ), Val: 5 << 30},
		elf.Dyn64{Tag: int64(elf.DT_RELAENT), Val: 24})
	for want, tags := range map[string][]elf.Dyn64{
		"DT_SYMTAB at 0x3000 needs 6,442,438,656 bytes, more than the 268,435,456 that are read at once":    symbols,
		"relocation at 0x100000 needs 5,368,709,112 bytes, more than the 268,435,456 that are read at once": relocations,
	} {
		header := elf.Header64{Type: uint16(elf.ET_DYN), Machine: uint16(elf.EM_X86_64), Version: 1, Phoff: 64, Ehsize: 64, Phentsize: 56, Phnum: 2}
		copy(header.Ident[:], "\x7fELF\x02\x01\x01")
		tags = append(tags, elf.Dyn64{})
		length := uint64(16 * len(tags))
		var file bytes.Buffer
		for _, part := range []any{
			header,
			elf.Prog64{Type: uint32(elf.PT_LOAD), Flags: 7, Filesz: size, Memsz: size, Align: 0x1000},
			elf.Prog64{Type: uint32(elf.PT_DYNAMIC), Flags: 4, Off: 176, Vaddr: 176, Filesz: length, Memsz: length, Align: 8},
			tags,
		} {
			if err := binary.Write(&file, binary.LittleEndian, part); err != nil {
				t.Fatal(err)
			}
		}
		folder := t.TempDir()
		path := filepath.Join(folder, "holes.so")
		if err := os.WriteFile(path, file.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Truncate(path, size); err != nil {
			t.Skip("no files of holes here: ", err)
		}
		listing, err := ListPlace(Place{Directories: []string{folder}})
		if err != nil {
			t.Fatal(err)
		}
		var said []string
		for _, finding := range listing.Plugins[0].Judge(nil).Judgement.Findings {
			said = append(said, finding.Message)
		}
		if !slices.Contains(said, want) {
			t.Errorf("said %q, not %q", said, want)
		}
	}
}
