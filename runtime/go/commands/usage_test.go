package commands

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"regexp"
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

func TestAFlagThatIsNotKnownEndsBeforeAnyPluginIsLookedAt(t *testing.T) {
	for flag, want := range map[string]string{
		"--trusted-key=x":          "unknown flag: --trusted-key; here it is --plugin-trusted-key",
		"--policy=signed":          "unknown flag: --policy; here it is --plugin-policy",
		"--plugin-trustedkey=x":    "unknown flag: --plugin-trustedkey",
		"--plugin-probe-timeout=x": `--plugin-probe-timeout is "x", must be a time like 30s`,
	} {
		for _, args := range [][]string{{flag, "--config", "x"}, {"components", flag}, {"validate", "--config", "--x", flag}} {
			code, stdout, stderr := otelcolOf(append(args, "--plugin-dir", "/nowhere")...)
			if code != exitUsage || stdout != "" || stderr != "Error: "+want+"\n" {
				t.Errorf("%q: %d, %q, %q", args, code, stdout, stderr)
			}
		}
	}
	// What is known is left to otelcol, with values that look like flags.
	for _, args := range [][]string{{"--config", "--x", "--set", "a=b"}, {"validate", "--feature-gates=-x"}, {"components", "--", "--x"}} {
		if code, _, stderr := otelcolOf(append([]string{"--plugin-dir", "/nowhere"}, args...)...); code != exitUsage || !strings.Contains(stderr, "/nowhere: no such file") {
			t.Errorf("%q: %d, %q", args, code, stderr)
		}
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

// In the words of ocx: test/commands/plugins.test.ts.
func TestCheckAllOfADirectoryWithoutPluginsIsNoYes(t *testing.T) {
	host, directory, filled := fixtureOf(t, "otelcol"), t.TempDir(), fixtureOf(t, "plugins/subdirectory")
	checkAll := func(args ...string) (int, string) {
		code, _, stderr := otelcolOf(append([]string{"plugins", "check-all", "--no-load", "--collector", host}, args...)...)
		return code, strings.ReplaceAll(stderr, directory, "DIR")
	}
	empty := "Error: no plugin (*.so) to judge in DIR: it is empty (--allow-empty: that is fine)\n"
	for _, args := range [][]string{{directory}, {directory, "-o", "json"}, {directory, filled}} {
		if code, stderr := checkAll(args...); code != exitUsage || stderr != empty {
			t.Errorf("%q: %d, %q", args, code, stderr)
		}
		if code, stderr := checkAll(append(args, "--allow-empty")...); code != exitOK || stderr != "" {
			t.Errorf("%q, allowed: %d, %q", args, code, stderr)
		}
	}
	for _, name := range []string{"a.txt", "b.txt", "c.txt", "d.txt"} {
		if err := os.WriteFile(filepath.Join(directory, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if _, stderr := checkAll(directory); !strings.Contains(stderr, "in DIR: it has a.txt, b.txt, c.txt and 1 more (") {
		t.Errorf("%q", stderr)
	}
	if code, stderr := checkAll(filepath.Join(directory, "none")); code != exitUsage || !strings.Contains(stderr, "no such file or directory") {
		t.Errorf("missing: %d, %q", code, stderr)
	}
	if code, _, _ := otelcolOf("plugins", "list", "--collector", host, directory); code != exitOK {
		t.Errorf("list: %d", code)
	}
	list := filepath.Join(directory, "plugins.yaml")
	if err := os.WriteFile(list, []byte("plugins: []\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, stderr := checkAll(list); code != exitUsage || stderr != "Error: no plugin to judge in DIR/plugins.yaml: it lists none (--allow-empty: that is fine)\n" {
		t.Errorf("list of none: %d, %q", code, stderr)
	}
}

// In the words of ocx: test/commands/plugins.test.ts, test/distribution/trusted.test.ts.
func TestInspectSaysWhatItsSignsMean(t *testing.T) {
	host, plugin := fixtureOf(t, "otelcol"), fixtureOf(t, "plugins/go-other-trimpath.so")
	_, stdout, _ := otelcolOf("plugins", "inspect", "--collector", host, plugin)
	if !regexp.MustCompile(`(?m)^\? {4}go\.uber\.org/multierr +not in plugin +v1`).MatchString(stdout) {
		t.Errorf("%q", stdout)
	}
	if !strings.Contains(stdout, "\n\n   x differs and decides the load   ? only one side has it   = the same\n") {
		t.Errorf("%q", stdout)
	}
}

func TestWhatAKeyOrAListSaysIsNotCalledTheHost(t *testing.T) {
	host, plugin := fixtureOf(t, "otelcol"), fixtureOf(t, "plugins/go-match.so")
	key := filepath.Join("..", "..", "..", "test", "trust", "minisign", "plain.pub")
	_, stdout, _ := otelcolOf("plugins", "validate", "--no-load", "--collector", host, "--plugin-trusted-key", key, plugin)
	if !regexp.MustCompile(`OCX0902 .*\n.*\n +\|  signer  none\n +\|  wanted  trusts [0-9A-F]{16}\n`).MatchString(stdout) {
		t.Errorf("%q", stdout)
	}
}
