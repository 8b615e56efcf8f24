import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ocx } from './ocx.js';

// A Go program that is no Collector: it looks names up as KrakenD does, and takes a variable by the interface it has.
let work = '';
const at = (name: string) => join(work, name);

const HOST = `package main

import (
	"fmt"
	"os"
	"plugin"
)

type registerer interface{ RegisterHandlers(func(name string)) }

func main() {
	p, err := plugin.Open(os.Args[1])
	if err == nil {
		var symbol plugin.Symbol
		if symbol, err = p.Lookup("HandlerRegisterer"); err == nil {
			symbol.(registerer).RegisterHandlers(func(name string) { fmt.Println("registered", name) })
			return
		}
	}
	fmt.Println(err)
	os.Exit(1)
}
`;

const plugin = (variable: string) => `package main

type registerer string

func (r registerer) RegisterHandlers(register func(name string)) { register(string(r)) }

var ${variable} = registerer("example")

func main() {}
`;

function build(name: string, source: string, ...flags: string[]): string {
  mkdirSync(at(name));
  writeFileSync(at(`${name}/main.go`), source);
  execFileSync('go', ['build', '-trimpath', ...flags, '-o', at(`${name}.so`), `./${name}`], {
    cwd: work,
    env: { ...process.env, CGO_ENABLED: '1', GOFLAGS: '-buildvcs=false' },
  });
  return at(`${name}.so`);
}

beforeAll(() => {
  work = mkdtempSync(join(tmpdir(), 'ocx-foreign-'));
  writeFileSync(at('go.mod'), 'module example.com/gateway\n\ngo 1.22\n');
});
afterAll(() => rmSync(work, { recursive: true, force: true }));

it('a plugin of another Go program is judged by the names that program looks up', () => {
  const host = build('gateway', HOST);
  const said = (file: string, ...options: string[]) => {
    const { stdout } = ocx('plugins', 'validate', file, '--host', host, ...options, '-o', 'json');
    const [{ load, findings }] = JSON.parse(stdout).plugins;
    return [load, findings.find(({ severity }: { severity: string }) => severity === load)?.loader_message ?? null];
  };
  const good = build('handlers', plugin('HandlerRegisterer'), '-buildmode=plugin');
  const other = build('clients', plugin('ClientRegisterer'), '-buildmode=plugin');
  const real = (file: string) => spawnSync(host, [file], { encoding: 'utf8' }).stdout.trim();
  expect(real(good)).toBe('registered example');
  expect(said(good, '--entry-symbol', 'HandlerRegisterer')).toEqual(['loads', null]);
  expect(said(other, '--entry-symbol', 'HandlerRegisterer')).toEqual(['fails', real(other)]);
  // Without the option it is taken for a Collector's plugin.
  expect(said(good)[0]).toBe('fails');
});
