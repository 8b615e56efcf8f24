package verdict

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"os"
	"path/filepath"
	"testing"

	"ocx.dev/runtime/evidence"
	"ocx.dev/runtime/internal/conformance"
)

type damage struct {
	Tag, Value, Rename, Segment, At, ZerosAt, Bytes uint64
	Flags                                           elf.ProgFlag
	Pclntab                                         int
	Word, Less                                      uint64
	ZerosIn                                         string
	OwnHash                                         bool
}

// apply changes a real plugin as spec/conformance/README.md says.
func (d damage) apply(t *testing.T, file []byte) {
	t.Helper()
	parsed, err := elf.NewFile(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	word := func(at, value uint64) { binary.LittleEndian.PutUint64(file[at:], value) }
	var dynamic uint64
	place := map[uint64]uint64{}
	for _, p := range parsed.Progs {
		if p.Type == elf.PT_DYNAMIC {
			dynamic = p.Off
		}
	}
	for at := dynamic; binary.LittleEndian.Uint64(file[at:]) != 0; at += 16 {
		place[binary.LittleEndian.Uint64(file[at:])] = at
	}
	switch {
	case d.Word != 0:
		at := parsed.Section(".go.module").Offset + 8*d.Word
		value := d.Value
		if d.Less != 0 {
			value = binary.LittleEndian.Uint64(file[at:]) - d.Less
		}
		word(at, value)
	case d.ZerosIn != "":
		section := parsed.Section(d.ZerosIn)
		clear(file[section.Offset:][:section.Size])
	case d.OwnHash:
		flipOwnHash(t, parsed, file)
	case d.Tag != 0 && d.Rename != 0:
		word(place[d.Tag], d.Rename)
	case d.Tag != 0:
		word(place[d.Tag]+8, d.Value)
	case d.Segment != 0:
		for i, p := range parsed.Progs {
			if uint64(p.Type) == d.Segment && (d.Flags == 0 || p.Flags == d.Flags) {
				word(uint64(64+56*i)+d.At, d.Value)
				return
			}
		}
	case d.ZerosAt != 0:
		address := binary.LittleEndian.Uint64(file[place[d.ZerosAt]+8:])
		for _, p := range parsed.Progs {
			if p.Type == elf.PT_LOAD && address >= p.Vaddr && address < p.Vaddr+p.Filesz {
				clear(file[address-p.Vaddr+p.Off:][:d.Bytes])
				return
			}
		}
	default:
		clear(file[bytes.Index(file, []byte{0xf1, 0xff, 0xff, 0xff, 0, 0, 1, 8}):][:d.Pclntab])
	}
}

// flipOwnHash changes a bit of what the plugin brings of its own main package.
func flipOwnHash(t *testing.T, parsed *elf.File, file []byte) {
	t.Helper()
	symbols, err := parsed.DynamicSymbols()
	if err != nil {
		t.Fatal(err)
	}
	for _, symbol := range symbols {
		if symbol.Name != "go:link.pkghashbytes.example.com/otelcol-fixture/plugins/go-match" {
			continue
		}
		for _, p := range parsed.Progs {
			if p.Type == elf.PT_LOAD && symbol.Value >= p.Vaddr && symbol.Value < p.Vaddr+p.Filesz {
				file[symbol.Value-p.Vaddr+p.Off] ^= 1
			}
		}
	}
}

func TestDamageIsJudgedAsInTheVectors(t *testing.T) {
	var file struct {
		Fixture, Host string
		Vectors       []struct {
			Name, Message, Code string
			Load                Load
			Change              damage
		}
	}
	conformance.Read(t, "damage.json", &file)
	fixtures := filepath.Join(conformance.Root(t), "fixtures")
	original, err := os.ReadFile(filepath.Join(fixtures, file.Fixture))
	if err != nil {
		t.Skip("the fixtures are not unpacked: ", err)
	}
	host, closeHost, err := evidence.Gather(filepath.Join(fixtures, file.Host))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = closeHost.Close() }()
	for _, vector := range file.Vectors {
		t.Run(vector.Name, func(t *testing.T) {
			changed := bytes.Clone(original)
			vector.Change.apply(t, changed)
			path := filepath.Join(t.TempDir(), "plugin.so")
			if err := os.WriteFile(path, changed, 0o600); err != nil {
				t.Fatal(err)
			}
			plugin, closePlugin, err := evidence.Gather(path)
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = closePlugin.Close() }()
			j := Judge(plugin, HostOf(host), NoLibraries{})
			var first Finding
			for _, f := range j.Findings {
				if f.Severity == SeverityCrashes || f.Severity == SeverityFails || f.Severity == SeverityUnknown {
					first = f
					break
				}
			}
			if j.Load != vector.Load || first.Code != vector.Code || vector.Message != "" && first.Message != vector.Message {
				t.Errorf("%s, %s %s", j.Load, first.Code, first.Message)
			}
		})
	}
}
