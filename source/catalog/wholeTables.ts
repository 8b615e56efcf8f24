import { ElfFile } from '../binary/elf/elfFile.js';
import { machineName } from '../binary/elf/machines.js';
import { tableFaults } from '../binary/elf/tableFaults.js';
import { wantedSymbols } from '../binary/elf/versionedSymbols.js';
import { type ByteSource, FileSource } from '../binary/reader/byteSource.js';
import { orNull } from '../binary/reader/errors.js';
import { count, finding } from '../verdict/finding.js';
import type { Finding } from '../verdict/judgement.js';
import type { Reading } from './readPlugin.js';
import { SYSTEM_LIBRARIES } from './systemLibraries.js';
import { versionedSymbolsOf } from './versionedLibrary.js';

/** A reading with what a look at every entry of the file's tables adds to it. */
export function wholeLook(reading: Reading): Reading {
  const { entry, evidence, findings } = reading;
  if (!evidence) return reading;
  let source: FileSource;
  try {
    source = new FileSource(entry.open);
  } catch {
    return reading; // It vanished since: the reading stands.
  }
  try {
    return { ...reading, findings: [...findings, ...wholeTableFindings(source)] };
  } finally {
    source.close();
  }
}

/**
 * What a look at every entry of the dynamic linker's tables finds, as findings: damage where the verdict alone reads nothing, and
 * symbols that the libraries of this system lack in the version that is wanted. A list does without; a file that was named is worth it.
 */
export function wholeTableFindings(source: ByteSource): Finding[] {
  if (!ElfFile.isElf(source)) return [];
  const elf = orNull(() => ElfFile.read(source));
  if (!elf) return [];
  const damage = tableFaults(elf).map(({ field, offset, problem }) =>
    finding('OCX0103', {
      subject: field,
      plugin: problem,
      evidence: `${field}${offset > 0 ? ` at 0x${offset.toString(16)}` : ''}`,
      message: `${field} ${problem}: the dynamic linker refuses it or crashes`,
      fix: 'copy the file again and compare its size with the original',
    }),
  );
  return [...damage, ...lackingSymbols(elf)];
}

function lackingSymbols(elf: ElfFile): Finding[] {
  if (machineName(elf.header) !== SYSTEM_LIBRARIES.machine || elf.bits !== 64) return [];
  const wanted = orNull(() => wantedSymbols(elf)) ?? [];
  const lacking = wanted.filter(({ name, version, library }) => {
    if (version === null || library === null) return true;
    // A version that the library here has not is the rules' affair: the host's system may be newer than this one.
    const here = SYSTEM_LIBRARIES.find(library, null);
    if (!here || 'fault' in here || !here.versions.has(version)) return false;
    const defined = versionedSymbolsOf(here.path);
    return defined !== null && !defined.has(`${name}@${version}`);
  });
  const [first] = lacking;
  if (!first) return [];
  const words = `${first.name}, version ${first.version ?? 'unknown'}`;
  return [
    finding('OCX0203', {
      subject: first.name,
      plugin: `${first.name}@${first.version ?? '?'}`,
      evidence: 'dynamic symbols, undefined, with a version',
      message: `${lacking.length === 1 ? `undefined symbol ${words}` : `${count(lacking.length, 'undefined symbol')}, first ${words}`}: not in ${first.library ?? 'any needed library'} of this system`,
      loaderMessage: `undefined symbol: ${words}`,
      fix: 'build the plugin on the system the host was built on, or an older one',
      items: lacking.map(({ name, version }) => ({ subject: name, plugin: version, host: null })),
    }),
  ];
}
