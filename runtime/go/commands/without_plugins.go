package commands

import (
	"fmt"

	"ocx.dev/runtime/catalog"
)

// withoutPlugins has a sentence for each directory, or the discovery file, in which nothing was judged: it may be the wrong one, so check-all
// of it is no yes.
func withoutPlugins(bare []catalog.Bare) (sentences []string) {
	for _, b := range bare {
		where := "no plugin (*.so) to judge in %s: %s (--allow-empty: that is fine)"
		if b.IsList {
			where = "no plugin to judge in %s: %s (--allow-empty: that is fine)"
		}
		sentences = append(sentences, fmt.Sprintf(where, b.Path, b.Contents()))
	}
	return sentences
}
