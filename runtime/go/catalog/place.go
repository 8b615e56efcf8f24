package catalog

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// Place is what was asked for: directories, or one discovery file.
type Place struct {
	Directories []string
	Discovery   string
}

// Listed is a plugin of a place, in load order, unread.
type Listed struct {
	Entry
	Order  int
	SHA256 string
	// Copy is where its bytes are read from, when that is not its path: a copy that nobody else can change.
	Copy string
}

// bytes is the file to read.
func (l Listed) bytes() string {
	if l.Copy != "" {
		return l.Copy
	}
	return l.Path
}

// Listing is what lies at a place.
type Listing struct {
	Plugins []Listed
	Ignored []Entry
	// Host is what a discovery file names; empty when none does.
	Host string
}

// ListPlace lists a place in load order. The error is a *PlaceError.
func ListPlace(place Place) (*Listing, error) {
	if place.Discovery != "" {
		return listDiscovery(place.Discovery)
	}
	listing := &Listing{}
	var problems []string
	for _, directory := range place.Directories {
		absolute, err := filepath.Abs(directory)
		if err != nil {
			return nil, &PlaceError{fmt.Sprintf("%s: %s", directory, Reason(err))}
		}
		entries, err := List(absolute)
		if err != nil {
			problems = append(problems, err.Error())
			continue
		}
		for _, entry := range entries {
			if entry.Kind == Ignored {
				listing.Ignored = append(listing.Ignored, entry)
			} else {
				listing.Plugins = append(listing.Plugins, Listed{Entry: entry, Order: len(listing.Plugins) + 1})
			}
		}
	}
	if problems != nil {
		return nil, &PlaceError{strings.Join(problems, "; ")}
	}
	return listing, nil
}

// In the order of the list; what the list names is a plugin, whatever its name ends in.
func listDiscovery(file string) (*Listing, error) {
	discovery, err := ReadDiscovery(file)
	if err != nil {
		return nil, err
	}
	listing := &Listing{Host: discovery.Host}
	for i, pinned := range discovery.Plugins {
		entry := EntryAt(pinned.Path, pinned.Name)
		switch {
		case entry.Kind != Ignored:
		case entry.isFile:
			entry.Kind, entry.Because = Plugin, ""
		case entry.inode == "":
			// A link to nothing; a pipe, a device or a directory is there, and is not opened.
			entry.Kind = Missing
		}
		listing.Plugins = append(listing.Plugins, Listed{Entry: entry, Order: i + 1, SHA256: pinned.SHA256})
	}
	return listing, nil
}

// ListFile takes one file as a place of its own, whatever its name. The error is a *PlaceError.
func ListFile(path string) (Listed, error) {
	entry := EntryAt(path, filepath.Base(path))
	if entry.Kind == Missing {
		return Listed{}, &PlaceError{fmt.Sprintf("%s: %s", path, entry.Because)}
	}
	info, err := os.Stat(path)
	if err == nil && info.IsDir() {
		return Listed{}, &PlaceError{path + " is a directory: plugins check-all judges what is in it"}
	}
	if err == nil && !info.Mode().IsRegular() {
		return Listed{}, &PlaceError{fmt.Sprintf("%s is not a file: %s", path, entry.Because)}
	}
	file, err := os.Open(path)
	if err != nil {
		return Listed{}, &PlaceError{fmt.Sprintf("%s: %s", path, Reason(err))}
	}
	_ = file.Close()
	entry.Kind, entry.Because = Plugin, ""
	return Listed{Entry: entry}, nil
}
