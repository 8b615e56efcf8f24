package evidence

import (
	"io"
	"strings"

	"ocx.dev/runtime/internal/bin"
	"ocx.dev/runtime/internal/elffile"
)

// No manifest of a real build comes near this size.
const maxManifest = 8 << 20

const (
	noteOwner       = "OTelCol"
	noteManifest    = 1
	noteDescriptors = 2
	sectionName     = ".otelcol.manifest"
	symbolName      = "collector_plugin_manifest"
	sidecarSuffix   = ".manifest.json"
)

// findManifests looks in carrier order: note, dynamic symbol, section, sidecar. It fails when
// a carrier points outside the file: those after it would be weaker, so none is taken.
func findManifests(f *elffile.File, sidecar *Carried) Manifests {
	var found []*Carried
	var manifests Manifests
	for _, note := range f.Notes() {
		switch {
		case note.Owner != noteOwner:
		case note.Type == noteManifest:
			found = append(found, carried(f, Note, note.Offset, note.Size))
		case note.Type == noteDescriptors && manifests.Descriptors == nil:
			manifests.Descriptors = carried(f, Note, note.Offset, note.Size)
		}
	}
	if symbol, ok := f.Symbol(symbolName); ok {
		found = append(found, ofSymbol(f, symbol))
	}
	if section := f.Section(sectionName); section != nil {
		c := carried(f, Section, section.Offset, section.Size)
		c.Text = strings.TrimRight(c.Text, "\x00")
		found = append(found, c)
	}
	if sidecar != nil {
		found = append(found, sidecar)
	}
	if len(found) > 0 {
		manifests.Found, manifests.Others = found[0], found[1:]
	}
	return manifests
}

func carried(f *elffile.File, carrier Carrier, offset, size uint64) *Carried {
	if size > maxManifest {
		bin.Fail(offset, string(carrier)+" "+noteOwner, "claims a manifest of %d bytes", size)
	}
	text := bin.Text(f.Source.Bytes(offset, size, string(carrier)+" "+noteOwner))
	return &Carried{Carrier: carrier, Offset: offset, Size: size, Text: text}
}

// ofSymbol reads collector_plugin_manifest, as long as collector_plugin_manifest_len says, or as the symbol is.
func ofSymbol(f *elffile.File, symbol elffile.Symbol) *Carried {
	offset, mapped := f.OffsetOf(symbol.Address)
	if !mapped {
		bin.Fail(0, symbolName, "has address 0x%x, where no segment lies", symbol.Address)
	}
	size := symbol.Size
	if length, ok := f.Symbol(symbolName + "_len"); ok {
		if at, mapped := f.OffsetOf(length.Address); mapped {
			width := 8
			if length.Size == 4 {
				width = 4
			}
			size = f.Source.View(at, uint64(width), f.Header.Order, symbolName+"_len").Word(0, width, symbolName+"_len")
		}
	}
	c := carried(f, Symbol, offset, size)
	c.Text, _, _ = strings.Cut(c.Text, "\x00")
	return c
}

// readSidecar gives <file>.manifest.json, or nil when there is none that can be read.
func readSidecar(path string) *Carried {
	file, err := openFile(path + sidecarSuffix)
	if err != nil {
		return nil
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil || !info.Mode().IsRegular() || info.Size() > maxManifest {
		return nil
	}
	bytes, err := io.ReadAll(io.LimitReader(file, maxManifest))
	if err != nil {
		return nil
	}
	text := string([]rune(string(bytes)))
	return &Carried{Carrier: Sidecar, Size: uint64(len(text)), Text: text}
}
