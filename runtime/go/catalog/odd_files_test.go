package catalog

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"ocx.dev/runtime/internal/conformance"
)

// A pipe in a plugin directory is not waited for: whoever may write there could keep a Collector from starting.
func TestPipesAreNotWaitedFor(t *testing.T) {
	plugin, err := os.ReadFile(filepath.Join(conformance.Root(t), "fixtures/plugins/go-match.so"))
	if err != nil {
		t.Skip("the fixtures are not unpacked: ", err)
	}
	folder := t.TempDir()
	list := filepath.Join(folder, "plugins.yaml")
	for name, content := range map[string]string{
		"a.so":         string(plugin),
		"empty":        "",
		"plugins.yaml": "plugins: [{path: a.so}, {path: pipe}, {path: .}, {path: link}, {path: empty}]",
	} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"pipe", "a.so.manifest.json"} {
		if err := syscall.Mkfifo(filepath.Join(folder, name), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink("gone", filepath.Join(folder, "link")); err != nil {
		t.Fatal(err)
	}
	said := make(chan string)
	go func() {
		listing, err := ListPlace(Place{Discovery: list})
		if err != nil {
			said <- err.Error()
			return
		}
		var words []string
		for _, listed := range listing.Plugins {
			first := listed.Judge(nil).Judgement.Findings[0]
			words = append(words, first.Code+" "+first.Message)
		}
		_, err = OpenHost(filepath.Join(folder, "pipe"))
		said <- strings.Join(append(words, err.Error()), "\n")
	}()
	want := `OCX0401 no host given
OCX0108 can't be read: named pipe, not opened
OCX0101 not an object file: a directory
OCX0109 symbolic link to gone: no such file or directory
OCX0101 not an object file: is an empty file
host ` + filepath.Join(folder, "pipe") + ": is a pipe, a socket or a device"
	select {
	case got := <-said:
		if got != want {
			t.Errorf("said\n%s\nwant\n%s", got, want)
		}
	case <-time.After(time.Minute):
		t.Fatal("waits for a pipe")
	}
}
