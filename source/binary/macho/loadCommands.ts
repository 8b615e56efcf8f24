import type { ByteSource } from '../reader/byteSource.js';
import { Bytes, decodeText } from '../reader/cursor.js';
import type { MachHeader } from './header.js';

export interface MachSegment {
  readonly name: string;
  readonly address: number;
  /** From the beginning of the architecture. */
  readonly offset: number;
  readonly fileSize: number;
  /** VM_PROT_*: read 1, write 2, execute 4. */
  readonly protection: number;
  readonly maxProtection: number;
}

export interface MachSection {
  readonly name: string;
  readonly offset: number;
  readonly size: number;
}

export interface LoadCommands {
  readonly segments: readonly MachSegment[];
  readonly sections: readonly MachSection[];
  /** PLATFORM_* of LC_BUILD_VERSION; null in older files. */
  readonly platform: number | null;
}

const LC_SEGMENT = 0x1;
const LC_SEGMENT_64 = 0x19;
const LC_BUILD_VERSION = 0x32;

/** @throws FormatError when a command runs out of the commands, or a section out of its segment's command. */
export function readLoadCommands(source: ByteSource, sliceOffset: number, header: MachHeader): LoadCommands {
  const bytes = Bytes.of(source, sliceOffset + header.size, header.sizeofcmds, header.endian, 'load commands');
  const segments: MachSegment[] = [];
  const sections: MachSection[] = [];
  let platform: number | null = null;
  let at = 0;
  for (let index = 0; index < header.ncmds; index++) {
    const type = bytes.u32(at, 'cmd');
    const size = bytes.u32(at + 4, 'cmdsize');
    if (size < 8) bytes.fail(at + 4, 'cmdsize', `is ${size}`);
    const command = bytes.slice(at, size, 'cmdsize');
    if (type === LC_SEGMENT) readSegment(command, 32, segments, sections);
    if (type === LC_SEGMENT_64) readSegment(command, 64, segments, sections);
    if (type === LC_BUILD_VERSION) platform = command.u32(8, 'platform');
    at += size;
  }
  return { segments, sections, platform };
}

/** `segment_command`, then its sections. */
function readSegment(command: Bytes, bits: 32 | 64, segments: MachSegment[], sections: MachSection[]): void {
  const word = bits / 8;
  const afterWords = 24 + 4 * word;
  segments.push({
    name: fixedName(command, 8, 'segname'),
    address: command.word(24, bits, 'vmaddr'),
    offset: command.word(24 + 2 * word, bits, 'fileoff'),
    fileSize: command.word(24 + 3 * word, bits, 'filesize'),
    maxProtection: command.u32(afterWords, 'maxprot'),
    protection: command.u32(afterWords + 4, 'initprot'),
  });
  const count = command.u32(afterWords + 8, 'nsects');
  const first = afterWords + 16;
  const size = bits === 64 ? 80 : 68;
  if (first + count * size > command.length) command.fail(afterWords + 8, 'nsects', `is ${count}, more than the command holds`);
  for (let index = 0; index < count; index++) {
    const at = first + index * size;
    sections.push({
      name: fixedName(command, at, 'sectname'),
      size: command.word(at + 32 + word, bits, 'section.size'),
      offset: command.u32(at + 32 + 2 * word, 'section.offset'),
    });
  }
}

/** 16 bytes, with a NUL behind shorter names. */
function fixedName(command: Bytes, at: number, field: string): string {
  const bytes = command.raw(at, 16, field);
  const end = bytes.indexOf(0);
  return decodeText(end < 0 ? bytes : bytes.subarray(0, end));
}
