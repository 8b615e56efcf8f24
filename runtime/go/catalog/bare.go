package catalog

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
)

// Bare is a directory, or a discovery file, without plugins: it may be another one than was meant.
type Bare struct {
	// Path is as it was given.
	Path string
	// Others are the files that are passed over, which show what the directory is.
	Others []string
	// IsList: it is a discovery file.
	IsList bool
}

// Bare finds what of a place has no plugins, in the order it was given.
func (l *Listing) Bare(place Place) (bare []Bare) {
	if place.Discovery != "" {
		if len(l.Plugins) == 0 {
			bare = append(bare, Bare{Path: place.Discovery, IsList: true})
		}
		return bare
	}
	for _, directory := range place.Directories {
		absolute, err := filepath.Abs(directory)
		if err != nil {
			continue // It could not have been listed.
		}
		within := func(e Entry) bool { return filepath.Dir(e.Path) == absolute }
		if slices.ContainsFunc(l.Plugins, func(p Listed) bool { return within(p.Entry) }) {
			continue
		}
		b := Bare{Path: directory}
		for _, entry := range l.Ignored {
			if within(entry) {
				b.Others = append(b.Others, entry.Name)
			}
		}
		bare = append(bare, b)
	}
	return bare
}

// Contents is what is there instead: `it is empty`, `it has a.txt, b.txt, c.txt and 1 more`.
func (b Bare) Contents() string {
	switch more := len(b.Others) - 3; {
	case b.IsList:
		return "it lists none"
	case len(b.Others) == 0:
		return "it is empty"
	case more > 0:
		return fmt.Sprintf("it has %s and %d more", strings.Join(b.Others[:3], ", "), more)
	}
	return "it has " + strings.Join(b.Others, ", ")
}
