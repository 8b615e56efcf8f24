package commands

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.opentelemetry.io/collector/otelcol"
)

// otelcolOf runs one command line of a Collector without components.
func otelcolOf(args ...string) (code int, stdout, stderr string) {
	settings := otelcol.CollectorSettings{Factories: func() (otelcol.Factories, error) { return otelcol.Factories{}, nil }}
	var out, err bytes.Buffer
	code = Run(context.Background(), settings, args, &out, &err)
	return code, out.String(), err.String()
}

func fixtureOf(t *testing.T, name string) string {
	t.Helper()
	path := filepath.Join("..", "..", "..", "fixtures", name)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("fixtures are not unpacked: %s", err)
	}
	return path
}

func TestPluginsAloneIsWrongUsageAsInOcx(t *testing.T) {
	code, stdout, stderr := otelcolOf("plugins")
	if code != exitUsage || stdout != "" || !strings.Contains(stderr, "plugins needs a command: list, inspect, validate or check-all") {
		t.Errorf("%d, %q, %q", code, stdout, stderr)
	}
	if code, stdout, _ := otelcolOf("plugins", "--help"); code != exitOK || !strings.Contains(stdout, "check-all") {
		t.Errorf("help: %d, %q", code, stdout)
	}
}

func TestAMisspelledNameHidesNoVerdict(t *testing.T) {
	host, plugin := fixtureOf(t, "otelcol"), fixtureOf(t, "plugins/go-match.so")
	code, stdout, stderr := otelcolOf("plugins", "validate", "--no-load", "--collector", host, plugin, "nope.so")
	if code != exitUsage || !strings.Contains(stdout, "+ loads  go-match.so") || stderr != "Error: nope.so: no such file or directory\n" {
		t.Errorf("%d, %q, %q", code, stdout, stderr)
	}
	code, stdout, stderr = otelcolOf("plugins", "validate", "--no-load", "--collector", host, "no.so", "nope.so")
	if code != exitUsage || stdout != "" || stderr != "Error: no.so: no such file or directory; nope.so: no such file or directory\n" {
		t.Errorf("none there: %d, %q, %q", code, stdout, stderr)
	}
}

func TestCheckAllOfADirectoryWithoutPluginsSaysSo(t *testing.T) {
	host, directory := fixtureOf(t, "otelcol"), t.TempDir()
	code, _, stderr := otelcolOf("plugins", "check-all", "--collector", host, directory)
	if want := "Warning: nothing was judged: no plugin (*.so) in " + directory + ": it is empty\n"; code != exitOK || stderr != want {
		t.Errorf("%d, %q, want %q", code, stderr, want)
	}
	for _, name := range []string{"a.txt", "b.txt", "c.txt", "d.txt"} {
		if err := os.WriteFile(filepath.Join(directory, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if _, _, stderr = otelcolOf("plugins", "check-all", "--collector", host, directory); !strings.HasSuffix(stderr, ": it has a.txt, b.txt, c.txt and 1 more\n") {
		t.Errorf("%q", stderr)
	}
	if code, _, stderr = otelcolOf("plugins", "check-all", "--collector", host, filepath.Join(directory, "none")); code != exitUsage || !strings.Contains(stderr, "no such file or directory") {
		t.Errorf("missing: %d, %q", code, stderr)
	}
}
