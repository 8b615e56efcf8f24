package loader

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"ocx.dev/runtime/catalog"
	"ocx.dev/runtime/trust"
)

// Vault keeps copies of plugins where nobody but this process's user can change them: the bytes that were verified are those
// that are opened, whoever exchanges the file meanwhile.
//
// They are files in a folder of mode 0700, and not memory: plugin.Open resolves its argument with realpath(3)
// (plugin/plugin_dlopen.go), which finds nothing behind the /proc/self/fd of a memfd.
type Vault struct {
	folder string
	// all: of every plugin; else of those that are pinned.
	all  bool
	lock *os.File
	// Copies by the real path of a plugin, and by device and inode: what is one file stays one.
	byPath, byInode map[string]string
}

// OpenVault makes the folder. Where no key is trusted and no plugin is pinned nothing is verified but what the bytes say of themselves,
// and there is no vault: a nil one gives back what it is given. The error is a *catalog.PlaceError.
func OpenVault(trusted []trust.Key, plugins ...catalog.Listed) (*Vault, error) {
	all := len(trusted) > 0
	if !all && !slices.ContainsFunc(plugins, isPinned) {
		return nil, nil
	}
	var because []string
	for _, parent := range []string{os.TempDir(), "/dev/shm", "/var/tmp"} {
		if reason := unfit(parent); reason != "" {
			because = append(because, fmt.Sprintf("%s %s", parent, reason))
			continue
		}
		removeAbandoned(parent)
		vault, err := newVault(parent)
		if err == nil {
			vault.all = all
			return vault, nil
		}
		because = append(because, fmt.Sprintf("%s: %s", parent, catalog.Reason(err)))
	}
	return nil, &catalog.PlaceError{Sentence: fmt.Sprintf(
		"trusted keys and pinned hashes need a folder for private copies of plugins, and there is none: %s; name one with TMPDIR", strings.Join(because, ", "))}
}

const (
	vaultName = "otelcol-plugins-"
	lockName  = "lock"
)

// newVault makes a folder, which is locked as long as its process lives.
func newVault(parent string) (*Vault, error) {
	folder, err := os.MkdirTemp(parent, vaultName)
	if err != nil {
		return nil, err
	}
	v := &Vault{folder: folder, byPath: map[string]string{}, byInode: map[string]string{}}
	unlocked := filepath.Join(folder, "unlocked")
	if v.lock, err = os.OpenFile(unlocked, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600); err == nil {
		err = syscall.Flock(int(v.lock.Fd()), syscall.LOCK_EX)
	}
	if err == nil {
		// By this name it was never without its lock.
		err = os.Rename(unlocked, filepath.Join(folder, lockName))
	}
	if err != nil {
		v.Close()
		return nil, err
	}
	return v, nil
}

// removeAbandoned removes what a process left that did not live to: a Collector that a plugin kills, again at each start.
func removeAbandoned(parent string) {
	// The parent's name is no pattern: it may hold a bracket.
	entries, _ := os.ReadDir(parent)
	for _, entry := range entries {
		if !strings.HasPrefix(entry.Name(), vaultName) {
			continue
		}
		folder := filepath.Join(parent, entry.Name())
		info, err := os.Lstat(folder)
		if err != nil || !info.IsDir() {
			continue
		}
		if stat, ok := info.Sys().(*syscall.Stat_t); !ok || int(stat.Uid) != os.Geteuid() {
			continue
		}
		lock, err := os.OpenFile(filepath.Join(folder, lockName), os.O_RDWR|syscall.O_NOFOLLOW, 0)
		if err != nil {
			continue
		}
		if syscall.Flock(int(lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) == nil {
			_ = os.RemoveAll(folder)
		}
		_ = lock.Close()
	}
}

// ST_NOEXEC of statfs(2).
const noExec = 0x8

// unfit says why plugins can't be copied into a folder of another's; empty when they can.
func unfit(parent string) string {
	info, err := os.Stat(parent)
	if err != nil {
		return "is not there"
	}
	// In a folder that others can write, but for a sticky one, they could exchange ours.
	if info.Mode().Perm()&0o022 != 0 && info.Mode()&os.ModeSticky == 0 {
		return "can be changed by others"
	}
	var of syscall.Statfs_t
	if syscall.Statfs(parent, &of) == nil && of.Flags&noExec != 0 {
		return "is mounted noexec"
	}
	return ""
}

func isPinned(listed catalog.Listed) bool { return listed.SHA256 != "" }

// Judge judges a plugin by its copy, which is what is to be opened. One that looks for libraries in its own folder is opened in
// place: beside the copy there are none. Where keys are trusted it is refused; a pin says nothing of its libraries.
func (v *Vault) Judge(listed catalog.Listed, host *catalog.Host) catalog.Record {
	record := v.Take(listed).Judge(host)
	if record.SearchesOwnFolder() {
		record.Copy = ""
	}
	return record
}

// Take copies a plugin, and gives it with the copy as what is read. What is no file stays as it is, and is judged so; what can't be
// copied is judged as what can't be read.
func (v *Vault) Take(listed catalog.Listed) catalog.Listed {
	if v == nil || listed.Kind != catalog.Plugin || !v.all && !isPinned(listed) {
		return listed
	}
	kept, err := v.take(listed.Path)
	if err != nil {
		listed.Kind, listed.Because = catalog.Ignored, "no private copy of it can be made: "+catalog.Reason(err)
		return listed
	}
	listed.Copy = kept
	return listed
}

func (v *Vault) take(path string) (string, error) {
	real, err := filepath.EvalSymlinks(path)
	if err != nil {
		return "", err
	}
	if known := v.byPath[real]; known != "" {
		return known, nil
	}
	// A file that became a pipe is not waited for.
	source, err := os.OpenFile(real, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return "", err
	}
	defer source.Close()
	info, err := source.Stat()
	if err != nil {
		return "", err
	}
	if !info.Mode().IsRegular() {
		return "", fmt.Errorf("it is no file")
	}
	inode := ""
	if stat, ok := info.Sys().(*syscall.Stat_t); ok {
		inode = fmt.Sprintf("%d:%d", stat.Dev, stat.Ino)
	}
	target := filepath.Join(v.folder, fmt.Sprintf("%d-%s", len(v.byPath)+1, filepath.Base(real)))
	if same := v.byInode[inode]; inode != "" && same != "" {
		err = os.Link(same, target)
	} else {
		err = copyFile(target, source, info.Size())
	}
	if err != nil {
		return "", err
	}
	v.byPath[real], v.byInode[inode] = target, target
	return target, nil
}

// copyFile copies as much as there was at the beginning: a file that grows without end is no plugin.
func copyFile(target string, source io.Reader, size int64) error {
	file, err := os.OpenFile(target, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o400)
	if err != nil {
		return err
	}
	_, err = io.Copy(file, io.LimitReader(source, size))
	if closing := file.Close(); err == nil {
		err = closing
	}
	return err
}

// Close removes the copies. What was opened of them stays in the process.
func (v *Vault) Close() {
	if v == nil {
		return
	}
	_ = os.RemoveAll(v.folder)
	if v.lock != nil {
		_ = v.lock.Close()
	}
}
