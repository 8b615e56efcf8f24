/** The part of elfy 1.0.0 that is used: it ships no types. Its methods throw plain Errors and TypeErrors on malformed input. */
declare module 'elfy' {
  export interface ElfyHeader {
    readonly class: '32' | '64';
    readonly endian: 'lsb' | 'msb';
    readonly shoff: number;
    readonly shentsize: number;
    readonly shnum: number;
    readonly shstrndx: number;
  }

  export interface ElfySection {
    /** Offset in the section name table. */
    readonly name: number;
    /** `progbits`, `note`, ..., or the number where elfy knows no name. */
    readonly type: string | number;
    /** Names of the flags that are set, or numbers where elfy knows no name. */
    readonly flags: Readonly<Record<string, true>>;
    readonly addr: number;
    readonly off: number;
    readonly size: number;
    readonly link: number;
    readonly info: number;
  }

  export class Parser {
    parseHeader(bytes: Buffer): ElfyHeader;
    parseSections(bytes: Buffer, header: ElfyHeader): ElfySection[];
  }

  const elfy: { readonly Parser: typeof Parser };
  export default elfy;
}
