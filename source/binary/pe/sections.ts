import type { ByteSource } from '../reader/byteSource.js';
import { Bytes } from '../reader/cursor.js';
import type { PeHeader } from './header.js';

/** A section header, names left out: nothing here goes by them. */
export interface PeSection {
  /** From the image base. */
  readonly address: number;
  readonly offset: number;
  readonly fileSize: number;
  /** IMAGE_SCN_*. */
  readonly flags: number;
}

const ENTRY_SIZE = 40;

/** @throws FormatError when the table is not wholly inside the file. */
export function readSections(source: ByteSource, { sectionTable, sectionCount }: PeHeader): readonly PeSection[] {
  const table = Bytes.of(source, sectionTable, sectionCount * ENTRY_SIZE, 'little', 'section table');
  return Array.from({ length: sectionCount }, (_, index) => {
    const at = index * ENTRY_SIZE;
    return {
      address: table.u32(at + 12, 'VirtualAddress'),
      fileSize: table.u32(at + 16, 'SizeOfRawData'),
      offset: table.u32(at + 20, 'PointerToRawData'),
      flags: table.u32(at + 36, 'Characteristics'),
    };
  });
}
