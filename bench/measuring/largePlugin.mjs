import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** net/http, templates and the Go type checker in one file, beside the fixtures' own host. */
const STANDARD_LIBRARY = `package main

import "C"
import (
	"go/types"
	"html/template"
	"net/http/httputil"
	"net/rpc"

	"example.com/otelcol-fixture/api"
	"go.opentelemetry.io/otel/attribute"
)

var _ = []any{types.NewPackage, template.New, httputil.NewSingleHostReverseProxy, rpc.NewServer, attribute.NewSet}

func CollectorPluginInit(r api.Registry) error {
	return r.Register(api.Component{Kind: "processor", Type: "large"})
}

func main() {}
`;

/**
 * Plugins as large as those of real Collectors, built now by the Go that is there, each with the host it is for.
 * Every module comes from the module proxy, with its hash in go.sum. One that can't be built is left out, with the reason.
 *
 * @returns {{ pairs: { title: string, plugin: string, host: string }[], missing: string[] }}
 */
export function buildLargePlugins(scratch) {
  const recipes = [
    { title: 'standard library and otel', build: standardLibrary },
    { title: 'OTLP receiver and exporters of Collector v0.165.0', build: collectorComponents },
  ];
  const pairs = [];
  const missing = [];
  for (const { title, build } of recipes) {
    try {
      pairs.push({ title, ...build(scratch) });
    } catch (error) {
      missing.push(
        `${title}: ${
          String(error.stderr || error.message)
            .trim()
            .split('\n')[0]
        }`,
      );
    }
  }
  return { pairs, missing };
}

function standardLibrary(scratch) {
  const sources = join(scratch, 'go');
  cpSync('fixtures/src/go', sources, { recursive: true });
  mkdirSync(join(sources, 'plugins/large'));
  writeFileSync(join(sources, 'plugins/large/main.go'), STANDARD_LIBRARY);
  const plugin = join(scratch, 'large.so');
  const host = join(scratch, 'otelcol');
  go(join(sources, 'plugins'), ['-buildmode=plugin', '-o', plugin, './large']);
  go(join(sources, 'host'), ['-o', host, '.']);
  return { plugin, host };
}

function collectorComponents(scratch) {
  const plugin = join(scratch, 'collector-component.so');
  const host = join(scratch, 'collector');
  // The assembly of pierrec/lz4 uses R15, which a plugin can't (cmd/asm: "when dynamic linking, R15 is clobbered").
  go('bench/collector', ['-tags=noasm', '-buildmode=plugin', '-o', plugin, './plugin']);
  go('bench/collector', ['-tags=noasm', '-o', host, './host']);
  return { plugin, host };
}

function go(cwd, args) {
  execFileSync('go', ['build', '-trimpath', ...args], {
    cwd,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, CGO_ENABLED: '1', GOFLAGS: '-buildvcs=false' },
  });
}
