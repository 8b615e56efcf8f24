package trust

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"path"
	"regexp"
	"strings"

	"golang.org/x/crypto/blake2b"

	"ocx.dev/runtime/verdict"
)

// Digests of a file.
type Digests struct {
	// SHA256 in hex.
	SHA256  string
	BLAKE2b [blake2b.Size]byte
}

// Beside is what lies under a name: nothing, its bytes, or why it can't be read.
type Beside struct {
	Bytes   []byte
	Found   bool
	Because string
}

func (b Beside) isThere() bool { return b.Found || b.Because != "" }

// Plugin is one that trusted keys must vouch for.
type Plugin struct {
	// Name of its file: greeter.so.
	Name string
	// Digests of its bytes.
	Digests func() Digests
	// Beside gives what lies under a path relative to its folder: distribution.json, ../distribution.json.minisig.
	Beside func(path string) Beside
	// HasOnlySidecar: its manifest is a file beside it, and not in its bytes.
	HasOnlySidecar bool
	// LibraryPath is RPATH or RUNPATH; empty when it has none, or needs no library.
	LibraryPath string
}

// Where the list of a plugin's distribution may lie: in its own folder, or in the one above.
var lists = []string{ListFile, "../" + ListFile}

// Unvouched says why trusted keys, of which there is at least one, do not vouch for a plugin; nothing when they do. A
// signature of its own (greeter.so.minisig) is one way to, that of a distribution.json which lists it another. One of them is
// enough; if none is, what is wrong with the first that is there is why.
func Unvouched(plugin Plugin, keys []Key) []verdict.Finding {
	digests := digestsOnce(plugin.Digests)
	own := stateOf(plugin.Name, plugin.Beside(plugin.Name+SignatureSuffix), keys, func() [blake2b.Size]byte { return digests().BLAKE2b })
	if own.good {
		return append(sidecarUncovered(plugin), libraries(plugin)...)
	}
	var first []verdict.Finding
	if own.finding != nil {
		first = []verdict.Finding{*own.finding}
	}
	for _, at := range lists {
		found, isThere := byList(plugin, at, keys, digests)
		switch {
		case !isThere:
		case len(found) == 0:
			return libraries(plugin)
		case first == nil:
			first = found
		}
	}
	if first == nil {
		return []verdict.Finding{unsigned(plugin, keys)}
	}
	return first
}

func digestsOnce(of func() Digests) func() Digests {
	var known *Digests
	return func() Digests {
		if known == nil {
			digests := of()
			known = &digests
		}
		return *known
	}
}

// byList is what a list says; isThere is false when there is none.
func byList(plugin Plugin, at string, keys []Key, digests func() Digests) (found []verdict.Finding, isThere bool) {
	list, signature := plugin.Beside(at), plugin.Beside(at+SignatureSuffix)
	if !list.isThere() && !signature.isThere() {
		return nil, false
	}
	if !list.Found {
		because := list.Because
		if because == "" {
			because = "no such file or directory"
		}
		return listed("OCX0905", plugin, verdict.Finding{Evidence: at, Message: fmt.Sprintf("%s can't be read: %s", at, because)}), true
	}
	s := stateOf(at, signature, keys, func() [blake2b.Size]byte { return blake2b.Sum512(list.Bytes) })
	switch {
	case s.finding != nil:
		return []verdict.Finding{*s.finding}, true
	case !s.good:
		return []verdict.Finding{verdict.New("OCX0902", verdict.Finding{
			Subject:  "signature",
			Plugin:   "none",
			Host:     trusts(keys),
			Evidence: at + SignatureSuffix + " is not there",
			Message:  at + " is not signed",
			Fix:      signIt,
		})}, true
	}
	artifacts, err := artifacts(list.Bytes)
	if err != nil {
		return listed("OCX0905", plugin, verdict.Finding{Evidence: at, Message: at + " is signed, and can't be understood"}), true
	}
	return asListed(plugin, at, artifacts, digests), true
}

func asListed(plugin Plugin, at string, artifacts []artifact, digests func() Digests) []verdict.Finding {
	var mine *artifact
	for i, a := range artifacts {
		if a.Kind == "plugin" && path.Base(a.Path) == plugin.Name {
			mine = &artifacts[i]
			break
		}
	}
	if mine == nil {
		return listed("OCX0906", plugin, verdict.Finding{Evidence: at, Message: fmt.Sprintf("the signed %s does not list it", at)})
	}
	evidence := fmt.Sprintf("%s, %s", at, mine.Path)
	if actual := digests().SHA256; actual != mine.SHA256 {
		return listed("OCX0905", plugin, verdict.Finding{
			Subject:  "sha256",
			Plugin:   actual,
			Host:     mine.SHA256,
			Evidence: evidence,
			Message:  fmt.Sprintf("sha256 is not the one that the signed %s lists", at),
		})
	}
	sidecar := plugin.Name + ".manifest.json"
	beside := plugin.Beside(sidecar)
	if !beside.isThere() {
		return nil
	}
	digest := ""
	if beside.Found {
		sum := sha256.Sum256(beside.Bytes)
		digest = hex.EncodeToString(sum[:])
	}
	if digest == mine.ManifestSHA256 {
		return nil
	}
	return listed("OCX0905", plugin, verdict.Finding{
		Subject:  sidecar,
		Plugin:   digest,
		Host:     mine.ManifestSHA256,
		Evidence: evidence,
		Message:  fmt.Sprintf("the manifest beside it is not the one that the signed %s lists", at),
	})
}

func listed(code string, plugin Plugin, f verdict.Finding) []verdict.Finding {
	if f.Subject == "" {
		f.Subject = plugin.Name
	}
	f.Fix = "restore the distribution as it was delivered, or have this one signed: ocx dist sign"
	return []verdict.Finding{verdict.New(code, f)}
}

func unsigned(plugin Plugin, keys []Key) verdict.Finding {
	return verdict.New("OCX0902", verdict.Finding{
		Subject:  "signature",
		Plugin:   "none",
		Host:     trusts(keys),
		Evidence: fmt.Sprintf("%s, %s: none there", plugin.Name+SignatureSuffix, strings.Join(lists, ", ")),
		Message:  "not signed, and trusted keys are asked for",
		Fix:      signIt,
	})
}

func sidecarUncovered(plugin Plugin) []verdict.Finding {
	if !plugin.HasOnlySidecar {
		return nil
	}
	return []verdict.Finding{verdict.New("OCX0908", verdict.Finding{
		Subject:  "manifest",
		Plugin:   plugin.Name + ".manifest.json",
		Evidence: plugin.Name + SignatureSuffix,
		Message:  "its manifest lies beside it, where the signature of the plugin does not reach",
		Fix:      "embed the manifest, or sign the distribution that lists both",
	})}
}

var origin = regexp.MustCompile(`\$(ORIGIN\b|\{ORIGIN\})`)

// SearchesOwnFolder tells of an RPATH or RUNPATH whether libraries are looked for in the folder of the file that has it.
func SearchesOwnFolder(libraryPath string) bool { return origin.MatchString(libraryPath) }

// libraries: it is opened as a copy in another folder (package loader), and what lies in its own is under no signature.
func libraries(plugin Plugin) []verdict.Finding {
	if !SearchesOwnFolder(plugin.LibraryPath) {
		return nil
	}
	return []verdict.Finding{verdict.New("OCX0909", verdict.Finding{
		Subject:  "$ORIGIN",
		Plugin:   plugin.LibraryPath,
		Evidence: "DT_RPATH or DT_RUNPATH",
		Message:  "it looks for libraries in its own folder, where no signature covers them",
		Fix:      "link them statically, or install them as libraries of the system",
	})}
}
