import { createHash } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { Header, type HeaderData, list } from 'tar';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { filesBelow } from '../../source/distribution/folder.js';
import { ocx } from '../commands/run.js';
import { distribution, MINE, signed, THEIRS } from './made.js';

let room: string;
let made: string;
const at = (...names: string[]) => join(room, ...names);
let entries: readonly Entry[];
const packed = { 'tar.gz': '', 'oci.tar': '' };

beforeAll(async () => {
  room = mkdtempSync(join(tmpdir(), 'ocx-pack-'));
  made = distribution(at('made'));
  signed(join(made, 'distribution.json'));
  for (const format of ['tar.gz', 'oci.tar'] as const) {
    packed[format] = at(`made.${format}`);
    const { status, stderr } = await ocx(['dist', 'pack', made, '-o', packed[format]]);
    expect(status, stderr).toBe(0);
  }
  entries = entriesOf(gunzipSync(readFileSync(packed['tar.gz'])));
}, 60_000);
afterAll(() => rmSync(room, { recursive: true, force: true }));

let tries = 0;
/** Unpacks to a folder of its own. */
async function unpacked(archive: string, ...flags: string[]) {
  const folder = at(`unpacked-${tries++}`);
  const ran = await ocx(['dist', 'unpack', archive, folder, ...flags]);
  return { ...ran, folder };
}

type Entry = HeaderData & { readonly content?: Uint8Array | string };

/** A tar by the library that ocx does not write with, entry by entry. */
function tarOf(entries: readonly Entry[]): Buffer {
  const blocks = entries.flatMap(({ content = '', ...header }) => {
    const bytes = Buffer.from(content);
    const block = Buffer.alloc(512);
    new Header({ mode: 0o644, size: bytes.length, type: 'File', ...header }).encode(block);
    return [block, bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)];
  });
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}

/** The archive of `made`, taken apart. */
function entriesOf(archive: Buffer): Entry[] {
  const entries: Entry[] = [];
  for (let offset = 0; archive[offset] !== 0; ) {
    const { path = '', size = 0, mode = 0 } = new Header(archive, offset);
    entries.push({ path, mode, content: archive.subarray(offset + 512, offset + 512 + size) });
    offset += 512 + Math.ceil(size / 512) * 512;
  }
  return entries;
}

function written(bytes: Uint8Array): string {
  const file = at(`archive-${tries++}`);
  writeFileSync(file, bytes);
  return file;
}

describe('ocx dist pack', () => {
  it.each(['tar.gz', 'oci.tar'] as const)(
    '%s: the same files are the same bytes, whatever their times, owners and modes',
    async (format) => {
      const copy = at(`copy-${format}`);
      cpSync(made, copy, { recursive: true });
      for (const [index, path] of filesBelow(copy).entries()) {
        utimesSync(join(copy, path), index, 1e9 + index);
        chmodSync(join(copy, path), 0o600 + index);
      }
      const again = at(`again.${format}`);
      expect(await ocx(['dist', 'pack', copy, '-o', again])).toMatchObject({ status: 0 });
      expect(readFileSync(again).equals(readFileSync(packed[format]))).toBe(true);
    },
  );

  it('another tar reads it: the list first, programs executable, no time and no owner', async () => {
    const seen: unknown[][] = [];
    await list({
      file: packed['tar.gz'],
      onReadEntry: ({ path, mode, uid, mtime }) => seen.push([path, mode, uid, mtime?.getTime()]),
    });
    expect(seen.map(([path]) => path)).toEqual([
      'distribution.json',
      'distribution.json.minisig',
      ...filesBelow(made).filter((path) => !path.startsWith('distribution.json')),
    ]);
    for (const [path, mode, uid, time] of seen)
      expect([mode, uid, time]).toEqual([/\.so$|^otelcol$/.test(String(path)) ? 0o755 : 0o644, 0, 0]);
  });

  it('what is not as distribution.json says is not packed, everything wrong is said, and an archive that is there stays', async () => {
    const copy = at('changed');
    cpSync(made, copy, { recursive: true });
    writeFileSync(join(copy, 'stray'), 'x');
    rmSync(join(copy, 'otelcol.manifest.json'));
    const target = at('stray.tar.gz');
    writeFileSync(target, 'before');
    const { status, stderr, stdout } = await ocx(['dist', 'pack', copy, '-o', target, '--force']);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toContain(`ocx: ${copy} is not packed: its files are not those that it lists\n`);
    expect(stderr).toMatch(/OCX0907[\s\S]*otelcol\.manifest\.json[\s\S]*OCX0906[\s\S]*stray/);
    expect(readFileSync(target, 'utf8')).toBe('before');
    expect(readdirSync(room).filter((name) => name.includes('partial'))).toEqual([]);
  });

  it('an archive that is there is not written over, unless --force says so', async () => {
    const target = at('there.tar.gz');
    writeFileSync(target, 'before');
    expect(await ocx(['dist', 'pack', made, '-o', target])).toEqual({
      status: 2,
      stdout: '',
      stderr: `ocx: ${target} exists: give --force to write over it\n`,
    });
    expect(readFileSync(target, 'utf8')).toBe('before');
    expect(await ocx(['dist', 'pack', made, '-o', target, '--force'])).toMatchObject({ status: 0 });
    expect(readFileSync(target).equals(readFileSync(packed['tar.gz']))).toBe(true);
  });

  it('the end of the name says the format, and a tag is one', async () => {
    expect(await ocx(['dist', 'pack', made, '-o', at('x.zip')])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('.oci.tar'),
    });
    expect(await ocx(['dist', 'pack', made, '-o', at('x.oci.tar'), '--tag', 'a b'])).toMatchObject({ status: 2 });
  });
});

describe('ocx dist unpack', () => {
  it.each(['tar.gz', 'oci.tar'] as const)('%s: gives the folder back, and its signature holds', async (format) => {
    const { status, folder, stderr, stdout } = await unpacked(packed[format], '--key', MINE);
    expect(status, stderr).toBe(0);
    expect(stdout).toContain('as listed, signed by');
    expect(filesBelow(folder)).toEqual(filesBelow(made));
    for (const path of filesBelow(made))
      expect(readFileSync(join(folder, path)).equals(readFileSync(join(made, path))), path).toBe(true);
  });

  it.each([
    ['a path that leaves the folder', { path: '../evil', content: 'x' }, '../evil is no path below the folder'],
    ['a path that leaves it on the way', { path: 'plugins/../../evil', content: 'x' }, 'is no path below the folder'],
    ['an absolute path', { path: '/etc/evil', content: 'x' }, '/etc/evil is an absolute path'],
    ['a symbolic link', { path: 'plugins/x.so', type: 'SymbolicLink', linkpath: '/etc/passwd' }, 'is a symbolic link'],
    ['a hard link', { path: 'plugins/x.so', type: 'Link', linkpath: 'otelcol' }, 'is a hard link'],
    ['a device', { path: 'plugins/null', type: 'CharacterDevice' }, 'is a device'],
    ['a fifo', { path: 'plugins/fifo', type: 'FIFO' }, 'is a fifo'],
    ['a file that is there twice', { path: 'otelcol.manifest.json', content: '{}' }, 'otelcol.manifest.json is in it twice'],
    [
      'a file that is not listed',
      { path: 'plugins/stranger.so', content: 'x' },
      'plugins/stranger.so is in it, and not in its distribution.json',
    ],
    ['a name with an escape sequence', { path: 'plugins/\u001b[31m.so', content: 'x' }, 'plugins/\\x1b[31m.so is in it, and not'],
  ] as const)('refuses %s, and leaves nothing', async (_what, entry, sentence) => {
    const archive = written(tarOf([...entries, entry]));
    const { status, stderr, folder } = await unpacked(archive);
    expect(stderr).toContain(sentence);
    expect(status).toBe(1);
    expect(existsSync(folder)).toBe(false);
  });

  it('refuses a file of another size than is listed, before it is written', async () => {
    const changed = entries.map((entry) => (entry.path === 'otelcol' ? { ...entry, content: 'short' } : entry));
    expect(await unpacked(written(tarOf(changed)))).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('otelcol has 5 bytes in it'),
    });
  });

  it('refuses what unpacks to more than its list says, while it unpacks', async () => {
    const [own, ...others] = entries;
    if (!own) throw new Error('the archive is empty');
    const bomb = gzipSync(tarOf([own, ...others, { path: 'plugins/zeros.so', content: new Uint8Array(4 << 20) }]));
    expect(bomb.length).toBeLessThan(32 << 20);
    expect(await unpacked(written(bomb))).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('it unpacks to more than its distribution.json lists'),
    });
    const endless = gzipSync(tarOf([{ path: 'zeros', content: new Uint8Array(40 << 20) }]));
    expect(await unpacked(written(endless))).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('first entry must be distribution.json'),
    });
  });

  it.each([
    ['no archive', Buffer.from('no archive at all, only words'.repeat(40)), 'it is no archive (ocx dist pack makes one)'],
    ['an empty file', Buffer.alloc(0), 'it is no archive ('],
    ['a short text', Buffer.from('receivers: {}'), 'it is no archive ('],
    ['gzip of nothing known', gzipSync(Buffer.from('x'.repeat(5000))), 'it is no archive ('],
  ])('%s is one sentence', async (_what, bytes, sentence) => {
    const { status, stderr } = await unpacked(written(bytes));
    expect({ status, lines: stderr.trim().split('\n').length }).toEqual({ status: 1, lines: 1 });
    expect(stderr).toContain(sentence);
  });

  it('a cut archive is damaged', async () => {
    const whole = readFileSync(packed['tar.gz']);
    expect(await unpacked(written(whole.subarray(0, whole.length / 2)))).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('it is damaged'),
    });
    const tar = readFileSync(packed['oci.tar']);
    expect(await unpacked(written(tar.subarray(0, tar.length / 2)))).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('copy it again'),
    });
  });

  it('a byte that was changed is found by the list, and in an OCI layout by its digest; nothing is left', async () => {
    const changed = entries.map((entry) => {
      if (entry.path !== 'plugins/go-match.so') return entry;
      const content = Buffer.from(entry.content ?? '');
      content.writeUInt8(content.readUInt8(5000) ^ 1, 5000);
      return { ...entry, content };
    });
    const { status, stderr, folder } = await unpacked(written(tarOf(changed)));
    expect(status).toBe(1);
    expect(stderr).toContain('OCX0905');
    expect(existsSync(folder)).toBe(false);
    const layout = readFileSync(packed['oci.tar']);
    const sha = createHash('sha256')
      .update(readFileSync(join(made, 'plugins/go-match.so')))
      .digest('hex');
    const header = layout.indexOf(`blobs/sha256/${sha}`);
    layout.writeUInt8(layout.readUInt8(header + 512 + 5000) ^ 1, header + 512 + 5000);
    expect(await unpacked(written(layout))).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('was changed: it has another digest'),
    });
  });

  it('with a key the signature is looked at before the list: garbage, and what claims to be large, is not signed', async () => {
    const [own, signature, ...others] = entries;
    if (!own || !signature) throw new Error('the archive is empty');
    const garbage = [{ ...own, content: 'garbage' }, signature, ...others];
    const large = String(own.content).replace(/"size": \d+/g, '"size": 9000000000');
    for (const [archive, code] of [
      [tarOf(garbage), 'OCX0904'],
      [gzipSync(tarOf(garbage)), 'OCX0904'],
      [gzipSync(tarOf([own, ...others])), 'OCX0902'],
      [gzipSync(tarOf([{ ...own, content: large }, signature, { path: 'zeros', content: new Uint8Array(4 << 20) }])), 'OCX0904'],
    ] as const) {
      const { status, stderr, folder } = await unpacked(written(archive), '--key', MINE);
      expect({ status, stderr }).toEqual({ status: 1, stderr: expect.stringContaining(code) });
      expect(stderr).toContain('nothing was unpacked');
      expect(existsSync(folder)).toBe(false);
    }
    expect(await unpacked(written(gzipSync(tarOf(garbage))))).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('it is no JSON'),
    });
  });

  it('a list that was not signed by a trusted key leaves nothing', async () => {
    const { status, stderr, folder } = await unpacked(packed['tar.gz'], '--key', THEIRS);
    expect(status).toBe(1);
    expect(stderr).toContain('nothing was unpacked');
    expect(stderr).toMatch(/\n +\| {2}signer {2}key \w+\n +\| {2}wanted {2}trusts \w+\n/);
    expect(stderr).not.toContain('listed  trusts');
    expect(existsSync(folder)).toBe(false);
    expect(readdirSync(room).filter((name) => name.includes('partial'))).toEqual([]);
  });

  it('of an archive that is not there is exit code 2: nothing was looked at', async () => {
    expect(await unpacked(at('nowhere.tar.gz'))).toMatchObject({ status: 2, stderr: expect.stringContaining('no such file') });
  });

  it('does not unpack over what is there', async () => {
    expect(await ocx(['dist', 'unpack', packed['tar.gz'], made])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('not empty'),
    });
  });
});
