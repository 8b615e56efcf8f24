import { execFileSync, spawnSync } from 'node:child_process';
import { appendFileSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ocxPlugins } from './ocx.js';
import { open } from './realLoader.js';

// Each cause of a mismatch, made for real; then the fix that ocx gives is run as it stands, and the result is opened by the real loader.
const OTEL = 'go.opentelemetry.io/otel';
let work = '';
beforeAll(() => {
  work = mkdtempSync(join(tmpdir(), 'ocx-cures-'));
});
afterAll(() => {
  execFileSync('chmod', ['-R', 'u+w', work]);
  rmSync(work, { recursive: true, force: true });
});

const GO_ENV = { CGO_ENABLED: '1', GOFLAGS: '-buildvcs=false', GOTOOLCHAIN: 'local' };

/** Runs a command line of the user, in the folder of the plugin. */
function shell(line: string, cwd: string, env: Readonly<Record<string, string>>): void {
  const { status, stderr } = spawnSync('sh', ['-c', line], { cwd, encoding: 'utf8', env: { ...process.env, ...GO_ENV, ...env } });
  if (status !== 0) throw new Error(`${line}\n${stderr}`);
}

interface Case {
  readonly name: string;
  readonly cause: RegExp;
  readonly fix: RegExp;
  readonly code?: string;
  /** What the user's shell has set, while building and while fixing. */
  readonly env?: Readonly<Record<string, string>>;
  readonly flags?: string;
  /** Changes the sources (`plugins`, `api`, in this folder) before the plugin is built. */
  readonly change?: (folder: string) => void;
  /** What a fix in words asks for, done. */
  readonly byHand?: (folder: string) => void;
}

const inPlugins = (folder: string, line: string) => shell(line, join(folder, 'plugins'), {});
const moduleFolder = (folder: string) =>
  execFileSync('go', ['list', '-m', '-f', '{{.Dir}}', OTEL], { cwd: join(folder, 'plugins'), encoding: 'utf8' }).trim();
/** A change of what other packages see: a constant in a function that is inlined. */
function changeHash(file: string): void {
  execFileSync('chmod', ['u+w', file]);
  appendFileSync(file, '\n// Changed is new.\nfunc Changed() int { return 1 }\n');
}

const CASES: readonly Case[] = [
  { name: 'without -trimpath', cause: /^built without -trimpath: \d+ of \d+ packages differ$/, fix: /-trimpath$/, flags: '' },
  { name: 'with -race', cause: /^built with -race: /, fix: /-trimpath$/, flags: '-trimpath -race' },
  {
    name: 'with other compiler flags',
    cause: /^built with -gcflags=all=-N -l: /,
    fix: /-trimpath$/,
    flags: "-trimpath '-gcflags=all=-N -l'",
  },
  {
    name: 'with an experiment',
    cause: /^built with GOEXPERIMENT=jsonv2: /,
    fix: /^GOEXPERIMENT= GOTOOLCHAIN/,
    env: { GOEXPERIMENT: 'jsonv2' },
  },
  {
    name: 'with a profile (PGO)',
    cause: /^built with -pgo=default\.pgo: /,
    fix: /-trimpath -pgo=off$/,
    change(folder) {
      writeFileSync(
        join(folder, 'plugins/processor/profile_test.go'),
        `package main

import (
	"testing"

	"${OTEL}/attribute"
)

func BenchmarkSet(b *testing.B) {
	for range b.N {
		set := attribute.NewSet(attribute.String("a", "b"), attribute.Int("c", 1))
		set.Equivalent()
	}
}
`,
      );
      inPlugins(
        folder,
        'go test -run=none -bench=. -benchtime=1s -cpuprofile=processor/default.pgo ./processor && rm processor/profile_test.go',
      );
    },
  },
  {
    name: 'with another version of a module',
    cause: /^otel v1\.43\.0, host has v1\.46\.0: explains all \d+$/,
    fix: /^go get go\.opentelemetry\.io\/otel@v1\.46\.0 && go mod tidy && /,
    change(folder) {
      for (const end of ['mod', 'sum']) cpSync(join(folder, `plugins/go.other.${end}`), join(folder, `plugins/go.${end}`));
    },
  },
  {
    name: 'with a module replaced by a folder',
    cause: /^otel is taken from \.\.\/fork, host has v1\.46\.0: explains \d of \d|^otel is taken from/,
    fix: /^go mod edit -dropreplace=go\.opentelemetry\.io\/otel && go get go\.opentelemetry\.io\/otel@v1\.46\.0 && go mod tidy && /,
    change(folder) {
      cpSync(moduleFolder(folder), join(folder, 'fork'), { recursive: true });
      changeHash(join(folder, 'fork/attribute/kv.go'));
      inPlugins(folder, `go mod edit -replace=${OTEL}=../fork && go mod tidy`);
    },
  },
  {
    name: 'with a vendored module that was edited',
    cause: /^otel is vendored, and its sources are not those of v1\.46\.0: /,
    fix: /-trimpath -mod=mod$/,
    flags: '-trimpath -mod=vendor',
    change(folder) {
      inPlugins(folder, 'go mod vendor');
      changeHash(join(folder, 'plugins/vendor', OTEL, 'attribute/kv.go'));
    },
  },
  {
    name: 'by another release',
    code: 'OCX0302',
    cause: /./,
    fix: /^GOTOOLCHAIN=go1\.26\.8 /,
    env: { GOTOOLCHAIN: 'go1.25.5' },
  },
  {
    name: 'with -race and another version of a module',
    cause: /^built with -race: \d+ of \d+ packages differ; and otel v1\.43\.0, host has v1\.46\.0$/,
    fix: /^go get .*otel@v1\.46\.0 && go mod tidy && GOTOOLCHAIN=go1\.26\.8 go build -buildmode=plugin -trimpath$/,
    flags: '-trimpath -race',
    change(folder) {
      for (const end of ['mod', 'sum']) cpSync(join(folder, `plugins/go.other.${end}`), join(folder, `plugins/go.${end}`));
    },
  },
  {
    name: 'with another state of a shared folder',
    cause: /^api is built from a folder, \.\.\/api in the host's go\.mod: its sources or its path differ: explains (it|all \d+)$/,
    fix: /^build it with the folder of \S+api that the host was built from$/,
    change: (folder) => changeHash(join(folder, 'api/api.go')),
    byHand(folder) {
      cpSync('fixtures/src/go/api', join(folder, 'api'), { recursive: true });
      shell(`go build -buildmode=plugin -trimpath -o ${join(folder, 'fixed.so')} ./processor`, join(folder, 'plugins'), {});
    },
  },
];

/** The command of the fix, as it is printed, with where to and what added. */
function applyFix(fix: string, folder: string, env: Readonly<Record<string, string>>): void {
  shell(`${fix} -o ${join(folder, 'fixed.so')} ./processor`, join(folder, 'plugins'), env);
}

describe('a plugin built', () => {
  it.each(CASES.map((one) => [one.name, one] as const))(
    '%s fails for the cause that is said, and loads after the fix',
    (name, one) => {
      const host = resolve('fixtures/otelcol');
      const folder = join(work, name.replace(/\W+/g, '-'));
      mkdirSync(folder);
      for (const part of ['api', 'plugins']) cpSync(join('fixtures/src/go', part), join(folder, part), { recursive: true });
      one.change?.(folder);
      const bad = join(folder, 'bad.so');
      shell(
        `go build -buildmode=plugin ${one.flags ?? '-trimpath'} -o ${bad} ./processor`,
        join(folder, 'plugins'),
        one.env ?? {},
      );
      expect(open(host, bad, 'go').outcome).toBe(one.code === 'OCX0302' ? 'crashes' : 'fails');

      const [plugin] = ocxPlugins('validate', bad, '--collector', host);
      const finding = plugin?.findings.find(({ code }) => code === (one.code ?? 'OCX0410'));
      expect(finding?.cause ?? finding?.message).toMatch(one.cause);
      expect(finding?.fix).toMatch(one.fix);
      console.log(`${name}\n  ${finding?.cause}\n  ${finding?.fix}`);

      if (one.byHand) one.byHand(folder);
      else applyFix(finding?.fix ?? '', folder, one.env ?? {});
      const fixed = join(folder, 'fixed.so');
      expect(open(host, fixed, 'go')).toMatchObject({ outcome: 'loads' });
      expect(ocxPlugins('validate', fixed, '--collector', host)[0]?.load).toBe('loads');
    },
  );

  it('without the experiment of its host loads after the fix', () => {
    const folder = join(work, 'experiment');
    cpSync('fixtures/src/go', folder, { recursive: true });
    const host = join(folder, 'host.bin');
    shell(`go build -trimpath -o ${host} .`, join(folder, 'host'), { GOEXPERIMENT: 'jsonv2' });
    shell(`go build -buildmode=plugin -trimpath -o ${join(folder, 'bad.so')} ./processor`, join(folder, 'plugins'), {});
    const finding = ocxPlugins('validate', join(folder, 'bad.so'), '--collector', host)[0]?.findings.find(
      ({ code }) => code === 'OCX0410',
    );
    expect(finding?.cause).toMatch(/^built without GOEXPERIMENT=jsonv2: /);
    applyFix(finding?.fix ?? '', folder, {});
    expect(open(host, join(folder, 'fixed.so'), 'go')).toMatchObject({ outcome: 'loads' });
  });

  it('in another folder, like its host without -trimpath, loads when both are built with it', () => {
    const [here, there] = [join(work, 'here'), join(work, 'there')];
    for (const folder of [here, there]) cpSync('fixtures/src/go', folder, { recursive: true });
    const build = (flags: string) => {
      shell(`go build ${flags} -o ${join(here, 'host.bin')} .`, join(here, 'host'), {});
      shell(`go build -buildmode=plugin ${flags} -o ${join(there, 'p.so')} ./processor`, join(there, 'plugins'), {});
      return ocxPlugins('validate', join(there, 'p.so'), '--collector', join(here, 'host.bin'))[0];
    };
    const finding = build('')?.findings.find(({ code }) => code === 'OCX0410');
    expect(open(join(here, 'host.bin'), join(there, 'p.so'), 'go').outcome).toBe('fails');
    expect(finding?.cause).toMatch(/its sources or its path differ|lay in another folder/);
    expect(finding?.fix).toMatch(/-trimpath|folder of/);
    expect(build('-trimpath')?.load).toBe('loads');
    expect(open(join(here, 'host.bin'), join(there, 'p.so'), 'go').outcome).toBe('loads');
  });
});
