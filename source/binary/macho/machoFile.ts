import type { AddressSpace, FileRange } from '../addressSpace.js';
import type { ByteSource } from '../reader/byteSource.js';
import type { Endian } from '../reader/cursor.js';
import { isUniversal, readSlices, type Slice } from './fat.js';
import { type MachHeader, magicAt, readHeader } from './header.js';
import { type LoadCommands, readLoadCommands } from './loadCommands.js';
import { goPlatform, kindName, machineName } from './names.js';

const READ_WRITE = 3;

/**
 * A Mach-O file, thin or universal, as far as it takes to say what it is and to find Go's build info; nothing here
 * judges it. Of a universal file it is the first architecture, as debug/buildinfo takes it, and `machine` names them all.
 */
export class MachoFile implements AddressSpace {
  /** True when the file begins as a Mach-O or universal file does. The rest may still be damaged. */
  static isMacho(source: ByteSource): boolean {
    return isUniversal(source) || magicAt(source, 0) !== null;
  }

  /** @throws FormatError when the file is no Mach-O, or its headers are malformed. */
  static read(source: ByteSource): MachoFile {
    const slices: readonly Slice[] = isUniversal(source) ? readSlices(source) : [{ offset: 0, size: source.size }];
    const headers = slices.map(({ offset }) => readHeader(source, offset));
    const [slice] = slices;
    const [header] = headers;
    // Neither is ever empty: readSlices throws first.
    if (!slice || !header) throw new Error('unreachable: a Mach-O file without an architecture');
    return new MachoFile(source, slice, header, headers.map(machineName).join(', '));
  }

  readonly source: ByteSource;
  readonly bits: 32 | 64;
  readonly endian: Endian;
  /** `aarch64`; `x86-64, aarch64` of a universal file. */
  readonly machine: string;
  /** `executable`, `dynamic library`, `bundle`, ... */
  readonly kind: string;
  /** GOOS/GOARCH: `darwin/arm64`; null where Go has no name for it. */
  readonly goPlatform: string | null;
  readonly #slice: Slice;
  readonly #commands: LoadCommands;

  private constructor(source: ByteSource, slice: Slice, header: MachHeader, machine: string) {
    this.source = source;
    this.#slice = slice;
    this.#commands = readLoadCommands(source, slice.offset, header);
    this.bits = header.bits;
    this.endian = header.endian;
    this.machine = machine;
    this.kind = kindName(header);
    this.goPlatform = goPlatform(header, this.#commands.platform);
  }

  offsetOf(address: number): number | null {
    const segment = this.#commands.segments.find(
      (each) => each.name !== '__PAGEZERO' && address >= each.address && address < each.address + each.fileSize,
    );
    return segment ? this.#slice.offset + segment.offset + (address - segment.address) : null;
  }

  /** As debug/buildinfo looks (machoExe.DataStart): the section, else the writable segments. */
  get buildInfoPlaces(): readonly FileRange[] {
    const { sections, segments } = this.#commands;
    const named = sections.filter(({ name }) => name === '__go_buildinfo');
    const writable = segments.filter(
      ({ fileSize, protection, maxProtection }) => fileSize > 0 && protection === READ_WRITE && maxProtection === READ_WRITE,
    );
    return [
      ...named.map(({ offset, size }) => ({ offset: this.#slice.offset + offset, size })),
      ...writable.map(({ offset, fileSize }) => ({ offset: this.#slice.offset + offset, size: fileSize })),
    ];
  }
}
