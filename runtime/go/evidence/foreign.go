package evidence

import (
	"bytes"
	"debug/macho"
	"debug/pe"
	"fmt"
	"io"
	"regexp"
	"slices"

	"ocx.dev/runtime/internal/bin"
)

// ofForeign reads Mach-O and PE files, as far as they are shown; nil for what is neither.
func ofForeign(file io.ReaderAt, sidecar *Carried) *Evidence {
	object, ok := foreignObject(file)
	if !ok {
		return nil
	}
	e := &Evidence{Object: object, Manifest: Manifests{Found: sidecar}}
	if info := readBuildInfo(file, nil); info != nil {
		e.Go = &Go{BuildInfo: info}
	}
	return e
}

func foreignObject(file io.ReaderAt) (object Object, ok bool) {
	defer func() {
		if recover() != nil {
			ok = false
		}
	}()
	if f, err := macho.NewFile(file); err == nil {
		return machoObject(f), true
	}
	head := make([]byte, 2)
	if _, err := file.ReadAt(head, 0); err == nil && string(head) == "MZ" {
		if f, err := pe.NewFile(file); err == nil {
			return peObject(f), true
		}
	}
	return Object{}, false
}

func machoObject(f *macho.File) Object {
	o := Object{Format: "macho", Bits: 32, Endian: "little", Machine: fmt.Sprintf("machine %d", uint32(f.Cpu)), Kind: fmt.Sprintf("type %d", uint32(f.Type))}
	if f.Magic == macho.Magic64 {
		o.Bits = 64
	}
	if f.ByteOrder.Uint16([]byte{1, 0}) != 1 {
		o.Endian = "big"
	}
	names := map[macho.Cpu][2]string{
		macho.Cpu386:   {"i386", "386"},
		macho.CpuAmd64: {"x86-64", "amd64"},
		macho.CpuArm:   {"arm", "arm"},
		macho.CpuArm64: {"aarch64", "arm64"},
	}
	if name, known := names[f.Cpu]; known {
		o.Machine, o.GoPlatform = name[0], "darwin/"+name[1]
	}
	kinds := map[macho.Type]string{macho.TypeObj: "relocatable", macho.TypeExec: "executable", macho.TypeDylib: "dynamic library", macho.TypeBundle: "bundle"}
	if kind, known := kinds[f.Type]; known {
		o.Kind = kind
	}
	return o
}

func peObject(f *pe.File) Object {
	o := Object{Format: "pe", Bits: 32, Endian: "little", Machine: fmt.Sprintf("machine %d", f.Machine), Kind: "executable"}
	if _, wide := f.OptionalHeader.(*pe.OptionalHeader64); wide {
		o.Bits = 64
	}
	names := map[uint16][2]string{
		pe.IMAGE_FILE_MACHINE_I386:  {"i386", "386"},
		pe.IMAGE_FILE_MACHINE_AMD64: {"x86-64", "amd64"},
		pe.IMAGE_FILE_MACHINE_ARMNT: {"arm", "arm"},
		pe.IMAGE_FILE_MACHINE_ARM64: {"aarch64", "arm64"},
	}
	if name, known := names[f.Machine]; known {
		o.Machine, o.GoPlatform = name[0], "windows/"+name[1]
	}
	if f.Characteristics&pe.IMAGE_FILE_DLL != 0 {
		o.Kind = "dynamic library"
	}
	return o
}

var linkerScript = regexp.MustCompile(`(?s)^\s*(/\*.*?\*/\s*)?(OUTPUT_FORMAT|GROUP|INPUT|SECTIONS|VERSION)\s*[({]`)

// appearance tells what a file is that no loader knows.
func appearance(source *bin.Source) string {
	if source.Size() == 0 {
		return "is an empty file"
	}
	sample := source.Bytes(0, min(4096, source.Size()), "file")
	if bytes.HasPrefix(sample, []byte("!<arch>\n")) || bytes.HasPrefix(sample, []byte("!<thin>\n")) {
		return "is an archive"
	}
	isBinary := slices.ContainsFunc(sample, func(b byte) bool {
		return b < 0x20 && !slices.Contains([]byte("\t\n\f\r\x1b"), b)
	})
	switch {
	case isBinary:
		return "is data of no known format"
	case linkerScript.Match(sample):
		return "is a linker script"
	}
	return "is a text file"
}
