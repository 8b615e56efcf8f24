import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FileSource } from '../../source/binary/reader/byteSource.js';
import { gatherEvidence } from '../../source/evidence/gather.js';
import { ocxPlugins } from './ocx.js';
import { open } from './realLoader.js';

// A plugin as large as those of real Collectors, built here: net/http, templates, the Go parser and crypto in one file.
const PLUGIN = `package main

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

let work = '';
let plugin = '';
let host = '';

function go(cwd: string, args: string[]): string {
  return execFileSync('go', args, {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, CGO_ENABLED: '1', GOFLAGS: '-buildvcs=false' },
  });
}

beforeAll(() => {
  work = mkdtempSync(join(tmpdir(), 'ocx-large-'));
  cpSync('fixtures/src/go', join(work, 'go'), { recursive: true });
  const sources = join(work, 'go/plugins');
  mkdirSync(join(sources, 'large'));
  writeFileSync(join(sources, 'large/main.go'), PLUGIN);
  plugin = join(work, 'large.so');
  host = join(work, 'otelcol');
  go(sources, ['build', '-trimpath', '-buildmode=plugin', '-o', plugin, './large']);
  go(join(work, 'go/host'), ['build', '-trimpath', '-o', host, '.']);
});

afterAll(() => rmSync(work, { recursive: true, force: true }));

describe('a plugin of 12 MB and more', () => {
  const inspected = () => ocxPlugins('inspect', plugin, '--collector', host)[0];

  it('loads, as said', () => {
    expect(open(host, plugin, 'go').outcome).toBe('loads');
    expect(inspected()?.load).toBe('loads');
  });

  it('is inspected by reading less than 5 % of it', () => {
    const source = new FileSource(plugin);
    gatherEvidence(source, { sidecar: null });
    source.close();
    console.log(`${source.size} bytes, ${source.bytesRead} read: ${((100 * source.bytesRead) / source.size).toFixed(2)} %`);
    expect(source.size).toBeGreaterThan(12_000_000);
    expect(source.bytesRead / source.size).toBeLessThan(0.05);
  });

  it('has the build info that go version -m prints', () => {
    const lines = go(work, ['version', '-m', plugin])
      .split('\n')
      .map((line) => line.split('\t').filter(Boolean));
    const deps = lines.filter(([kind]) => kind === 'dep').map(([, path, version]) => `${path} ${version}`);
    expect(deps.length).toBeGreaterThan(2);
    expect(inspected()?.inspection?.go?.build_info?.deps.map(({ path, version }) => `${path} ${version}`)).toEqual(deps);
  });

  it('has a link hash for each package that nm finds one for, with the same bytes', () => {
    const symbols = execFileSync('nm', ['-D', plugin], { encoding: 'utf8', maxBuffer: 1 << 28 });
    const packages = [...symbols.matchAll(/go:link\.pkghashbytes\.(.+)$/gm)].map(([, name]) => name).sort();
    const hashes = inspected()?.inspection?.go?.link_hashes ?? [];
    expect(packages.length).toBeGreaterThan(150);
    expect(hashes.map(({ package: name }) => name).sort()).toEqual(packages);
  });
});
