package verdict

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
)

// linkHashes: each entry of the plugin's table is compared with the first provider in scope; a
// package the host lacks resolves to the plugin itself, and matches unless the file is damaged (runtime/plugin.go).
func linkHashes(s *subject) ruling {
	if s.opener != byPluginOpen || !s.host.ProvidesHashes() || !s.hasTable() {
		return ruling{}
	}
	table := s.plugin.Go.LinkHashes
	if len(table) == 0 {
		return notChecked("link hashes", New("OCX0404", Finding{
			Subject:  "package hash table",
			Evidence: "moduledata",
			Message:  "the package hash table is empty: no Go plugin is built without packages",
			Fix:      "copy or build the file again",
		}))
	}
	what := "link hashes of " + Count(len(table), "package")
	var differing []Item
	var offset uint64
	isDamage := true
	for _, entry := range table {
		byHost := s.host.Evidence.HashOf(entry.Package)
		theirs := orElse(byHost, entry.Own)
		isHash := len(entry.Hash) == hashDigits
		if theirs == "" && isHash || theirs == entry.Hash && theirs != "" {
			continue
		}
		if differing == nil {
			offset = entry.Offset
		}
		// No other build of a file that contradicts itself would differ in this.
		isDamage = isDamage && (byHost == "" || !isHash)
		differing = append(differing, Item{entry.Package, entry.Hash, theirs})
	}
	if differing == nil {
		return checked(what)
	}
	return checked(what, mismatch(s, differing, offset, isDamage))
}

// 8 bytes in hex.
const hashDigits = 16

func mismatch(s *subject, differing []Item, offset uint64, isDamage bool) Finding {
	first := differing[0]
	number := Count(len(differing), "package")
	if len(differing) == 1 {
		number = "package " + first.Subject
	}
	cause, fix := "the file contradicts itself: no compiler writes such a table", "copy the file again and compare its size with the original"
	if !isDamage {
		cause, fix = explainMismatch(s, differing)
	}
	return New("OCX0410", Finding{
		Subject:       first.Subject,
		Plugin:        first.Plugin,
		Host:          first.Host,
		Evidence:      fmt.Sprintf("link hash of %s, at 0x%x", first.Subject, offset),
		Message:       "plugin was built with a different version of " + number,
		Cause:         cause,
		LoaderMessage: OpenMessage(s.plugin.Path, "plugin was built with a different version of package "+first.Subject),
		Fix:           fix,
		Items:         differing,
	})
}

// OpenMessage is an error of plugin.Open as it prints. plugin/plugin_dlopen.go: the name has lost its .so by the time a module is looked at.
func OpenMessage(path, words string) string {
	return fmt.Sprintf("plugin.Open(%s): %s", jsonQuote(strings.TrimSuffix(path, ".so")), words)
}

// PreviousFailure is the error of a path that failed before: plugin.Open keeps it, and has the name as it was given.
func PreviousFailure(path, words string) string {
	return fmt.Sprintf("plugin.Open(%s): %s (previous failure)", jsonQuote(path), words)
}

// jsonQuote quotes as ocx does: like strconv.Quote, but for the spelling of control characters.
func jsonQuote(text string) string {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(text); err != nil {
		return strconv.Quote(text)
	}
	return strings.TrimSuffix(out.String(), "\n")
}
