import { execFileSync } from 'node:child_process';
import { copyFileSync, linkSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { PT } from '../../source/binary/elf/constants.js';
import { ElfFile } from '../../source/binary/elf/elfFile.js';
import { MemorySource } from '../../source/binary/reader/byteSource.js';
import type { Finish } from './recipes.js';

/** Makes the file at `to` out of the plugin `from`, or of nothing. */
export function finish(what: Finish, from: string | null, to: string): void {
  if (what.act === 'text') writeFileSync(to, what.text);
  else if (what.act === 'c') compileC(what, to);
  else if (from === null) throw new Error(`${what.act}: of nothing`);
  else finishCopy(what, from, to);
}

function finishCopy(what: Exclude<Finish, { act: 'text' | 'c' }>, from: string, to: string): void {
  switch (what.act) {
    case 'hard link':
      linkSync(from, to);
      break;
    case 'symbolic link':
      symlinkSync(from, to);
      break;
    case 'copy':
      copyFileSync(from, to);
      break;
    case 'strip':
      copyFileSync(from, to);
      execFileSync(what.how[0] ?? '', [...what.how.slice(1), to]);
      break;
    default:
      writeFileSync(to, changed(what, readFileSync(from)));
  }
}

function changed(what: Extract<Finish, { act: 'cut' | 'byte' | 'zero' }>, bytes: Buffer): Buffer {
  if (what.act === 'cut') return bytes.subarray(0, cutAt(what.at, bytes));
  if (what.act === 'byte') bytes[what.offset] = what.value;
  else bytes.fill(0, 40, 48).fill(0, 60, 64);
  return bytes;
}

const PAGE = 4096;

function cutAt(at: Extract<Finish, { act: 'cut' }>['at'], bytes: Buffer): number {
  if (at === 'header') return 40;
  const loads = ElfFile.read(new MemorySource('plugin', bytes)).segments.filter(({ type }) => type === PT.LOAD);
  const [first, last] = [loads[1], loads.at(-1)];
  if (!first || !last) throw new Error('no segments');
  const end = Math.max(...loads.map(({ offset, fileSize }) => offset + fileSize));
  if (at === 'segment') return first.offset + Math.floor(first.fileSize / 2);
  if (at === 'last segment') return last.offset + Math.floor(last.fileSize / 2);
  return at === 'sections' ? end : Math.floor((end - 1) / PAGE) * PAGE + 8;
}

/** `library`: its `int gone(void)` lies beside the plugin (`there`), or is removed after linking (`missing`). */
function compileC({ source, flags, library }: Extract<Finish, { act: 'c' }>, to: string): void {
  const folder = dirname(to);
  writeFileSync(join(folder, 'plugin.c'), `${source}\n`);
  const against: string[] = [];
  if (library !== null) {
    const name = `libocx${library}.so`;
    writeFileSync(join(folder, 'library.c'), 'int gone(void) { return 1; }\n');
    execFileSync('gcc', ['-shared', '-fPIC', '-o', name, 'library.c', `-Wl,-soname,${name}`], { cwd: folder });
    against.push(`./${name}`);
  }
  execFileSync('gcc', ['-shared', '-fPIC', '-o', to, 'plugin.c', ...against, ...flags], { cwd: folder });
  if (library === 'missing') execFileSync('rm', ['libocxmissing.so'], { cwd: folder });
}
