package verdict

import (
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
