package catalog_test

import (
	"bytes"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"ocx.dev/runtime/catalog"
	"ocx.dev/runtime/report"
	"ocx.dev/runtime/verdict"
)

// Whatever is done to a file, it is judged, compared and put into words.
func TestMutatedFilesAreJudged(t *testing.T) {
	root := fixtures(t)
	host, err := catalog.OpenHost(filepath.Join(root, "otelcol"))
	if err != nil {
		t.Fatal(err)
	}
	defer host.Close()
	random := rand.New(rand.NewPCG(3, 4))
	path := filepath.Join(t.TempDir(), "plugin.so")
	for _, name := range []string{"plugins/go-other-patch.so", "plugins/rust-match.so", "plugins/go-arm64.so"} {
		original, err := os.ReadFile(filepath.Join(root, name))
		if err != nil {
			t.Fatal(err)
		}
		for range 60 {
			mutated := bytes.Clone(original)
			for range 1 + random.IntN(30) {
				mutated[random.IntN(min(len(mutated), 1<<random.IntN(23)+64))] = byte(random.IntN(256))
			}
			if err := os.WriteFile(path, mutated, 0o644); err != nil {
				t.Fatal(err)
			}
			listed, err := catalog.ListFile(path)
			if err != nil {
				t.Fatal(err)
			}
			record := listed.Judge(host)
			if record.Evidence != nil {
				verdict.Compare(record.Evidence, host.Host, record.Judgement)
			}
			var out bytes.Buffer
			p := report.NewPrinter(&out)
			p.Verdict(record)
			if err := report.WriteData(&out, report.Of(host, "", []catalog.Record{record}, nil), "yaml"); err != nil {
				t.Fatal(err)
			}
			if bytes.ContainsAny(out.Bytes(), "\x1b\x07\r") {
				t.Errorf("control characters in %q", out.String())
			}
		}
	}
}
