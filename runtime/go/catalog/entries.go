// Package catalog lists what lies in a plugin directory or is named by a discovery
// file, in load order, and reads and judges each file without running any of it.
package catalog

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
)

// Entry is a file as it was found, unread.
type Entry struct {
	// Path to open it with; its bytes need not be UTF-8.
	Path string
	// Name relative to the directory it was found in, or as a discovery file has it.
	Name string
	// Link is the target of a symbolic link; empty for what is none.
	Link string
	Size int64
	// Kind tells whether a host would try to load it.
	Kind EntryKind
	// Because says why it is missing or ignored.
	Because string

	stamp string
	// isFile: whoever names it means it, whatever its name; else a directory, a pipe or a device, which nobody opens.
	isFile bool
	// inode is device and inode, the same for hard links; empty when nothing is there.
	inode string
	// isDirectory: with links followed.
	isDirectory bool
}

// EntryKind sorts entries into what a host tries to load and what it passes over.
type EntryKind int

// The kinds. Missing is named like a plugin, but nothing can be read.
const (
	Plugin EntryKind = iota
	Missing
	Ignored
)

// List gives the entries of a directory in load order: by the bytes of their names.
func List(directory string) ([]Entry, error) {
	names, err := readNames(directory)
	if err != nil {
		return nil, &PlaceError{fmt.Sprintf("%s: %s", directory, Reason(err))}
	}
	entries := make([]Entry, len(names))
	for i, name := range names {
		entries[i] = EntryAt(filepath.Join(directory, name), name)
	}
	return entries, nil
}

func readNames(directory string) ([]string, error) {
	file, err := os.Open(directory)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	names, err := file.Readdirnames(-1)
	slices.Sort(names)
	return names, err
}

// EntryAt looks at one path, without opening it.
func EntryAt(path, name string) Entry {
	e := Entry{Path: path, Name: name}
	info, err := os.Lstat(path)
	if err != nil {
		e.Kind, e.Because, e.stamp = Missing, Reason(err), "missing"
		return e
	}
	if info.Mode()&fs.ModeSymlink != 0 {
		e.Link, err = os.Readlink(path)
		if err != nil {
			e.Link = "?"
		}
		info, err = os.Stat(path)
		if err != nil {
			e.Kind = Ignored
			if isPluginName(name) {
				e.Kind = Missing
			}
			e.Because = fmt.Sprintf("symbolic link to %s: %s", e.Link, Reason(err))
			e.stamp = "dangling " + e.Link
			return e
		}
	}
	if info.Mode().IsRegular() {
		e.Size, e.isFile = info.Size(), true
	}
	e.stamp = fmt.Sprintf("%d:%d:%v:%s", info.Size(), info.ModTime().UnixNano(), info.Mode(), e.Link)
	if e.inode = inodeOf(info); e.inode != "" {
		e.stamp += ":" + e.inode
	}
	e.isDirectory = info.IsDir()
	e.Kind, e.Because = kindOf(name, info.Mode(), e.Link != "")
	return e
}

// inodeOf is empty where the system has none.
func inodeOf(info fs.FileInfo) string {
	if stat, ok := info.Sys().(*syscall.Stat_t); ok {
		return fmt.Sprintf("%d:%d", stat.Dev, stat.Ino)
	}
	return ""
}

// Changed tells whether the file is another than the one that was looked at.
func (e Entry) Changed() bool { return EntryAt(e.Path, e.Name).stamp != e.stamp }

func isPluginName(name string) bool {
	base := filepath.Base(name)
	return strings.HasSuffix(base, ".so") && !strings.HasPrefix(base, ".")
}

func kindOf(name string, mode fs.FileMode, isLink bool) (EntryKind, string) {
	base := filepath.Base(name)
	switch {
	case mode.IsDir() && isLink:
		return Ignored, "symbolic link to a directory, not followed"
	case mode.IsDir():
		return Ignored, "directory, not followed"
	case mode&fs.ModeNamedPipe != 0:
		return Ignored, "named pipe, not opened"
	case mode&fs.ModeSocket != 0:
		return Ignored, "socket, not opened"
	case !mode.IsRegular():
		return Ignored, "device, not opened"
	case strings.HasPrefix(base, "."):
		return Ignored, "hidden file"
	case strings.HasSuffix(base, ".so"):
		return Plugin, ""
	case strings.HasSuffix(base, ".so.components.json"):
		return Ignored, "descriptors of the plugin beside it"
	case strings.HasSuffix(base, ".so.manifest.json"):
		return Ignored, "manifest of the plugin beside it"
	case strings.HasSuffix(base, ".so.minisig"):
		return Ignored, "signature of the plugin beside it"
	}
	return Ignored, "name does not end in .so"
}

// PlaceError is a directory, host or discovery file that can't be used: one sentence, exit code 2.
type PlaceError struct{ Sentence string }

func (e *PlaceError) Error() string { return e.Sentence }

// Reason gives a system error in words.
func Reason(err error) string {
	words := map[syscall.Errno]string{
		syscall.ENOENT:       "no such file or directory",
		syscall.EACCES:       "permission denied",
		syscall.EPERM:        "operation not permitted",
		syscall.EISDIR:       "is a directory",
		syscall.ENOTDIR:      "a part of the path is not a directory",
		syscall.ENXIO:        "is a pipe, a socket or a device",
		syscall.ELOOP:        "too many symbolic links",
		syscall.EIO:          "the disk reports an error",
		syscall.EMFILE:       "too many open files",
		syscall.ENAMETOOLONG: "the name is too long",
	}
	var number syscall.Errno
	if errors.As(err, &number) && words[number] != "" {
		return words[number]
	}
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err.Error()
	}
	return err.Error()
}
