package catalog

import (
	"fmt"

	"ocx.dev/runtime/evidence"
	"ocx.dev/runtime/trust"
	"ocx.dev/runtime/verdict"
)

func missing(entry Entry, because string) verdict.Finding {
	f := verdict.Finding{
		Subject:       entry.Name,
		Evidence:      "the file system",
		Message:       because,
		LoaderMessage: "cannot open shared object file: No such file or directory",
		Fix:           "put the file there, or take it from the list",
	}
	if entry.Link != "" {
		f.Evidence = "symbolic link to " + entry.Link
		f.Fix = "remove the link, or let it point to a plugin"
	}
	return verdict.New("OCX0109", f)
}

func forbidden(entry Entry, because string) verdict.Finding {
	return verdict.New("OCX0108", verdict.Finding{
		Subject:  entry.Name,
		Evidence: "the file system",
		Message:  "can't be read: " + because,
		Fix:      "run ocx as the user the Collector runs as",
	})
}

// directory: it can be opened like a file, and not be read (elf/dl-load.c: open_verify).
func directory(entry Entry) verdict.Finding {
	return verdict.New("OCX0101", verdict.Finding{
		Subject:       entry.Name,
		Plugin:        "a directory",
		Evidence:      "the file system",
		Message:       "not an object file: a directory",
		LoaderMessage: entry.Path + ": cannot read file data: Is a directory",
		Fix:           "name the plugin in it",
	})
}

func notAnObject(entry Entry, err *evidence.NotAnObject) verdict.Finding {
	f := verdict.Finding{
		Subject:       entry.Name,
		Plugin:        err.Problem.Text,
		Evidence:      fmt.Sprintf("%s at 0x%x", err.Problem.Field, err.Problem.Offset),
		Message:       "not an object file: " + err.Problem.Text,
		LoaderMessage: "invalid ELF header",
		Fix:           "copy the plugin again; this is not what a compiler writes",
	}
	if entry.Size < 64 {
		f.LoaderMessage = "file too short"
	}
	return verdict.New("OCX0101", f)
}

// beingWritten: of a copy that does not matter, for it is the copy that was read.
func (l Listed) beingWritten() []verdict.Finding {
	entry := l.Entry
	if l.Copy != "" {
		return nil
	}
	after := EntryAt(entry.Path, entry.Name)
	if after.stamp == entry.stamp {
		return nil
	}
	return []verdict.Finding{verdict.New("OCX0110", verdict.Finding{
		Subject:  entry.Name,
		Plugin:   verdict.Grouped(after.Size) + " bytes by now",
		Evidence: "size and time before and after reading",
		Message:  "the file is being written: it changed while it was read",
		Fix:      "wait until the copy is complete, then look again",
	})}
}

func pinned(path, wanted string) []verdict.Finding {
	digests, err := trust.DigestsOf(path)
	actual := digests.SHA256
	if err != nil {
		actual = Reason(err)
	}
	if actual == wanted {
		return nil
	}
	return []verdict.Finding{verdict.New("OCX0901", verdict.Finding{
		Subject:  "sha256",
		Plugin:   actual,
		Evidence: "the whole file; the discovery file",
		Message:  "sha256 is not the one the discovery file pins",
		Fix:      "restore the file that was pinned, or pin this one after looking at it",
		// Not a value of the host: whoever wrote the list said it.
		Items: []verdict.Item{{Subject: "pinned", Plugin: wanted}, {Subject: "this file", Plugin: actual}},
	})}
}
