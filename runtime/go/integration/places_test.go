package integration

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"ocx.dev/runtime/trust"
)

func TestEnvironmentNamesADirectory(t *testing.T) {
	t.Setenv("OTELCOL_PLUGIN_DIR", directory(t, buildPlugin(t, recipe{source: "five"})))
	o := collector(t, "components", "list", "--plugins")
	if o.code != 0 {
		t.Error(o)
	}
	mustContain(t, o.stdout, "receiver   five")
	// A flag says it better.
	if o := collector(t, "components", "list", "--plugins", "--plugin-dir", t.TempDir()); o.code != 0 || o.stdout != "no components\n" {
		t.Error(o)
	}
}

func TestDiscoveryFileIsLoadedInItsOrderAndOnlyAsPinned(t *testing.T) {
	five, factory := buildPlugin(t, recipe{source: "five"}), buildPlugin(t, recipe{source: "factory"})
	digests, err := trust.DigestsOf(five)
	if err != nil {
		t.Fatal(err)
	}
	list := filepath.Join(t.TempDir(), "plugins.yaml")
	write := func(sum string) {
		t.Helper()
		text := fmt.Sprintf("plugins:\n- path: %s\n- path: %s\n  sha256: %s\n", factory, five, sum)
		if err := os.WriteFile(list, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write(digests.SHA256)
	if o := collector(t, "components", "--plugin-list", list); o.code != 0 || !strings.HasPrefix(o.marks, "factory\nfive\n") {
		t.Error(o)
	}
	write(strings.Repeat("0", 64))
	o := collector(t, "components", "--plugin-list", list)
	if o.code != 1 || strings.Contains(o.marks, "five") {
		t.Error(o)
	}
	mustContain(t, o.stderr, "1 of 2 plugins not loaded", "OCX0901", "five.so")

	if err := os.WriteFile(list, []byte("plugins: five.so\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if o := collector(t, "components", "--plugin-list", list); o.code != 2 || !strings.Contains(o.stderr, ":1: plugins must be a list") {
		t.Error(o)
	}
}

func TestPluginThatIsListedTwiceIsNamed(t *testing.T) {
	five := buildPlugin(t, recipe{source: "five"})
	place := directory(t, five)
	copyFile(t, five, filepath.Join(place, "five-again.so"))
	o := collector(t, "components", "--plugin-dir", place)
	if o.code != 1 {
		t.Error(o)
	}
	mustContain(t, o.stderr, "plugin already loaded", "five-again.so", "five.so")
}
