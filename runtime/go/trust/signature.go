package trust

import (
	"crypto/ed25519"
	"errors"
	"slices"
	"strings"
)

// signature of a file's BLAKE2b-512 digest, as minisign writes it (since 0.10 by default; before with -H).
type signature struct {
	keyID string
	// bytes are over the digest.
	bytes []byte
	// comment is signed with it, by commentBytes.
	comment      string
	commentBytes []byte
}

// Larger files are no signatures.
const maxSignature = 16 << 10

const trustedStart = "trusted comment: "

// Algorithm, key number, signature (minisign.h: SigStruct).
const signatureLength = 2 + 8 + ed25519.SignatureSize

func readSignature(file []byte) (*signature, error) {
	if len(file) > maxSignature {
		return nil, errors.New("it is too large to be a signature")
	}
	lines, err := packedLines(file)
	if err != nil {
		return nil, err
	}
	bytes, err := unpacked(lines[0], signatureLength, "the signature")
	if err != nil {
		return nil, err
	}
	switch string(bytes[:2]) {
	case "ED":
	case "Ed":
		return nil, errors.New("it is of minisign's legacy format: sign again, without -l")
	default:
		return nil, errors.New("it is no signature of minisign (Ed25519 of BLAKE2b-512)")
	}
	lines = append(lines[1:], "", "")
	comment, found := strings.CutPrefix(lines[0], trustedStart)
	if !found {
		return nil, errors.New("it has no trusted comment")
	}
	second, err := unpacked(lines[1], ed25519.SignatureSize, "the signature of the trusted comment")
	if err != nil {
		return nil, err
	}
	return &signature{keyID(bytes[2:10]), bytes[10:], comment, second}, nil
}

// What holds of a signature: all of it, or which part does not.
type holding int

const (
	holdsAll holding = iota
	notTheFile
	notTheComment
)

// holds: whether it is by this key, of a file of this BLAKE2b-512 digest.
func (s *signature) holds(key Key, digest []byte) holding {
	switch {
	case !ed25519.Verify(key.bytes, digest, s.bytes):
		return notTheFile
	case !ed25519.Verify(key.bytes, slices.Concat(s.bytes, []byte(s.comment)), s.commentBytes):
		return notTheComment
	}
	return holdsAll
}
