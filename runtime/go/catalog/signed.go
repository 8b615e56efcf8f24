package catalog

import (
	"cmp"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"ocx.dev/runtime/evidence"
	"ocx.dev/runtime/trust"
)

// signed is the plugin as who vouches for it sees it.
func (l Listed) signed(e *evidence.Evidence) trust.Plugin {
	plugin := trust.Plugin{
		Name: filepath.Base(l.Path),
		Digests: func() trust.Digests {
			// What can't be read now matches no digest.
			digests, _ := trust.DigestsOf(l.bytes())
			return digests
		},
		Beside: func(path string) trust.Beside { return beside(filepath.Join(filepath.Dir(l.Path), path)) },
	}
	if found := e.Manifest.Found; found != nil {
		plugin.HasOnlySidecar = found.Carrier == evidence.Sidecar
	}
	plugin.LibraryPath = libraryPath(e)
	return plugin
}

// libraryPath is RUNPATH or RPATH; empty when it has none, or needs no library.
func libraryPath(e *evidence.Evidence) string {
	if e.Linker == nil || len(e.Linker.Needed) == 0 {
		return ""
	}
	return cmp.Or(e.Linker.RunPath, e.Linker.RPath)
}

// SearchesOwnFolder tells whether it looks for libraries in its own folder, which it would not find beside a copy.
func (r Record) SearchesOwnFolder() bool {
	return r.Evidence != nil && trust.SearchesOwnFolder(libraryPath(r.Evidence))
}

// Larger ones are no lists and no signatures.
const maxBeside = 16 << 20

// beside reads a small file. A pipe is not waited for.
func beside(path string) trust.Beside {
	file, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR) {
		return trust.Beside{}
	}
	if err != nil {
		return trust.Beside{Because: Reason(err)}
	}
	defer file.Close()
	info, err := file.Stat()
	switch {
	case err != nil:
		return trust.Beside{Because: Reason(err)}
	case !info.Mode().IsRegular():
		return trust.Beside{Because: "it is no file"}
	case info.Size() > maxBeside:
		return trust.Beside{Because: "it is too large"}
	}
	bytes, err := io.ReadAll(io.LimitReader(file, info.Size()))
	if err != nil {
		return trust.Beside{Because: Reason(err)}
	}
	return trust.Beside{Bytes: bytes, Found: true}
}
