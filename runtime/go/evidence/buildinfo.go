package evidence

import (
	"debug/buildinfo"
	"debug/elf"
	"fmt"
	"io"
	"runtime/debug"

	"ocx.dev/runtime/internal/bin"
	"ocx.dev/runtime/internal/elffile"
)

// readBuildInfo hides section headers that are junk: debug/elf refuses the file for them, and
// debug/buildinfo finds its data without. It fails for a file in which there is more to search than any has.
func readBuildInfo(file io.ReaderAt, f *elffile.File) *debug.BuildInfo {
	if f != nil {
		checkSearch(f)
	}
	if info, err := buildInfoOf(file); err == nil {
		return info
	}
	if f == nil {
		return nil
	}
	info, _ := buildInfoOf(withoutSections{file, f.Header.Bits})
	return info
}

func buildInfoOf(file io.ReaderAt) (info *debug.BuildInfo, err error) {
	// The packages debug/* say that they are not hardened against crafted files.
	defer func() {
		if reason := recover(); reason != nil {
			err = fmt.Errorf("debug/buildinfo: %v", reason)
		}
	}()
	info, err = buildinfo.Read(file)
	if err == nil && len(info.GoVersion) > maxVersion {
		return nil, fmt.Errorf("a Go version of %d bytes", len(info.GoVersion))
	}
	return info, err
}

// maxVersion is that of source/binary/go/buildInfo.ts: a longer one would be put into words everywhere.
const maxVersion = 1024

// withoutSections reads an ELF file whose header says that there are no section headers.
type withoutSections struct {
	file io.ReaderAt
	bits int
}

func (w withoutSections) ReadAt(p []byte, offset int64) (int, error) {
	n, err := w.file.ReadAt(p, offset)
	blank := func(from, to int64) {
		for at := max(from, offset); at < min(to, offset+int64(n)); at++ {
			p[at-offset] = 0
		}
	}
	if w.bits == 64 {
		blank(40, 48)
		blank(60, 64)
	} else {
		blank(32, 36)
		blank(48, 52)
	}
	return n, err
}

// mostSearched: build info has a section of its own, or is in the writable data, some ten megabytes; of a file with holes those could be
// any number.
const mostSearched = 1 << 30

func checkSearch(f *elffile.File) {
	left := uint64(mostSearched)
	search := func(offset, size uint64) {
		if offset >= f.Source.Size() {
			return
		}
		size = min(size, f.Source.Size()-offset)
		if size > left {
			bin.Fail(offset, "Go build info", "is looked for in 1,073,741,824 bytes at most")
		}
		left -= size
	}
	if section := f.Section(".go.buildinfo"); section != nil {
		search(section.Offset, section.Size)
		return
	}
	for _, s := range f.Segments {
		if s.Type == elf.PT_LOAD && s.Flags&(elf.PF_X|elf.PF_W) == elf.PF_W {
			search(s.Offset, s.FileSize)
		}
	}
}
