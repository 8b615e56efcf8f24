// Package plan says what opening the plugins of a directory one after the other, in one process of a
// host, would do: what earlier ones leave in the process decides about later ones. It is the twin of
// ocx's source/plan: the same order, codes and sentences.
package plan

import (
	"ocx.dev/runtime/evidence"
	"ocx.dev/runtime/verdict"
)

// Candidate is a plugin on its way into a host.
type Candidate struct {
	// Path is what the loader is given, Name what a list shows.
	Path, Name string
	// Order is its place, from 1.
	Order int
	// Evidence is nil when it could not be read as an object file.
	Evidence *evidence.Evidence
	// Alone is against the host with nothing else in it.
	Alone verdict.Judgement
	// File is nil when it is not there.
	File *FileIdentity
	// Linking is nil for what is no ELF file.
	Linking *Linking
	// Components are "processor batch" for each component its descriptors name.
	Components []string
}

// Linking is what the dynamic linker would do with a candidate beside others: asked only where a plugin lacks something that one
// before it may have brought.
type Linking struct {
	JudgeAfter func(before verdict.Before) verdict.Judgement
	// Libraries calls with what is loaded with it, by the names that were asked for.
	Libraries func(call func(name string, library *verdict.Library))
	// StaticBlocks are what it takes of static thread-local storage.
	StaticBlocks func(before verdict.Before) []verdict.StaticBlock
	// Defines tells of its own dynamic symbols.
	Defines func(symbol string) bool
}

// FileIdentity is under which name the loader knows a file: plugin.Open goes by the real path, dlopen by the inode.
type FileIdentity struct {
	// Inode is device and inode, the same for hard links.
	Inode string
	// RealPath has links followed, as realpath(3) does.
	RealPath string
}

// Host opens the candidates.
type Host struct {
	Opens Opens
	// HashOf is the link hash of a package it has; empty when it has not.
	HashOf func(packagePath string) string
	// ModuledataSize is that of its runtime, in bytes; 0 when it does not tell.
	ModuledataSize uint64
	// Components are "processor batch" for each component built into it, as far as its descriptors name them.
	Components []string
}

// Opens is what a host does with a plugin that can't load. A Collector with this runtime judges before it opens, and opens
// WhatLoads. Any other Go program opens Everything, or, where it carries a manifest, what its policy does not refuse.
type Opens string

// The values. Nothing: it has no loader.
const (
	WhatLoads        Opens = "what loads"
	WhatIsNotRefused Opens = "what is not refused"
	Everything       Opens = "everything"
	Nothing          Opens = "nothing"
)

// Opened tells whether code of the file gets into the process: the reason why a failure may harm others.
type Opened string

// The values.
const (
	Yes   Opened = "yes"
	No    Opened = "no"
	Maybe Opened = "maybe"
)

// runtimeModule is this module: a Collector that has it judges before it opens.
const runtimeModule = "ocx.dev/runtime"

// HostOf takes what the plan needs of a host.
func HostOf(host *verdict.Host, components []string) Host {
	return Host{Opens: opensOf(host), HashOf: host.Evidence.HashOf, ModuledataSize: moduledataSize(host.Evidence), Components: components}
}

func moduledataSize(e *evidence.Evidence) uint64 {
	if e == nil || e.Go == nil || e.Go.Layout == nil {
		return 0
	}
	return e.Go.Layout.ModuledataSize
}

func opensOf(host *verdict.Host) Opens {
	if host.WithoutCgo() || !host.ProvidesHashes() {
		return Nothing
	}
	if info := host.Evidence.Go.BuildInfo; info != nil {
		if info.Main.Path == runtimeModule {
			return WhatLoads
		}
		for _, module := range info.Deps {
			if module.Path == runtimeModule {
				return WhatLoads
			}
		}
	}
	if host.ValidManifest() != nil {
		return WhatIsNotRefused
	}
	return Everything
}
