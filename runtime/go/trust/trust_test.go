package trust

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/crypto/blake2b"

	"ocx.dev/runtime/internal/conformance"
)

// The keys and signatures that minisign made: test/trust/minisign/make.sh.
func file(t *testing.T, name string) []byte {
	t.Helper()
	bytes, err := os.ReadFile(vector(t, name))
	if err != nil {
		t.Fatal(err)
	}
	return bytes
}

func vector(t *testing.T, name string) string {
	return filepath.Join(conformance.Root(t), "test/trust/minisign", name)
}

func key(t *testing.T, name string) Key {
	t.Helper()
	key, err := ReadKey(vector(t, name))
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func TestSignaturesOfMinisignHold(t *testing.T) {
	digest := blake2b.Sum512(file(t, "hello.txt"))
	other := blake2b.Sum512([]byte("hello!\n"))
	plain, locked := key(t, "plain.pub"), key(t, "locked.pub")
	s, err := readSignature(file(t, "hello.txt.minisig"))
	if err != nil {
		t.Fatal(err)
	}
	changed, err := readSignature([]byte(strings.Replace(string(file(t, "hello.txt.minisig")), "1700000000", "1700000001", 1)))
	if err != nil {
		t.Fatal(err)
	}
	if s.keyID != "77E29054F489D98A" || s.keyID != plain.ID || s.comment != "timestamp:1700000000\tfile:hello.txt\thashed" {
		t.Error(s)
	}
	for what, got := range map[string][2]holding{
		"the file and the key": {s.holds(plain, digest[:]), holdsAll},
		"another file":         {s.holds(plain, other[:]), notTheFile},
		"another key":          {s.holds(locked, digest[:]), notTheFile},
		"another comment":      {changed.holds(plain, digest[:]), notTheComment},
	} {
		if got[0] != got[1] {
			t.Errorf("%s: %d, want %d", what, got[0], got[1])
		}
	}
}

func TestWhatIsNoSignatureIsSaidInTheWordsOfOCX(t *testing.T) {
	text := string(file(t, "hello.txt.minisig"))
	for sentence, content := range map[string]string{
		`its first line does not begin with "untrusted comment:"`:        "",
		"it is of minisign's legacy format: sign again, without -l":      string(file(t, "legacy.minisig")),
		"the signature is not 74 bytes of base64":                        text[:100],
		"it has no trusted comment":                                      strings.Join(strings.Split(text, "\n")[:2], "\n"),
		"it is too large to be a signature":                              strings.Repeat("x", 1<<20),
		"the signature of the trusted comment is not 64 bytes of base64": strings.TrimSpace(text) + "x",
	} {
		if _, err := readSignature([]byte(content)); err == nil || err.Error() != sentence {
			t.Errorf("%v, want %s", err, sentence)
		}
	}
	if _, err := readSignature([]byte(strings.Replace(text, "RUSK", "RU SK", 1))); err == nil {
		t.Error("base64 with a blank is taken")
	}
	if s, err := readSignature([]byte(strings.ReplaceAll(text, "\n", "\r\n"))); err != nil || strings.HasSuffix(s.comment, "\r") {
		t.Error(err)
	}
}

func TestKeysAreFilesOrLines(t *testing.T) {
	plain := key(t, "plain.pub")
	again, err := ReadKey(plain.Line())
	if err != nil || again.ID != plain.ID || !again.bytes.Equal(plain.bytes) {
		t.Error(again, err)
	}
	for named, sentence := range map[string]string{
		"nowhere.pub":                  "trusted key nowhere.pub: no such file or directory",
		vector(t, "plain.key"):         "trusted key " + vector(t, "plain.key") + ": it is the secret key of a pair, which only signs: name the public one (.pub)",
		vector(t, "hello.txt.minisig"): "trusted key " + vector(t, "hello.txt.minisig") + ": the public key is not 42 bytes of base64",
		vector(t, "hello.txt"):         "trusted key " + vector(t, "hello.txt") + `: its first line does not begin with "untrusted comment:"`,
		// The secret itself is not repeated.
		strings.Split(string(file(t, "plain.key")), "\n")[1]:  "a trusted key: it is the secret key of a pair, which only signs: name the public one, and take a new pair",
		strings.Split(string(file(t, "locked.key")), "\n")[1]: "a trusted key: it is the secret key of a pair, which only signs: name the public one, and take a new pair",
		"RW" + plain.Line()[3:]:                               "trusted key RW" + plain.Line()[3:] + ": no such file or directory",
	} {
		if _, err := ReadKey(named); err == nil || err.Error() != sentence {
			t.Errorf("%v, want %s", err, sentence)
		}
	}
}

func TestOfADistributionOnlyWhatIsWholeIsUnderstood(t *testing.T) {
	digest := strings.Repeat("ab", 32)
	good := `{"format_version": 1, "later": 1, "artifacts": [{"path": "plugins/a.so", "kind": "plugin", "sha256": "` + digest + `", "manifest_sha256": "` + digest + `"}]}`
	if list, err := artifacts([]byte(good)); err != nil || len(list) != 1 {
		t.Error(list, err)
	}
	for _, change := range [][2]string{
		{"plugins/a.so", "../a.so"}, {"plugins/a.so", "/a.so"}, {"plugins/a.so", "x/../a.so"}, {`"plugin"`, `"dog"`},
		{digest, "AB" + digest[2:]}, {`"format_version": 1`, `"format_version": 2`}, {`"artifacts"`, `"things"`}, {"[", "{"},
	} {
		if _, err := artifacts([]byte(strings.Replace(good, change[0], change[1], 1))); err == nil {
			t.Errorf("%s for %s is understood", change[1], change[0])
		}
	}
}
