package verdict

import (
	"fmt"

	"ocx.dev/runtime/evidence"
)

// knownFormat: formats whose loaders are not modelled are shown, not judged.
func knownFormat(s *subject) ruling {
	o := s.plugin.Object
	if o.Format == "elf" {
		return ruling{}
	}
	title, system := "PE", "Windows"
	if o.Format == "macho" {
		title, system = "Mach-O", "macOS"
	}
	code, f := "OCX0102", Finding{
		Subject:  "format",
		Plugin:   fmt.Sprintf("%s %s, %s", title, o.Kind, o.Machine),
		Evidence: title + " header at 0x0",
		Message:  fmt.Sprintf("%s file for %s: not judged on this system", title, system),
		Fix:      "build the plugin for the platform of the Collector that loads it",
	}
	// The loader of an ELF host refuses them (elf/dl-load.c: open_verify).
	if s.host != nil && s.host.Evidence.Object.Format == "elf" {
		theirs := s.host.Evidence.Object
		code, f.Host = "OCX0112", fmt.Sprintf("ELF %s, %s", theirs.Kind, theirs.Machine)
		f.Message = fmt.Sprintf("%s file for %s, the host is an ELF file", title, system)
		f.LoaderMessage = "invalid ELF header"
	}
	return ruling{findings: []Finding{New(code, f)}}
}

// elfHeader is what glibc checks before it maps anything (elf/dl-load.c: open_verify).
func elfHeader(s *subject) ruling {
	if s.host.isMusl() {
		return muslHeader(s)
	}
	mine := s.plugin.Object
	var found []Finding
	for _, fault := range mine.HeaderFaults {
		found = append(found, New("OCX0105", Finding{
			Subject:       "ELF header",
			Plugin:        fault,
			Evidence:      "ELF header at 0x0",
			Message:       "the dynamic linker refuses the ELF header: " + fault,
			LoaderMessage: fault,
			Fix:           "copy or build the file again; no compiler writes such a header",
		}))
	}
	if s.host == nil {
		return checked("ELF header", found...)
	}
	theirs := s.host.Evidence.Object
	if mine.Machine != theirs.Machine || mine.Bits != theirs.Bits || mine.Endian != theirs.Endian {
		text := func(o evidence.Object) string {
			return fmt.Sprintf("%s, %d-bit, %s-endian", o.Machine, o.Bits, o.Endian)
		}
		f := Finding{
			Subject:  "machine",
			Plugin:   text(mine),
			Host:     text(theirs),
			Evidence: "ELF header, e_machine at 0x12",
			Message:  fmt.Sprintf("built for %s, the host is %s", mine.Machine, theirs.Machine),
			Fix:      "build the plugin for " + theirs.Machine,
		}
		if theirs.GoPlatform != "" {
			f.Fix = "build the plugin for " + theirs.GoPlatform
		}
		// Class and byte order are looked at first; read as what they are not, the other fields mean nothing.
		switch {
		case mine.Bits != theirs.Bits:
			f.LoaderMessage, found = fmt.Sprintf("wrong ELF class: ELFCLASS%d", mine.Bits), nil
		case mine.Endian != theirs.Endian:
			f.LoaderMessage, found = fmt.Sprintf("ELF file data encoding not %s-endian", theirs.Endian), nil
		}
		found = append(found, New("OCX0106", f))
	}
	return checked("ELF header and machine", found...)
}

// completeFile: dlopen maps whatever the program headers say; a page past the end of the file is SIGBUS when it is touched.
func completeFile(s *subject) ruling {
	t := s.plugin.Object.Truncated
	if t == nil {
		return checked("segments complete")
	}
	if !t.Pages {
		return zeros(s.plugin.Size, t)
	}
	size := Grouped(s.plugin.Size)
	return checked("segments complete", New("OCX0104", Finding{
		Subject:  "segments",
		Plugin:   size + " bytes",
		Evidence: fmt.Sprintf("program header of segment %d", t.Segment),
		Message: fmt.Sprintf("file ends inside segment %d of %d: it has %s bytes, its segments need %s",
			t.Segment, t.Segments, size, Grouped(t.Needs)),
		Fix: "copy the file again and compare its size with the original",
	}))
}

// zeros: the end of the last page is missing, and the kernel maps zeros, so what happens depends on what was there.
func zeros(size int64, t *evidence.Truncation) ruling {
	return notChecked("the last bytes of a segment, which are missing", New("OCX0111", Finding{
		Subject:  "segments",
		Plugin:   Grouped(size) + " bytes",
		Evidence: fmt.Sprintf("program header of segment %d", t.Segment),
		Message:  fmt.Sprintf("the last %s bytes of segment %d are missing, and read as zeros", Grouped(t.Needs-uint64(size)), t.Segment),
		Fix:      "copy the file again and compare its size with the original",
	}))
}

// sharedObject: dlopen refuses programs (elf/dl-load.c: _dl_map_object_from_fd).
func sharedObject(s *subject) ruling {
	o, l := s.plugin.Object, s.plugin.Linker
	if s.host.isMusl() && l != nil && l.Dynamic {
		return muslType(s)
	}
	pie := l != nil && l.PIE
	executable := o.Kind == "executable" || pie
	isShared := o.Kind == "shared object"
	if isShared && !executable && l != nil && l.Dynamic {
		return checked("shared object")
	}
	f := Finding{Subject: "type", Plugin: o.Kind, Evidence: "ELF header, e_type at 0x10"}
	if pie {
		f.Plugin = "position-independent executable"
	}
	switch {
	case executable:
		f.Message = fmt.Sprintf("it is a program (%s), not a shared object", f.Plugin)
	case isShared:
		f.Message = "it has no dynamic section: it was not linked as a shared object"
	default:
		f.Message = fmt.Sprintf("it is a %s file, not a shared object", f.Plugin)
	}
	switch {
	case pie:
		f.LoaderMessage = "cannot dynamically load position-independent executable"
	case o.Kind == "executable":
		f.LoaderMessage = "cannot dynamically load executable"
	case isShared:
		f.LoaderMessage = "object file has no dynamic section"
	default:
		f.LoaderMessage = "only ET_DYN and ET_EXEC can be loaded"
	}
	f.Fix = `link it as a shared library (Rust: crate-type = ["cdylib"])`
	if s.plugin.Go != nil {
		f.Fix = "build it with go build -buildmode=plugin"
	}
	return checked("shared object", New("OCX0107", f))
}

// readable names parts that could not be read, so that nothing is concluded from their absence.
func readable(s *subject) ruling {
	var r ruling
	for _, p := range s.plugin.Problems {
		r.findings = append(r.findings, New("OCX0103", Finding{
			Subject:  p.Field,
			Evidence: fmt.Sprintf("offset 0x%x", p.Offset),
			Message:  fmt.Sprintf("%s at 0x%x %s", p.Field, p.Offset, p.Text),
			Fix:      "copy or build the file again",
		}))
	}
	return r
}
