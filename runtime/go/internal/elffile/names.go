package elffile

import (
	"debug/elf"
	"fmt"
)

type machine struct {
	name   string
	goarch func(Header) string
}

func always(arch string) func(Header) string { return func(Header) string { return arch } }

func wide(arch string) func(Header) string {
	return func(h Header) string {
		if h.Bits == 64 {
			return arch
		}
		return ""
	}
}

func littleEndian(h Header) bool { return h.Order.Uint16([]byte{1, 0}) == 1 }

func little(arch, otherwise string) func(Header) string {
	return func(h Header) string {
		if littleEndian(h) {
			return arch
		}
		return otherwise
	}
}

var machines = map[elf.Machine]machine{
	elf.EM_X86_64:    {"x86-64", always("amd64")},
	elf.EM_AARCH64:   {"aarch64", little("arm64", "")},
	elf.EM_386:       {"i386", always("386")},
	elf.EM_ARM:       {"arm", little("arm", "")},
	elf.EM_RISCV:     {"riscv", wide("riscv64")},
	elf.EM_PPC64:     {"ppc64", little("ppc64le", "ppc64")},
	elf.EM_S390:      {"s390", wide("s390x")},
	elf.EM_LOONGARCH: {"loongarch", wide("loong64")},
	elf.EM_MIPS: {"mips", func(h Header) string {
		name := "mips"
		if h.Bits == 64 {
			name += "64"
		}
		return little(name+"le", name)(h)
	}},
}

// EI_OSABI by GOOS. Linux writes 0 or 3.
var systems = map[uint8]string{0: "linux", 3: "linux", 6: "solaris", 9: "freebsd", 12: "openbsd"}

// MachineName is x86-64, or "machine 250" for one without a name here.
func (h Header) MachineName() string {
	if m, known := machines[h.Machine]; known {
		return m.name
	}
	return fmt.Sprintf("machine %d", h.Machine)
}

// GoPlatform is linux/amd64; empty when Go has no name for it.
func (h Header) GoPlatform() string {
	m, known := machines[h.Machine]
	if !known || systems[h.OSABI] == "" || m.goarch(h) == "" {
		return ""
	}
	return systems[h.OSABI] + "/" + m.goarch(h)
}

// Endian is little or big.
func (h Header) Endian() string {
	if littleEndian(h) {
		return "little"
	}
	return "big"
}

// Kind is what e_type says: a position-independent executable is a shared object here.
func (h Header) Kind() string {
	switch h.Type {
	case elf.ET_REL:
		return "relocatable"
	case elf.ET_EXEC:
		return "executable"
	case elf.ET_DYN:
		return "shared object"
	case elf.ET_CORE:
		return "core dump"
	}
	return fmt.Sprintf("type %d", h.Type)
}

// HeaderFaults tells why glibc refuses the headers, in its own words and order
// (elf/dl-load.c: open_verify, _dl_map_object_from_fd).
func (f *File) HeaderFaults() []string {
	h := f.Header
	var faults []string
	if h.IdentVersion != 1 {
		faults = append(faults, "ELF file version ident does not match current one")
	}
	if h.OSABI != 0 && h.OSABI != 3 {
		faults = append(faults, "ELF file OS ABI invalid")
	} else if h.ABIVersion != 0 && (h.OSABI != 3 || h.ABIVersion > 3) {
		faults = append(faults, "ELF file ABI version invalid")
	}
	for _, padding := range f.Source.Bytes(9, 7, "e_ident[EI_PAD]") {
		if padding != 0 {
			faults = append(faults, "nonzero padding in e_ident")
			break
		}
	}
	if h.Version != 1 {
		faults = append(faults, "ELF file version does not match current one")
	}
	if size := map[int]int{64: 56, 32: 32}[h.Bits]; h.Phnum > 0 && h.Phentsize != size {
		faults = append(faults, "ELF file's phentsize not the expected size")
	}
	if len(f.Segments) < h.Phnum {
		return append(faults, "cannot read file data")
	}
	loads, aligned := 0, true
	for _, s := range f.Segments {
		if s.Type == elf.PT_LOAD {
			loads++
			aligned = aligned && (s.Address-s.Offset)%4096 == 0
		}
	}
	if loads == 0 {
		faults = append(faults, "object file has no loadable segments")
	}
	if !aligned {
		faults = append(faults, "ELF load command address/offset not page-aligned")
	}
	return faults
}
