package loader

import (
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"

	"ocx.dev/runtime/catalog"
	"ocx.dev/runtime/internal/conformance"
	"ocx.dev/runtime/trust"
)

func trusted(t *testing.T) []trust.Key {
	t.Helper()
	key, err := trust.ReadKey(filepath.Join(conformance.Root(t), "test/trust/minisign/plain.pub"))
	if err != nil {
		t.Fatal(err)
	}
	return []trust.Key{key}
}

func TestACopyIsWhatTheFileWasAndOneFileStaysOne(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	vault, err := OpenVault(trusted(t))
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	at := func(name string) string { return filepath.Join(folder, name) }
	if err := os.WriteFile(at("a.so"), []byte("first"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("a.so", at("symbolic.so")); err != nil {
		t.Fatal(err)
	}
	if err := os.Link(at("a.so"), at("hard.so")); err != nil {
		t.Fatal(err)
	}
	take := func(name string) string {
		t.Helper()
		listed := vault.Take(catalog.Listed{Entry: catalog.EntryAt(at(name), name)})
		if listed.Copy == "" {
			t.Fatal(listed.Because)
		}
		return listed.Copy
	}
	first, symbolic, hard := take("a.so"), take("symbolic.so"), take("hard.so")
	if err := os.WriteFile(at("a.so"), []byte("second"), 0o600); err != nil {
		t.Fatal(err)
	}
	if content, err := os.ReadFile(first); err != nil || string(content) != "first" {
		t.Errorf("%q, %v", content, err)
	}
	if symbolic != first || hard == first || !sameFile(t, first, hard) {
		t.Error(first, symbolic, hard)
	}
	if info, err := os.Stat(filepath.Dir(first)); err != nil || info.Mode().Perm() != 0o700 {
		t.Error(info, err)
	}
	vault.Close()
	if _, err := os.Stat(filepath.Dir(first)); !os.IsNotExist(err) {
		t.Error("the copies are still there")
	}
}

func sameFile(t *testing.T, a, b string) bool {
	t.Helper()
	of, err := os.Stat(a)
	if err != nil {
		t.Fatal(err)
	}
	and, err := os.Stat(b)
	if err != nil {
		t.Fatal(err)
	}
	return os.SameFile(of, and)
}

func TestAFileThatBecameAPipeIsNotWaitedFor(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	vault, err := OpenVault(trusted(t))
	if err != nil {
		t.Fatal(err)
	}
	defer vault.Close()
	path := filepath.Join(t.TempDir(), "a.so")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	entry := catalog.EntryAt(path, "a.so")
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	listed := vault.Take(catalog.Listed{Entry: entry})
	if listed.Kind != catalog.Ignored || listed.Because != "no private copy of it can be made: it is no file" {
		t.Error(listed)
	}
	if record := listed.Judge(nil); record.Judgement.Findings[0].Code != "OCX0108" {
		t.Error(record.Judgement)
	}
}

func TestWhatADeadProcessLeftIsRemovedAndNoOther(t *testing.T) {
	// Looked for by a pattern, nothing was found in such a folder.
	parent := filepath.Join(t.TempDir(), "[a]")
	if err := os.Mkdir(parent, 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("TMPDIR", parent)
	alive, err := OpenVault(trusted(t))
	if err != nil {
		t.Fatal(err)
	}
	defer alive.Close()
	dead, err := newVault(parent)
	if err != nil {
		t.Fatal(err)
	}
	// What the system does at the end of a process.
	if err := dead.lock.Close(); err != nil {
		t.Fatal(err)
	}
	another, err := OpenVault(trusted(t))
	if err != nil {
		t.Fatal(err)
	}
	defer another.Close()
	if _, err := os.Stat(dead.folder); !os.IsNotExist(err) {
		t.Error("what was abandoned is still there")
	}
	if _, err := os.Stat(alive.folder); err != nil {
		t.Error(err)
	}
}

func TestAFolderThatOthersCanChangeIsNotTaken(t *testing.T) {
	open := t.TempDir()
	if err := os.Chmod(open, 0o777); err != nil {
		t.Fatal(err)
	}
	if got := unfit(open); got != "can be changed by others" {
		t.Error(got)
	}
	if err := os.Chmod(open, 0o777|os.ModeSticky); err != nil {
		t.Fatal(err)
	}
	if got := unfit(open); got != "" {
		t.Error(got)
	}
	if got := unfit(filepath.Join(open, "nowhere")); got != "is not there" {
		t.Error(got)
	}
}

func TestWithoutKeysOnlyWhatIsPinnedIsCopied(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	at := filepath.Join(t.TempDir(), "a.so")
	if err := os.WriteFile(at, []byte("first"), 0o600); err != nil {
		t.Fatal(err)
	}
	entry := catalog.EntryAt(at, "a.so")
	pinned := catalog.Listed{Entry: entry, SHA256: "x"}
	vault, err := OpenVault(nil, catalog.Listed{Entry: entry}, pinned)
	if err != nil || vault == nil {
		t.Fatal(vault, err)
	}
	defer vault.Close()
	if listed := vault.Take(pinned); listed.Copy == "" {
		t.Error(listed)
	}
	if listed := vault.Take(catalog.Listed{Entry: entry}); listed.Copy != "" {
		t.Error(listed)
	}
}

func TestWhatLooksForLibrariesBesideItselfIsOpenedInPlace(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	folder := t.TempDir()
	source := filepath.Join(folder, "a.c")
	if err := os.WriteFile(source, []byte("#include <math.h>\ndouble a(double x) { return cos(x); }\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, flags := range [][]string{{"-Wl,-rpath,$ORIGIN/lib"}, {}} {
		at := filepath.Join(folder, "a.so")
		if said, err := exec.Command("gcc", append([]string{"-shared", "-fPIC", "-o", at, source, "-lm"}, flags...)...).CombinedOutput(); err != nil {
			t.Fatalf("%s: %v", said, err)
		}
		digests, err := trust.DigestsOf(at)
		if err != nil {
			t.Fatal(err)
		}
		pinned := catalog.Listed{Entry: catalog.EntryAt(at, "a.so"), SHA256: digests.SHA256}
		vault, err := OpenVault(nil, pinned)
		if err != nil {
			t.Fatal(err)
		}
		if record := vault.Judge(pinned, nil); (record.Copy == "") != (len(flags) > 0) {
			t.Errorf("%v: copy %q", flags, record.Copy)
		}
		vault.Close()
	}
}

func TestWithoutKeysNothingIsCopied(t *testing.T) {
	vault, err := OpenVault(nil)
	if err != nil || vault != nil {
		t.Fatal(vault, err)
	}
	if listed := vault.Take(catalog.Listed{Entry: catalog.Entry{Path: "/x.so"}}); listed.Copy != "" {
		t.Error(listed)
	}
	vault.Close()
}
