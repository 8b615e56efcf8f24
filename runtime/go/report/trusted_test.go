package report_test

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/crypto/blake2b"

	"ocx.dev/runtime/internal/conformance"
)

// A signed distribution of fixtures, tampered with in every way: the Collector says of it what ocx does, byte for byte.
func TestWhatTrustedKeysSayIsWhatOCXSays(t *testing.T) {
	cli := os.Getenv("OCX_CLI")
	if cli == "" {
		t.Skip("OCX_CLI names no dist/cli.js to compare with")
	}
	root := conformance.Root(t)
	if _, err := os.Stat(filepath.Join(root, "fixtures/otelcol")); err != nil {
		t.Skip("the fixtures are not unpacked: ", err)
	}
	mine, theirs := filepath.Join(root, "test/trust/minisign/plain.pub"), filepath.Join(root, "test/trust/minisign/locked.pub")
	for name, c := range map[string]struct {
		tamper func(d signedFolder)
		keys   []string
		// want is a code that must be among them; empty: both plugins load.
		want string
	}{
		"whole":                {func(signedFolder) {}, []string{mine}, ""},
		"two keys":             {func(signedFolder) {}, []string{theirs, mine}, ""},
		"another key":          {func(signedFolder) {}, []string{theirs}, "OCX0903"},
		"a byte":               {func(d signedFolder) { d.flip("plugins/go-match.so") }, []string{mine}, "OCX0905"},
		"exchanged":            {func(d signedFolder) { d.rename("plugins/rust-match.so", "plugins/go-match.so") }, []string{mine}, "OCX0905"},
		"manifest beside":      {func(d signedFolder) { d.write("plugins/go-match.so.manifest.json", []byte("{}")) }, []string{mine}, "OCX0905"},
		"manifest is a folder": {func(d signedFolder) { d.folder("plugins/go-match.so.manifest.json") }, []string{mine}, "OCX0905"},
		"stripped":             {func(d signedFolder) { d.remove("distribution.json.minisig") }, []string{mine}, "OCX0902"},
		"no list":              {func(d signedFolder) { d.remove("distribution.json") }, []string{mine}, "OCX0905"},
		"nothing": {func(d signedFolder) {
			d.remove("distribution.json")
			d.remove("distribution.json.minisig")
		}, []string{mine}, "OCX0902"},
		"list anew":        {func(d signedFolder) { d.write("distribution.json", append(d.read("distribution.json"), ' ')) }, []string{mine}, "OCX0904"},
		"signature no one": {func(d signedFolder) { d.write("distribution.json.minisig", []byte("\x1b[31m")) }, []string{mine}, "OCX0904"},
		"signature folder": {func(d signedFolder) {
			d.remove("distribution.json.minisig")
			d.folder("distribution.json.minisig")
		}, []string{mine}, "OCX0904"},
		"comment": {func(d signedFolder) {
			d.write("distribution.json.minisig", bytes.Replace(d.read("distribution.json.minisig"), []byte("\ntrusted comment: t"), []byte("\ntrusted comment: T"), 1))
		}, []string{mine}, "OCX0904"},
		"later format": {func(d signedFolder) {
			d.write("distribution.json", []byte(`{"format_version": 2}`))
			d.sign("distribution.json")
		}, []string{mine}, "OCX0905"},
		"not listed": {func(d signedFolder) {
			d.write("distribution.json", bytes.ReplaceAll(d.read("distribution.json"), []byte("go-match"), []byte("gone")))
			d.sign("distribution.json")
		}, []string{mine}, "OCX0906"},
		"signed alone": {func(d signedFolder) {
			d.remove("distribution.json")
			d.sign("plugins/go-match.so")
			d.sign("plugins/rust-match.so")
		}, []string{mine}, ""},
		"signed alone, then changed": {func(d signedFolder) {
			d.sign("plugins/go-match.so")
			d.flip("plugins/go-match.so")
		}, []string{mine}, "OCX0904"},
		"sidecar alone": {func(d signedFolder) {
			d.copy("fixtures/plugins/go-manifest-sidecar.so", "plugins/go-match.so")
			d.copy("fixtures/plugins/go-manifest-sidecar.so.manifest.json", "plugins/go-match.so.manifest.json")
			d.sign("plugins/go-match.so")
		}, []string{mine}, "OCX0908"},
	} {
		t.Run(name, func(t *testing.T) {
			d := newSignedFolder(t, root)
			c.tamper(d)
			host, place := filepath.Join(root, "fixtures/otelcol"), filepath.Join(d.path, "plugins")
			ours, theirs := checkAll(t, host, place, c.keys...), ocxCheckAll(t, cli, host, place, c.keys...)
			if !bytes.Equal(ours, theirs) {
				t.Errorf("differs: %s", firstDifference(ours, theirs))
			}
			if c.want == "" && strings.Contains(string(ours), "OCX09") || !strings.Contains(string(ours), c.want) {
				t.Errorf("want %q in %s", c.want, ours)
			}
		})
	}
}

// signedFolder is a distribution in a folder, with the key to sign it again.
type signedFolder struct {
	t          *testing.T
	root, path string
	id         []byte
	key        ed25519.PrivateKey
}

func newSignedFolder(t *testing.T, root string) signedFolder {
	t.Helper()
	d := signedFolder{t: t, root: root, path: t.TempDir()}
	file, err := os.ReadFile(filepath.Join(root, "test/trust/minisign/plain.key"))
	if err != nil {
		t.Fatal(err)
	}
	secret, err := base64.StdEncoding.DecodeString(strings.Split(string(file), "\n")[1])
	if err != nil {
		t.Fatal(err)
	}
	// minisign.h: SeckeyStruct.
	const at = 2 + 2 + 2 + 32 + 8 + 8
	d.id, d.key = secret[at:at+8], secret[at+8:at+8+ed25519.PrivateKeySize]
	d.folder("plugins")
	type listed map[string]any
	list := map[string]any{"format_version": 1, "name": "otelcol", "version": "1.0.0", "files": []any{}}
	var artifacts []listed
	for _, name := range []string{"go-match.so", "rust-match.so"} {
		d.copy("fixtures/plugins/"+name, "plugins/"+name)
		manifest := sha256.Sum256([]byte("of the build"))
		content := d.read("plugins/" + name)
		sum := sha256.Sum256(content)
		artifacts = append(artifacts, listed{"path": "plugins/" + name, "kind": "plugin", "size": len(content), "sha256": hex.EncodeToString(sum[:]),
			"manifest_sha256": hex.EncodeToString(manifest[:]), "components_sha256": nil})
	}
	list["artifacts"] = artifacts
	text, err := json.Marshal(list)
	if err != nil {
		t.Fatal(err)
	}
	d.write("distribution.json", text)
	d.sign("distribution.json")
	return d
}

func (d signedFolder) must(err error) {
	d.t.Helper()
	if err != nil {
		d.t.Fatal(err)
	}
}

func (d signedFolder) at(name string) string { return filepath.Join(d.path, name) }

func (d signedFolder) read(name string) []byte {
	content, err := os.ReadFile(d.at(name))
	d.must(err)
	return content
}

func (d signedFolder) write(name string, content []byte) {
	d.must(os.WriteFile(d.at(name), content, 0o600))
}
func (d signedFolder) folder(name string)     { d.must(os.Mkdir(d.at(name), 0o700)) }
func (d signedFolder) remove(name string)     { d.must(os.Remove(d.at(name))) }
func (d signedFolder) rename(from, to string) { d.must(os.Rename(d.at(from), d.at(to))) }

func (d signedFolder) copy(from, to string) {
	content, err := os.ReadFile(filepath.Join(d.root, from))
	d.must(err)
	d.write(to, content)
}

func (d signedFolder) flip(name string) {
	content := d.read(name)
	content[len(content)/2] ^= 1
	d.write(name, content)
}

func (d signedFolder) sign(name string) {
	const comment = "test"
	digest := blake2b.Sum512(d.read(name))
	signature := ed25519.Sign(d.key, digest[:])
	packed := base64.StdEncoding.EncodeToString(slices.Concat([]byte("ED"), d.id, signature))
	second := base64.StdEncoding.EncodeToString(ed25519.Sign(d.key, slices.Concat(signature, []byte(comment))))
	d.write(name+".minisig", []byte("untrusted comment: test\n"+packed+"\ntrusted comment: "+comment+"\n"+second+"\n"))
}
