// Package program is the main function of the program that ocx build generates to describe the
// components of a build.
package program

import (
	"encoding/json"
	"fmt"
	"io"
	"os"

	"go.opentelemetry.io/collector/component"

	"ocx.dev/runtime/describe"
	"ocx.dev/runtime/describe/source"
	"ocx.dev/runtime/descriptor"
)

// Component is one to describe.
type Component struct {
	// Artifact is the Collector or plugin that brings it.
	Artifact string
	Kind     string
	// Package with NewFactory; its module and version as in go.mod.
	Package, Module, Version string
	// New makes the factory.
	New func() component.Factory
}

// Main describes components, and writes for each artifact the text of its descriptors note:
// {"artifact": "..."}. Its argument is a file that has the folder of each package: {"path": "folder"}.
// Standard error names what it is at, so that one that ends the process is known. Exit code 1
// when one can't be described.
func Main(components []Component) {
	if len(os.Args) != 2 {
		_, _ = fmt.Fprintln(os.Stderr, "describe: failed: one argument is needed: the file with the folders of the packages")
		os.Exit(2)
	}
	os.Exit(run(components, os.Args[1], os.Stdout, os.Stderr))
}

func run(components []Component, foldersFile string, out, log io.Writer) int {
	var folders map[string]string
	content, err := os.ReadFile(foldersFile)
	if err == nil {
		err = json.Unmarshal(content, &folders)
	}
	if err != nil {
		_, _ = fmt.Fprintf(log, "describe: failed: the folders of the packages: %v\n", err)
		return 2
	}
	tree := source.NewTree(folders)
	var order []string
	of := map[string][]descriptor.Descriptor{}
	failed := false
	for _, c := range components {
		_, _ = fmt.Fprintf(log, "describe: %s %s (%s)\n", c.Artifact, c.Kind, c.Package)
		d, err := describeOne(c, tree)
		if err != nil {
			_, _ = fmt.Fprintf(log, "describe: failed: %s\n", err)
			failed = true
			continue
		}
		if _, there := of[c.Artifact]; !there {
			order = append(order, c.Artifact)
		}
		of[c.Artifact] = append(of[c.Artifact], d)
	}
	if failed {
		return 1
	}
	texts := &descriptor.Object{}
	for _, artifact := range order {
		text, err := descriptor.Write(of[artifact])
		if err != nil {
			_, _ = fmt.Fprintf(log, "describe: failed: %s: %v\n", artifact, err)
			return 1
		}
		texts.Set(artifact, text)
	}
	if err := json.NewEncoder(out).Encode(texts); err != nil {
		_, _ = fmt.Fprintf(log, "describe: %v\n", err)
		return 1
	}
	return 0
}

func describeOne(c Component, tree *source.Tree) (d descriptor.Descriptor, err error) {
	defer func() {
		if reason := recover(); reason != nil {
			err = fmt.Errorf("%s of %s panics: %v", c.Kind, c.Package, reason)
		}
	}()
	factory := c.New()
	if factory == nil {
		return d, fmt.Errorf("%s of %s: NewFactory returns nil", c.Kind, c.Package)
	}
	if d, err = describe.Component(c.Kind, factory, tree); err != nil {
		return d, fmt.Errorf("%s %s of %s: %w", c.Kind, factory.Type(), c.Package, err)
	}
	d.Module, d.Version = c.Module, c.Version
	tree.Complete(&d, c.Package)
	return d, nil
}
