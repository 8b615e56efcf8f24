/**
 * The Go programs of the matrix: an API and a dependency that host and plugins share, a module that only plugins have, a host that
 * opens what it is told to, and plugins of a few lines. Folder and file to text.
 */
export type Tree = Readonly<Record<string, string>>;

const module = (path: string, ...needs: readonly string[]) =>
  [
    `module example.com/${path}`,
    'go 1.21',
    ...needs.map((name) => `require example.com/${name} v0.0.0\nreplace example.com/${name} => ../${name}`),
    '',
  ].join('\n');

const HOST = `package main

import (
	"encoding/json"
	"fmt"
	"os"
	"plugin"
	"strings"

	"example.com/api"
	"example.com/dep"
)

type said struct {
	Outcome string            \`json:"outcome"\`
	Message string            \`json:"message"\`
	Types   map[string]string \`json:"types"\`
}

type registry struct{}

func (registry) Register(name string) { dep.Count(name) }

// Each argument says how (go or c), a comma list of exports to look up, and a file, with colons between. One line of JSON for each, in order.
func main() {
	for _, argument := range os.Args[1:] {
		parts := strings.SplitN(argument, ":", 3)
		answer := said{}
		if parts[0] == "c" {
			answer = openC(parts[2])
		} else {
			answer = open(parts[2], strings.Split(parts[1], ","))
		}
		line, _ := json.Marshal(answer)
		fmt.Printf("%s\\n", line)
	}
}

func open(file string, names []string) said {
	p, err := plugin.Open(file)
	if err != nil {
		return said{"fails", err.Error(), map[string]string{}}
	}
	types := map[string]string{}
	for _, name := range names {
		if name == "" {
			continue
		}
		symbol, err := p.Lookup(name)
		if err != nil {
			types[name] = err.Error()
		} else {
			types[name] = fmt.Sprintf("%T", symbol)
		}
	}
	symbol, err := p.Lookup("CollectorPluginInit")
	if err != nil {
		return said{"fails", err.Error(), types}
	}
	start, ok := symbol.(func(api.Registry) error)
	if !ok {
		return said{"fails", fmt.Sprintf("symbol CollectorPluginInit is a %T, not a func(api.Registry) error", symbol), types}
	}
	if err := start(registry{}); err != nil {
		return said{"fails", err.Error(), types}
	}
	return said{"loads", "", types}
}
`;

const HOST_DLOPEN = `package main

// #cgo LDFLAGS: -ldl
// #include <dlfcn.h>
// #include <stdlib.h>
import "C"
import "unsafe"

func openC(file string) said {
	path := C.CString(file)
	defer C.free(unsafe.Pointer(path))
	handle := C.dlopen(path, C.RTLD_NOW|C.RTLD_LOCAL)
	if handle == nil {
		return said{"fails", C.GoString(C.dlerror()), map[string]string{}}
	}
	entry := C.CString("register_collector_plugin")
	defer C.free(unsafe.Pointer(entry))
	if C.dlsym(handle, entry) == nil {
		return said{"fails", C.GoString(C.dlerror()), map[string]string{}}
	}
	return said{"loads", "", map[string]string{}}
}
`;

const HOST_NO_DLOPEN = `//go:build !cgo

package main

func openC(file string) said { return said{"not measured", "no dlopen without cgo", map[string]string{}} }
`;

const plugin = (
  imports: readonly string[],
  body: string,
  entry = 'func CollectorPluginInit(r api.Registry) error { r.Register(name); return nil }',
) => `package main

import (
	"example.com/api"
${imports.map((path) => `\t"${path}"`).join('\n')}
)

const name = "plugin"

var Version = "1"

var _ api.Registry

${body}

${entry}

func main() {}
`;

/** What every variant starts from. */
export const BASE: Tree = {
  'api/go.mod': module('api'),
  'api/api.go': `package api

// Registry is what a plugin gets.
type Registry interface{ Register(name string) }
`,
  'dep/go.mod': module('dep'),
  'dep/dep.go': `package dep

import _ "embed"

//go:embed data.txt
var Data string

// Size is a type of the dependency.
type Size struct{ A, B int }

var counted int

// Small can be inlined.
func Small(n int) int { return n + 1 }

// Count can't.
//
//go:noinline
func Count(name string) { counted += len(name) + Small(1) }
`,
  'dep/data.txt': 'one\n',
  'shared/go.mod': module('shared'),
  'shared/shared.go': `package shared

// Value is only in plugins.
func Value() int { return 1 }
`,
  'host/go.mod': module('host', 'api', 'dep'),
  'host/main.go': HOST,
  'host/dlopen.go': HOST_DLOPEN,
  'host/no_dlopen.go': HOST_NO_DLOPEN,
  'plugins/go.mod': module('plugins', 'api', 'dep', 'shared'),
  'plugins/light/main.go': plugin([], ''),
  'plugins/basic/main.go': plugin(
    ['example.com/dep'],
    'func Size() dep.Size { dep.Count(name); return dep.Size{A: dep.Small(1)} }',
  ),
  'plugins/sharer/main.go': plugin(['example.com/shared'], 'func Value() int { return shared.Value() }'),
  'plugins/sharer2/main.go': plugin(['example.com/shared'], 'func Double() int { return 2 * shared.Value() }'),
  'plugins/template/main.go': plugin(['text/template'], 'var Template = template.New(name)'),
  'plugins/generic/main.go': plugin(
    ['sync/atomic'],
    'type Pair[K comparable, V any] struct{ Key K; Value V }\nvar Last atomic.Pointer[Pair[string, int]]\nfunc Get() *Pair[string, []byte] { return nil }',
  ),
  'plugins/noentry/main.go': plugin([], '', 'func Other() {}'),
  'plugins/wrongtype/main.go': plugin([], '', 'func CollectorPluginInit() string { return name }'),
  'plugins/variable/main.go': plugin([], '', 'var CollectorPluginInit = func(r api.Registry) error { return nil }'),
  'plugins/factory/main.go': plugin([], '', 'func NewFactory() any { return nil }'),
  'plugins/lookalike/api/api.go':
    'package api\n\n// Registry looks like the other.\ntype Registry interface{ Register(name string) }\n',
  'plugins/lookalike/main.go': `package main

import "example.com/plugins/lookalike/api"

func CollectorPluginInit(r api.Registry) error { return nil }

func main() {}
`,
  'plugins/dot.ted/main.go': plugin([], ''),
  'plugins/cgo/main.go': `package main

// static int twice(int n) { return 2 * n; }
import "C"
import "example.com/api"

func CollectorPluginInit(r api.Registry) error { r.Register("cgo"); C.twice(2); return nil }

func main() {}
`,
  'plugins/profiled/main.go': `package main

import (
	"fmt"
	"os"
	"runtime/pprof"
	"sort"
	"strings"
	"time"

	"example.com/dep"
)

// Writes a profile of two seconds of work in packages that hosts and plugins have.
func main() {
	file, err := os.Create(os.Args[1])
	if err != nil {
		panic(err)
	}
	if err := pprof.StartCPUProfile(file); err != nil {
		panic(err)
	}
	for start := time.Now(); time.Since(start) < 2*time.Second; {
		dep.Count(strings.ToUpper("name"))
		words := strings.Fields(fmt.Sprintf("%v %s %d", dep.Size{A: 1}, "some words", 7))
		sort.Strings(words)
	}
	pprof.StopCPUProfile()
}
`,
  'plugins/tagged/main.go': plugin([], ''),
  'plugins/tagged/tag.go': '//go:build extra\n\npackage main\n\nvar Extra = 1\n',
};

/** Edits of the tree: what differs between a host's sources and a plugin's. */
export const VARIANTS = {
  none: {},
  'inlinable body': edit('dep/dep.go', 'return n + 1', 'return n + 2'),
  'type changed': edit('dep/dep.go', 'A, B int', 'A, B, C int'),
  'lines shifted': edit('dep/dep.go', 'var counted int', '\n\n\nvar counted int'),
  'body not inlined': edit('dep/dep.go', 'counted += len(name)', 'counted += 2*len(name)'),
  'embedded data': { 'dep/data.txt': 'two\n' },
  'api changed': edit('api/api.go', 'Register(name string)', 'Register(name string); Close()'),
  'shared changed': edit('shared/shared.go', 'return 1', 'return 2'),
  'main changed': edit('plugins/basic/main.go', 'A: dep.Small(1)', 'A: dep.Small(2)'),
} as const satisfies Record<string, Tree>;

export type Variant = keyof typeof VARIANTS;

export function treeOf(variant: Variant): Tree {
  return { ...BASE, ...VARIANTS[variant] };
}

function edit(file: string, from: string, to: string): Tree {
  const text = BASE[file];
  if (!text?.includes(from)) throw new Error(`${file} has no ${from}`);
  return { [file]: text.replace(from, to) };
}
