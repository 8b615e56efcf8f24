/** What a panel lists on request: read from the file again when it is looked at, not kept for every plugin. */
export interface FileDetails {
  /** Null where the file has no symbol table at all. */
  readonly symbols: SymbolSource | null;
  /** Null where the file has no section headers. */
  readonly sections: readonly SectionRow[] | null;
  /** Called when another file is shown. */
  close(): void;
}

/** Symbols by place in their table; nothing is decoded before it is asked for. */
export interface SymbolSource {
  /** `.symtab`, or `dynamic symbols` of a stripped file. */
  readonly from: string;
  readonly count: number;
  /** Digits of an address. */
  readonly digits: 8 | 16;
  row(index: number): SymbolRow;
  /** As people read it, or raw, as the linker has it. Untrusted. */
  name(index: number, form: NameForm): string;
}

export type NameForm = 'demangled' | 'raw';

export interface SymbolRow {
  /** Null where it is undefined here. */
  readonly address: number | null;
  readonly size: number;
  /** The letter of `nm`. */
  readonly kind: string;
  /** `global function`. */
  readonly about: string;
}

export interface SectionRow {
  /** Untrusted. */
  readonly name: string;
  readonly type: string;
  readonly address: number;
  readonly offset: number;
  readonly size: number;
  /** `A` in memory, `W` writable, `X` executable: as readelf has them. */
  readonly flags: string;
}

/** Opens a file for its lists. Throws an Error whose message is a sentence. */
export type ReadDetails = (path: string) => FileDetails;
