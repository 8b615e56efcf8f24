// Package trust says who vouches for a plugin: keys and signatures in minisign's format, and the list of a distribution.
//
// It is the twin of ocx's source/trust: the same rule, codes and sentences.
package trust

import (
	"crypto/ed25519"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
)

// Key is an Ed25519 public key, with the number by which signatures name it.
type Key struct {
	// ID is as minisign prints it: 77E29054F489D98A. Anybody can make a key of any number: it names, and proves nothing.
	ID    string
	bytes ed25519.PublicKey
}

// Algorithm, key number, key (minisign.h: PubkeyStruct).
const keyLength = 2 + 8 + ed25519.PublicKeySize

var packedKey = regexp.MustCompile(`^RW[A-Za-z0-9+/]{54}$`)

// ReadKey reads a public key: the one line that minisign -P takes, or the name of its file. The error is one sentence, with
// what was given.
func ReadKey(named string) (Key, error) {
	// It is not said again where others may read.
	if isSecretKey(named) {
		return Key{}, errors.New("a trusted key: it is the secret key of a pair, which only signs: name the public one, and take a new pair")
	}
	key, err := readKey(named)
	var system *os.PathError
	if errors.As(err, &system) {
		err = system.Err
	}
	if err != nil {
		return Key{}, fmt.Errorf("trusted key %s: %w", named, err)
	}
	return key, nil
}

func readKey(named string) (Key, error) {
	if packedKey.MatchString(named) {
		return unpackKey(named)
	}
	file, err := os.ReadFile(named)
	if err != nil {
		return Key{}, err
	}
	lines, err := packedLines(file)
	if err != nil {
		return Key{}, err
	}
	return unpackKey(lines[0])
}

// isSecretKey is true for the packed line of a secret key (minisign.h: SeckeyStruct), whatever locks it.
func isSecretKey(packed string) bool {
	bytes, err := base64.StdEncoding.DecodeString(packed)
	return err == nil && len(bytes) == 158 && string(bytes[:2]) == "Ed" && string(bytes[4:6]) == "B2"
}

func unpackKey(line string) (Key, error) {
	if isSecretKey(line) {
		return Key{}, errors.New("it is the secret key of a pair, which only signs: name the public one (.pub)")
	}
	bytes, err := unpacked(line, keyLength, "the public key")
	if err != nil {
		return Key{}, err
	}
	if string(bytes[:2]) != "Ed" {
		return Key{}, errors.New("it is no public key of minisign (Ed25519)")
	}
	return Key{keyID(bytes[2:10]), bytes[10:]}, nil
}

// Line is the key as minisign -P and ReadKey take it.
func (k Key) Line() string {
	id, err := hex.DecodeString(k.ID)
	if err != nil {
		return ""
	}
	slices.Reverse(id)
	return base64.StdEncoding.EncodeToString(slices.Concat([]byte("Ed"), id, k.bytes))
}

const commentStart = "untrusted comment: "

// packedLines gives the lines after the untrusted comment that each of minisign's files begins with; there is at least one.
func packedLines(file []byte) ([]string, error) {
	lines := strings.Split(string(file), "\n")
	for i, line := range lines {
		lines[i] = strings.TrimSuffix(line, "\r")
	}
	if !strings.HasPrefix(lines[0], commentStart) {
		return nil, fmt.Errorf("its first line does not begin with %q", strings.TrimSpace(commentStart))
	}
	return append(lines[1:], ""), nil
}

// unpacked is base64 without a blank or a bit too many.
func unpacked(text string, length int, what string) ([]byte, error) {
	bytes, err := base64.StdEncoding.Strict().DecodeString(text)
	if err != nil || len(bytes) != length || strings.ContainsAny(text, "\r\n") {
		return nil, fmt.Errorf("%s is not %d bytes of base64", what, length)
	}
	return bytes, nil
}

// keyID is of eight bytes, little-endian.
func keyID(bytes []byte) string {
	id := slices.Clone(bytes)
	slices.Reverse(id)
	return strings.ToUpper(hex.EncodeToString(id))
}
