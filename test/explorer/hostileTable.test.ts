import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { afterAll, describe, expect, it } from 'vitest';
import type { CatalogSnapshot, JudgedRecord, PluginRecord } from '../../source/catalog/record.js';
import type { Evidence } from '../../source/evidence/evidence.js';
import { reduce } from '../../source/explorer/reducer.js';
import { savedText } from '../../source/explorer/savedText.js';
import { saveText } from '../../source/explorer/saving.js';
import { initialState, recordOf, type State } from '../../source/explorer/state.js';
import type { Finding } from '../../source/verdict/judgement.js';
import { EXAMPLE, HOST } from './example.js';
import { FakeCatalog } from './fakeCatalog.js';
import { frameOf, pressed, steps } from './still.js';
import { detailsOf, symbolTable } from './symbolTable.js';
import { OpenExplorer } from './terminal.js';

/** One text with all that could take over a terminal, between two marks that show where it arrived. */
const HOSTILE = [
  'mark<',
  '\x1b]52;c;cm0gLXJmIC8=\x07', // the clipboard
  '\x1b]8;;https://example.com\x1b\\', // a link
  '\x1b]0;title\x07',
  '\x1b[8m', // concealed
  '\x9b31m\x90q\x9c', // C1
  '\u202egpj\u2066', // bidi
  '\r\n\t\b\x00\x7f',
  '\u200b\u200d\u2028\ufeff', // no width
  '>mark',
].join('');
const FORBIDDEN = /[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/;

const AT = new Date(2026, 10, 23, 14, 2, 11);
const size = { columns: 200, rows: 40 };

function withFirst(change: (record: JudgedRecord) => PluginRecord): CatalogSnapshot {
  const third = EXAMPLE.plugins[2];
  if (third?.state !== 'judged') throw new Error('the example has changed');
  return { ...EXAMPLE, plugins: [change(third), ...EXAMPLE.plugins.slice(0, 2)] };
}
const withEvidence = (change: (evidence: Evidence) => Evidence) =>
  withFirst((record) => ({ ...record, evidence: record.evidence && change(record.evidence) }));
const withFinding = (change: Partial<Finding>) =>
  withFirst((record) => ({
    ...record,
    judgement: { ...record.judgement, findings: record.judgement.findings.map((finding) => ({ ...finding, ...change })) },
  }));
const withGo = (change: (go: NonNullable<Evidence['go']>) => Partial<NonNullable<Evidence['go']>>) =>
  withEvidence((evidence) => ({ ...evidence, go: evidence.go && { ...evidence.go, ...change(evidence.go) } }));
const withManifest = (fields: object) =>
  withEvidence((evidence) => ({
    ...evidence,
    manifest: { ...evidence.manifest, found: { carrier: 'note', offset: 1, size: 1, text: JSON.stringify(fields) } },
  }));
const linker = {
  interpreter: null,
  soname: null,
  needed: [HOSTILE],
  rpath: null,
  runpath: null,
  versionNeeds: [{ library: HOSTILE, version: HOSTILE, weak: false }],
  unversionedUndefined: [],
  hasRelr: false,
  filters: [HOSTILE],
  symbolic: false,
  androidRelocations: false,
  staticTls: 0,
  noOpen: false,
  pie: false,
  dynamic: true,
};

/** Of kind and type only letters are let in. */
const HOSTILE_COMPONENT = {
  kind: 'processor',
  type: 'filter',
  module: HOSTILE,
  version: HOSTILE,
  stability: { [HOSTILE]: HOSTILE },
  description: HOSTILE,
  warnings: [HOSTILE],
  default_config_faults: [HOSTILE],
  docs: HOSTILE,
  config_schema: {
    type: 'object',
    required: [HOSTILE],
    properties: {
      [HOSTILE]: { type: 'string', description: HOSTILE, default: HOSTILE, enum: [HOSTILE] },
      group: { type: 'object', description: HOSTILE, properties: { [HOSTILE]: { type: HOSTILE } } },
    },
  },
  default_config: { [HOSTILE]: HOSTILE, group: { [HOSTILE]: [HOSTILE] }, unknown: { [HOSTILE]: HOSTILE } },
};

/** Wherever a text from outside comes in. */
const SOURCES: Readonly<Record<string, CatalogSnapshot>> = {
  'file name': withFirst((record) => ({ ...record, name: `${HOSTILE}.so`, path: `/p/${HOSTILE}.so` })),
  'link target': withFirst((record) => ({ ...record, link: HOSTILE })),
  'what is ignored': withFirst(({ path, name, size: bytes, link }) => ({
    path,
    name,
    size: bytes,
    link,
    order: 1,
    state: 'ignored',
    because: HOSTILE,
  })),
  'cause in the list': withFirst((record) => ({ ...record, cause: HOSTILE, builtBy: HOSTILE })),
  'message of a finding': withFinding({ message: HOSTILE }),
  'place of a finding': withFinding({ evidence: HOSTILE }),
  'values of a finding': withFinding({ plugin: HOSTILE, host: HOSTILE }),
  'cause of a finding': withFinding({ cause: HOSTILE }),
  'words of the loader': withFinding({ loaderMessage: HOSTILE }),
  'fix of a finding': withFinding({ fix: HOSTILE }),
  'items of a finding': withFinding({ items: [{ subject: HOSTILE, plugin: HOSTILE, host: HOSTILE }] }),
  'manifest value': withFirst((record) => ({
    ...record,
    comparison: [{ sign: 'x', group: 'field', name: 'target', plugin: HOSTILE, host: HOSTILE }],
  })),
  'manifest key': withFirst((record) => ({
    ...record,
    comparison: [{ sign: 'x', group: 'dependency', name: HOSTILE, plugin: 'v1', host: null }],
  })),
  'name in the manifest': withManifest({ name: HOSTILE, version: HOSTILE }),
  'component in the descriptors': withEvidence((evidence) => ({
    ...evidence,
    manifest: {
      ...evidence.manifest,
      descriptors: {
        carrier: 'note',
        offset: 1,
        size: 1,
        text: JSON.stringify({ components: [{ kind: HOSTILE, type: HOSTILE }] }),
      },
    },
  })),
  'fields and docs in the descriptors': withEvidence((evidence) => ({
    ...evidence,
    manifest: {
      ...evidence.manifest,
      descriptors: { carrier: 'note', offset: 1, size: 1, text: JSON.stringify({ components: [HOSTILE_COMPONENT] }) },
    },
  })),
  'package and commit': withGo(({ buildInfo }) => ({
    version: HOSTILE,
    buildInfo: buildInfo && {
      ...buildInfo,
      path: HOSTILE,
      settings: [
        { key: '-tags', value: HOSTILE },
        { key: 'vcs.revision', value: HOSTILE },
        { key: 'vcs.time', value: HOSTILE },
      ],
    },
  })),
  'module of the build info': withGo(({ buildInfo }) => ({
    buildInfo: buildInfo && { ...buildInfo, deps: [{ path: HOSTILE, version: HOSTILE, sum: HOSTILE, replace: null }] },
  })),
  'crate of .dep-v0': withEvidence((evidence) => ({
    ...evidence,
    go: null,
    rust: {
      comment: HOSTILE,
      rustcVersion: HOSTILE,
      crates: [{ name: HOSTILE, version: HOSTILE, source: HOSTILE, kind: 'runtime' }],
    },
  })),
  'needed library': withEvidence((evidence) => ({ ...evidence, linker })),
  'host title': { ...withFirst((record) => record), host: { ...HOST, title: HOSTILE, toolchain: HOSTILE, flags: [HOSTILE] } },
  'host that is unreadable': { ...withFirst((record) => record), host: { state: 'unreadable', path: HOSTILE, because: HOSTILE } },
  'directory and problem': {
    ...withFirst((record) => record),
    place: { paths: [HOSTILE], kind: 'directories' },
    problems: [HOSTILE],
  },
  'symbol and section names': withFirst((record) => record),
};

function begun(snapshot: CatalogSnapshot): State {
  return initialState(snapshot, size);
}

/** Symbols and sections with hostile names, wherever there is a file to have them. */
function detailed(state: State): State {
  const record = recordOf(state, state.shown);
  if (record?.state !== 'judged' || !record.evidence) return state;
  const symbols = { ...symbolTable(5), name: () => HOSTILE };
  const of = { ...detailsOf(symbols), sections: [{ name: HOSTILE, type: HOSTILE, address: 0, offset: 0, size: 0, flags: '' }] };
  return reduce(state, { type: 'details', details: { evidence: record.evidence, state: 'read', of } }).state;
}

const validated = (snapshot: CatalogSnapshot) => {
  const path = snapshot.plugins[0]?.path ?? '';
  const start = reduce(begun(snapshot), { type: 'validating', paths: [path], opening: { because: HOSTILE }, at: AT }).state;
  const result = { record: snapshot.plugins[0] as PluginRecord, milliseconds: 1 };
  const components = [{ kind: HOSTILE, type: HOSTILE, stability: {} }];
  const probe = { outcome: 'panics', message: HOSTILE, components, milliseconds: 1, asPredicted: false } as const;
  const check = { accepted: false, lines: [HOSTILE], milliseconds: 1 };
  const checked = reduce(start, { type: 'config checked', path: HOSTILE, check, at: AT }).state;
  return reduce(checked, { type: 'rechecked', path, result, probe, at: AT }).state;
};
const copiedBy = (state: State, keys: string) =>
  steps(state, keys)
    .flatMap(({ effects }) => effects)
    .map((effect) => (effect.type === 'copy' ? effect.text : ''))
    .join('');
function saved(state: State): string {
  const text = savedText(state, state.focus);
  return Array.from({ length: text.lines }, (_, index) => text.line(index)).join('\n');
}

function exported(state: State): string {
  const text = savedText(state, 'config');
  return Array.from({ length: text.lines }, (_, index) => text.line(index)).join('\n');
}

const PANES = ['', '1\t', '2\t', '3\t', '4\tj', '4\t\tjjj', '5\t\r', '7\t', '8\t', '8\td'];
const inPane = (snapshot: CatalogSnapshot, keys: string) => detailed(pressed(begun(snapshot), keys));

/** Wherever text goes out. */
const SINKS: Readonly<Record<string, (snapshot: CatalogSnapshot) => string>> = {
  'the title and the list': (snapshot) => frameOf(begun(snapshot)),
  ...Object.fromEntries(
    PANES.slice(1).map((keys) => [
      `the panel at ${JSON.stringify(keys)}`,
      (snapshot: CatalogSnapshot) => frameOf(inPane(snapshot, keys)),
    ]),
  ),
  'a sheet over a panel': (snapshot) => frameOf(pressed(inPane(snapshot, '3\t'), '\r')),
  'sheets of a component and a field': (snapshot) =>
    frameOf(pressed(inPane(snapshot, '4\t'), 'x')) + frameOf(pressed(inPane(snapshot, '4\t'), 'j\r')),
  'an exported configuration': (snapshot) => exported(inPane(snapshot, '4\t')),
  'a sheet of a dependency': (snapshot) => frameOf(pressed(inPane(snapshot, '8\td'), '\r')),
  'the log of a validation, its sheet, and the message': (snapshot) =>
    frameOf(validated(snapshot)) + frameOf(pressed(validated(snapshot), '7\tG\r')) + frameOf(pressed(validated(snapshot), '7')),
  'the log of a change': (snapshot) =>
    frameOf(pressed(reduce(begun(EXAMPLE), { type: 'snapshot', snapshot, at: AT }).state, '7')),
  'the message of a removal': (snapshot) =>
    frameOf(reduce(begun(snapshot), { type: 'snapshot', snapshot: { ...snapshot, plugins: [] }, at: AT }).state),
  'the message of a copy': (snapshot) => PANES.map((keys) => frameOf(pressed(inPane(snapshot, keys), 'y'))).join('\n'),
  'the clipboard': (snapshot) => PANES.map((keys) => copiedBy(inPane(snapshot, keys), 'y')).join('\n'),
  'a saved file': (snapshot) => PANES.map((keys) => saved(inPane(snapshot, keys))).join('\n'),
  'the name of a saved file': (snapshot) => frameOf(pressed(inPane(snapshot, '2\t'), 'w')),
  'a narrow screen': (snapshot) =>
    frameOf(pressed(initialState(snapshot, { columns: 40, rows: 12 }), '\r')) +
    frameOf(initialState(snapshot, { columns: 40, rows: 12 })),
};

const safe = (text: string) => {
  const shown = text.replace(/\x1b\[[0-9;]*m/g, (sgr) => (/^\x1b\[(?:[0-9;]*;)?(?:8|28)m$/.test(sgr) ? sgr : ''));
  return FORBIDDEN.exec(shown)?.[0] ?? null;
};

describe.each(Object.entries(SOURCES))('hostile %s', (_, snapshot) => {
  it('stays out of every sink, and is shown all the same, with its characters made visible', () => {
    const outputs = Object.entries(SINKS).map(([sink, output]) => [sink, output(snapshot)] as const);
    const leaks = outputs.flatMap(([sink, text]) => (safe(text) === null ? [] : [`${sink}: ${JSON.stringify(safe(text))}`]));
    expect(leaks).toEqual([]);
    expect(outputs.map(([, text]) => text).join('\n')).toContain('mark<\\x1b]52;c;');
  });
});

describe('hostile text that was typed or came from outside', () => {
  const start = pressed(begun(EXAMPLE), '');
  const paste = `\x1b[200~${HOSTILE.replaceAll('\x1b', '\x1c')}\x1b[201~`;
  const path = HOSTILE;
  it.each([
    ['the filter', pressed(start, `/${paste}`)],
    ['the palette', reduce(pressed(start, ':'), { type: 'key', key: '\u202e', at: 0 }).state],
    ['the question where to', pressed(start, `w${paste}`)],
    [
      'the question before overwriting',
      reduce(pressed(start, `w${paste}`), {
        type: 'saved',
        path,
        at: AT,
        saved: { kind: 'in the way', pane: 'list', target: { kind: 'file', size: 1, at: AT } },
      }).state,
    ],
    ['the picker', reduce(start, { type: 'found places', of: 'host', paths: [path] }).state],
    ['what is said', reduce(start, { type: 'opened', place: { kind: 'directory', path }, snapshot: EXAMPLE, at: AT }).state],
  ])('stays out of %s', (_, state) => {
    expect(safe(frameOf(state))).toBeNull();
  });

  it('stays out of the bytes of the whole program, clipboard included', async () => {
    const explorer = new OpenExplorer(new FakeCatalog(SOURCES['file name'] as CatalogSnapshot));
    let all = '';
    for (const keys of ['', 'y', 'v', '\r', 'y', '7', '1']) {
      explorer.input.emit('data', Buffer.from(keys));
      await new Promise((resolve) => setTimeout(resolve, 60));
      all += explorer.written;
      await explorer.take();
    }
    await explorer.quit();
    const ours = all.replace(/\x1b\]52;c;[A-Za-z0-9+/=]*\x07/g, '').replace(/\x1b(\[[?0-9;]*[@A-Za-z]|[DEM])/g, '');
    expect(ours.replace(/[\r\b]/g, '')).not.toMatch(FORBIDDEN);
    const copies = [...all.matchAll(/\x1b\]52;c;([A-Za-z0-9+/=]*)\x07/g)].map(([, text = '']) =>
      Buffer.from(text, 'base64').toString(),
    );
    expect(copies.length).toBeGreaterThan(0);
    expect(copies.join('')).not.toMatch(FORBIDDEN);
  });
});

describe('hostile text after the explorer has gone', () => {
  const directory = mkdtempSync(join(tmpdir(), 'ocx-hostile-'));
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  it('stays out of a saved file on the disk', async () => {
    const state = inPane(SOURCES['symbol and section names'] as CatalogSnapshot, '3\t');
    const file = join(directory, 'saved.txt');
    expect(await saveText(file, savedText(state, 'panel'), 'nothing', () => false)).toBeGreaterThan(3);
    expect(readFileSync(file, 'utf8')).not.toMatch(FORBIDDEN);
    expect(readFileSync(file, 'utf8')).toContain('mark<');
  });

  it('stays out of the error that ends it', () => {
    const program = join(directory, 'error.mjs');
    const code = `import { printed } from './source/explorer/ending.js'; process.stderr.write(printed(${JSON.stringify(HOSTILE)}));`;
    buildSync({
      stdin: { contents: code, resolveDir: process.cwd() },
      bundle: true,
      format: 'esm',
      platform: 'node',
      outfile: program,
    });
    const { stderr } = spawnSync(process.execPath, [program], { encoding: 'utf8' });
    expect(stderr).toContain('mark<\\x1b]52;c;');
    expect(stderr).not.toMatch(FORBIDDEN);
  });
});
