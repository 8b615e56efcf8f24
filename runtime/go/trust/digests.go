package trust

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"os"

	"golang.org/x/crypto/blake2b"
)

// DigestsOf reads a file once.
func DigestsOf(path string) (Digests, error) {
	file, err := os.Open(path)
	if err != nil {
		return Digests{}, err
	}
	defer file.Close()
	return CopyTo(io.Discard, file)
}

// CopyTo copies what a reader gives, hashed on its way: the digests are of the bytes that were written, and of no others.
func CopyTo(target io.Writer, source io.Reader) (Digests, error) {
	unkeyed, err := blake2b.New512(nil)
	if err != nil {
		return Digests{}, err
	}
	sha := sha256.New()
	if _, err := io.Copy(io.MultiWriter(target, sha, unkeyed), source); err != nil {
		return Digests{}, err
	}
	d := Digests{SHA256: hex.EncodeToString(sha.Sum(nil))}
	copy(d.BLAKE2b[:], unkeyed.Sum(nil))
	return d, nil
}
