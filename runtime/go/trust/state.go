package trust

import (
	"fmt"
	"strings"

	"golang.org/x/crypto/blake2b"

	"ocx.dev/runtime/verdict"
)

// state of a signature: good, not there, or why it is bad.
type state struct {
	good    bool
	finding *verdict.Finding
}

func stateOf(file string, beside Beside, keys []Key, digest func() [blake2b.Size]byte) state {
	if !beside.isThere() {
		return state{}
	}
	f := verdict.Finding{Subject: "signature", Host: trusts(keys), Evidence: file + SignatureSuffix, Fix: signAgain}
	bad := func(code, message string) state {
		f.Message = message
		finding := verdict.New(code, f)
		return state{finding: &finding}
	}
	if !beside.Found {
		return bad("OCX0904", fmt.Sprintf("%s can't be read: %s", f.Evidence, beside.Because))
	}
	s, err := readSignature(beside.Bytes)
	if err != nil {
		return bad("OCX0904", fmt.Sprintf("%s can't be read: %s", f.Evidence, err))
	}
	f.Plugin = "key " + s.keyID
	isKnown, what := false, fmt.Sprintf("%s is not what was signed", file)
	for _, key := range keys {
		if key.ID != s.keyID {
			continue
		}
		isKnown = true
		digest := digest()
		switch s.holds(key, digest[:]) {
		case holdsAll:
			return state{good: true}
		case notTheComment:
			what = "its trusted comment was changed"
		}
	}
	if !isKnown {
		f.Fix = "if that key is to be trusted, name its public key among the trusted ones"
		return bad("OCX0903", fmt.Sprintf("signed by key %s, which is not trusted", s.keyID))
	}
	return bad("OCX0904", fmt.Sprintf("the signature of key %s does not hold: %s", s.keyID, what))
}

const (
	signAgain = "restore the file and its signature; who has the key can sign again: ocx dist sign"
	signIt    = "have it signed by who has a trusted key: ocx dist sign"
)

func trusts(keys []Key) string {
	ids := make([]string, len(keys))
	for i, key := range keys {
		ids[i] = key.ID
	}
	return "trusts " + strings.Join(ids, ", ")
}
