import type { AddressSpace, FileRange } from '../addressSpace.js';
import type { ByteSource } from '../reader/byteSource.js';
import type { Endian } from '../reader/cursor.js';
import { isPe, type PeHeader, readHeader } from './header.js';
import { goPlatform, kindName, machineName } from './names.js';
import { type PeSection, readSections } from './sections.js';

/** IMAGE_SCN_CNT_INITIALIZED_DATA | MEM_READ | MEM_WRITE, alignment aside: debug/buildinfo, peExe.DataStart. */
const WRITABLE_DATA = 0xc0000040;
const ALIGN_BITS = 0x00f00000;

/** A Windows file, as far as it takes to say what it is and to find Go's build info; nothing here judges it. */
export class PeFile implements AddressSpace {
  /** True when the file has a DOS header that leads to a PE signature. The rest may still be damaged. */
  static isPe(source: ByteSource): boolean {
    return isPe(source);
  }

  /** @throws FormatError when the file is no PE, or its headers are malformed. */
  static read(source: ByteSource): PeFile {
    const header = readHeader(source);
    return new PeFile(source, header, readSections(source, header));
  }

  readonly source: ByteSource;
  readonly bits: 32 | 64;
  readonly endian: Endian = 'little';
  /** `x86-64`, ... */
  readonly machine: string;
  /** `executable`, `dynamic library`, `relocatable`. */
  readonly kind: string;
  /** GOOS/GOARCH: `windows/amd64`; null where Go has no name for it. */
  readonly goPlatform: string | null;
  readonly #imageBase: number;
  readonly #sections: readonly PeSection[];

  private constructor(source: ByteSource, header: PeHeader, sections: readonly PeSection[]) {
    this.source = source;
    this.bits = header.bits;
    this.machine = machineName(header);
    this.kind = kindName(header);
    this.goPlatform = goPlatform(header);
    this.#imageBase = header.imageBase;
    this.#sections = sections;
  }

  offsetOf(address: number): number | null {
    const relative = address - this.#imageBase;
    const section = this.#sections.find((each) => relative >= each.address && relative < each.address + each.fileSize);
    return section ? section.offset + (relative - section.address) : null;
  }

  get buildInfoPlaces(): readonly FileRange[] {
    return this.#sections
      .filter(({ flags, fileSize }) => fileSize > 0 && (flags & ~ALIGN_BITS) >>> 0 === WRITABLE_DATA)
      .map(({ offset, fileSize }) => ({ offset, size: fileSize }));
  }
}
