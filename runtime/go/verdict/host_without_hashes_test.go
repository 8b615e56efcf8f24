package verdict

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"ocx.dev/runtime/evidence"
	"ocx.dev/runtime/internal/conformance"
)

// Linked statically or internally, a host has plugin code and no hashes: it dies before it looks up the entry symbol.
func TestMissingEntrySymbolDecidesNothingForAHostWithoutHashes(t *testing.T) {
	fixture := func(name string) *evidence.Evidence {
		e, file, err := evidence.Gather(filepath.Join(conformance.Root(t), "fixtures", name))
		if err != nil {
			t.Skip("the fixtures are not unpacked: ", err)
		}
		t.Cleanup(func() { _ = file.Close() })
		return e
	}
	host, plugin := HostOf(fixture("otelcol")), fixture("plugins/go-no-entry.so")
	none := NoLibraries{}
	if j := Judge(plugin, host, none); j.Load != LoadFails {
		t.Errorf("with hashes: %s", j.Load)
	}
	host.Evidence.Go.ProvidesHashes = false
	if j := Judge(plugin, host, none); j.Load != LoadUnknown {
		t.Errorf("without hashes: %s", j.Load)
	}
}

// Plugin code in a host that exports no hashes is found by the name of its function.
func TestPluginCodeWithoutHashesIsFound(t *testing.T) {
	original, err := os.ReadFile(filepath.Join(conformance.Root(t), "fixtures", "otelcol"))
	if err != nil {
		t.Skip("the fixtures are not unpacked: ", err)
	}
	for _, c := range []struct {
		renamed []string
		found   bool
	}{
		{nil, false},
		{[]string{"go:link.pkghashbytes"}, true},
		{[]string{"go:link.pkghashbytes", "plugin._Cfunc_pluginOpen"}, false},
	} {
		content := original
		for _, name := range c.renamed {
			content = bytes.ReplaceAll(content, []byte(name), []byte("x"+name[1:]))
		}
		path := filepath.Join(t.TempDir(), "otelcol")
		if err := os.WriteFile(path, content, 0o755); err != nil {
			t.Fatal(err)
		}
		e, file, err := evidence.Gather(path)
		if err != nil {
			t.Fatal(err)
		}
		if e.Go.LoaderWithoutHashes != c.found {
			t.Errorf("without %q: %v", c.renamed, e.Go.LoaderWithoutHashes)
		}
		_ = file.Close()
	}
}
