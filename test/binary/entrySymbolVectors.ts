import { readFileSync } from 'node:fs';
import { DT } from '../../source/binary/elf/constants.js';
import { ElfFile } from '../../source/binary/elf/elfFile.js';
import { MemorySource } from '../../source/binary/reader/byteSource.js';

/** `spec/conformance/entry_symbol.json`, which runtime/go reads too: what is changed of the entry symbol, and whether `dlsym` finds it then. */
export const { fixture, symbol, vectors } = JSON.parse(readFileSync('spec/conformance/entry_symbol.json', 'utf8')) as {
  readonly fixture: string;
  readonly symbol: string;
  readonly vectors: readonly { name: string; change: SymbolChange; found: boolean }[];
};

interface SymbolChange {
  readonly at?: number;
  readonly bytes?: readonly number[];
  readonly version?: number;
}

/** The fixture with that change. */
export function changed({ at = 0, bytes = [], version }: SymbolChange): Buffer {
  const file = readFileSync(`fixtures/${fixture}`);
  const elf = ElfFile.read(new MemorySource('plugin.so', file));
  const { index } = elf.rawDynamicSymbol(symbol) ?? { index: 0 };
  const place = (address: number) => elf.offsetOf(address) ?? -1;
  file.set(bytes, place(elf.dynamic?.symtab ?? -1) + 24 * index + at);
  if (version !== undefined) file.writeUInt16LE(version, place(elf.dynamic?.get(DT.VERSYM) ?? -1) + 2 * index);
  return file;
}
