import type { AddressSpace, FileRange } from '../addressSpace.js';
import { type ByteSource, checkRange } from '../reader/byteSource.js';
import { Bytes, type Endian } from '../reader/cursor.js';
import { FormatError, orNull } from '../reader/errors.js';
import { DT, PF, PT, SHN, SHT } from './constants.js';
import { type DynamicTable, readDynamicTable } from './dynamicTable.js';
import { type ElfHeader, isElf, readHeader } from './header.js';
import { Image } from './image.js';
import { type Accepts, checkCount, countByNextTable, type FoundSymbol, type NameLookup, nameLookup } from './nameLookup.js';
import { placeLetters } from './nmLetters.js';
import { type Note, readNotes } from './notes.js';
import { type Relocations, readRelocations } from './relocations.js';
import { readSections, type Section } from './sections.js';
import { readSegments, type Segment } from './segments.js';
import { bindingName, decodeSymbol, type ElfSymbol, kindLetter, SymbolTable, symbolSize, typeName } from './symbols.js';
import { type NeededVersion, readVersionNeeds } from './versions.js';

/** A damaged file has few things wrong with it that are worth a line. */
const MAX_PROBLEMS = 100;

/**
 * An ELF file, read by position: each part when it is asked for, once, and no more of it than the answer needs.
 *
 * Section headers are never required: program headers and PT_DYNAMIC answer what a dynamic linker would ask, and that is
 * what decides. A part that is malformed reads as empty and is named in `problems`; the other parts stand.
 * Like every parser here it throws nothing but `FormatError`.
 */
export class ElfFile implements AddressSpace {
  static isElf(source: ByteSource): boolean {
    return isElf(source);
  }

  /** @throws FormatError when the file is no ELF or its header is malformed. */
  static read(source: ByteSource): ElfFile {
    return new ElfFile(source, readHeader(source));
  }

  readonly source: ByteSource;
  readonly header: ElfHeader;
  readonly bits: 32 | 64;
  readonly endian: Endian;
  /** In the order of the file; empty with a problem when the table is malformed. */
  readonly segments: readonly Segment[];
  /** Bytes by address, as loaded. */
  readonly image: Image;
  readonly #problems: FormatError[] = [];
  readonly #sectionProblems: FormatError[] = [];
  readonly #parts = new Map<string, unknown>();

  private constructor(source: ByteSource, header: ElfHeader) {
    this.source = source;
    this.header = header;
    this.bits = header.bits;
    this.endian = header.endian;
    this.segments = orNull(() => readSegments(source, header), this.#note) ?? [];
    this.image = new Image(source, header, this.segments);
  }

  /** What was malformed in the parts looked at so far. */
  get problems(): readonly FormatError[] {
    return this.#problems;
  }

  /** What is wrong with the section headers, which no loader looks at: nothing to judge a file by. */
  get sectionProblems(): readonly FormatError[] {
    return this.#sectionProblems;
  }

  /** Empty when the file has none or they are junk (`sectionProblems`), which every loader ignores. */
  get sections(): readonly Section[] {
    const read = (): readonly Section[] | null =>
      orNull(
        () => readSections(this.source, this.header),
        (error) => this.#sectionProblems.push(error),
      );
    return this.#part('sections', () => read() ?? [], []);
  }

  section(name: string): Section | null {
    return this.sections.find((section) => section.name === name) ?? null;
  }

  /** PT_DYNAMIC; null when the file is static (or the table is malformed: `problems`). */
  get dynamic(): DynamicTable | null {
    return this.#part('dynamic', () => readDynamicTable(this.image, this.segments, this.#note), null);
  }

  /** PT_INTERP: the dynamic linker an executable asks for. */
  get interpreter(): string | null {
    return this.#part('interpreter', () => this.#readInterpreter(), null);
  }

  notes(): readonly Note[] {
    return this.#part('notes', () => readNotes(this.source, this.header, this.segments, () => this.sections, this.#note), []);
  }

  get versionNeeds(): readonly NeededVersion[] {
    return this.#part('version needs', () => (this.dynamic ? readVersionNeeds(this.image, this.dynamic) : []), []);
  }

  get relocations(): Relocations | null {
    return this.#part('relocations', () => (this.dynamic ? readRelocations(this.image, this.dynamic) : null), null);
  }

  /**
   * The first defined dynamic symbol of that name: through DT_GNU_HASH, which reads some hundred bytes, else DT_HASH, else
   * one look at each symbol. Whether it counts for `dlsym` or a reference: `unversioned.ts`.
   */
  dynamicSymbol(name: string): ElfSymbol | null {
    const raw = this.rawDynamicSymbol(name);
    if (!raw) return null;
    return {
      index: raw.index,
      name,
      address: raw.address,
      size: raw.size,
      binding: bindingName(raw.binding),
      type: typeName(raw.type),
      sectionIndex: raw.sectionIndex,
      undefined: false,
      kind: kindLetter(raw, this.#letters()),
    };
  }

  /** As `dynamicSymbol`, without the letter that needs the section headers; the first that is accepted. */
  rawDynamicSymbol(name: string, accepts: Accepts = () => true): FoundSymbol | null {
    const lookup = this.#lookup();
    return orNull(() => (lookup ? lookup.find(name, accepts) : this.#scanFor(name, accepts)), this.#note);
  }

  /** How many symbols at the beginning of DT_SYMTAB may be undefined: those before the ones DT_GNU_HASH holds; all, without it. */
  unhashedCount(): number {
    return this.#lookup()?.unhashed ?? this.dynamicSymbols.count;
  }

  /** No hash table, or an empty one: nobody finds a symbol of this file by its name, not even itself. */
  hidesItsSymbols(): boolean {
    const { dynamic } = this;
    return this.#lookup()?.isEmpty ?? (dynamic?.symtab != null && !dynamic.has(DT.GNU_HASH) && !dynamic.has(DT.HASH));
  }

  /** Whether a dynamic symbol's entry in the hash table is that of its name (`NameLookup.agrees`). */
  isFindable(index: number, name: Uint8Array): boolean {
    return this.#lookup()?.agrees(index, name) ?? true;
  }

  /** Symbols `from` to `to` (without it) of DT_SYMTAB, in one read. @throws FormatError when they are not in the file. */
  *dynamicSymbolRange(from: number, to: number): Generator<FoundSymbol> {
    const symtab = this.dynamic?.symtab ?? null;
    if (symtab === null || to <= from) return;
    const size = symbolSize(this.bits);
    const table = this.image.at(symtab, to * size, 'DT_SYMTAB');
    for (let index = from; index < to; index++) yield { index, ...decodeSymbol(table, index * size, this.bits) };
  }

  /** All of DT_SYMTAB. Looking at one reads the whole table: `dynamicSymbol` is the way to a few. */
  get dynamicSymbols(): SymbolTable {
    return this.#part('dynamic symbols', () => this.#readDynamicSymbols(), SymbolTable.EMPTY);
  }

  /** `.symtab`; null when the file was stripped of it. */
  get symbols(): SymbolTable | null {
    return this.#part('symbols', () => this.#readSymbols(), null);
  }

  offsetOf(address: number): number | null {
    return this.image.offsetOf(address);
  }

  /** As `debug/buildinfo` looks (elfExe.DataStart): the section, else the writable data, of which the first segment is the one. */
  get buildInfoPlaces(): readonly FileRange[] {
    const section = this.section('.go.buildinfo');
    const data = this.segments.filter(({ type, flags }) => type === PT.LOAD && (flags & (PF.X | PF.W)) === PF.W);
    return [
      ...(section ? [{ offset: section.offset, size: section.size }] : []),
      ...data.map(({ offset, fileSize }) => ({ offset, size: fileSize })),
    ];
  }

  readonly #note = (error: FormatError): void => {
    const known = this.#problems.some(
      ({ field, offset, problem }) => field === error.field && offset === error.offset && problem === error.problem,
    );
    if (!known && this.#problems.length < MAX_PROBLEMS) this.#problems.push(error);
  };

  #part<T>(name: string, read: () => T, whenMalformed: T): T {
    if (!this.#parts.has(name)) {
      let failed = false;
      const value = orNull(read, (error) => {
        failed = true;
        this.#note(error);
      });
      this.#parts.set(name, failed ? whenMalformed : value);
    }
    return this.#parts.get(name) as T;
  }

  #readInterpreter(): string | null {
    const segment = this.segments.find(({ type }) => type === PT.INTERP);
    if (!segment) return null;
    return Bytes.of(this.source, segment.offset, Math.min(segment.fileSize, 4096), this.endian, 'PT_INTERP').cString(
      0,
      'PT_INTERP',
    );
  }

  #lookup(): NameLookup | null {
    return this.#part('name lookup', () => (this.dynamic ? nameLookup(this.image, this.dynamic) : null), null);
  }

  #letters(): (sectionIndex: number, address: number) => string {
    return this.#part(
      'letters',
      () => placeLetters(this.sections, this.segments),
      () => '?',
    );
  }

  #scanFor(name: string, accepts: Accepts): FoundSymbol | null {
    const table = this.dynamicSymbols;
    for (const index of table.named(name)) {
      const symbol = { index, ...table.raw(index) };
      if (symbol.sectionIndex !== SHN.UNDEF && accepts(symbol)) return symbol;
    }
    return null;
  }

  #readDynamicSymbols(): SymbolTable {
    const symtab = this.dynamic?.symtab ?? null;
    if (!this.dynamic || symtab === null) return this.#sectionTable(SHT.DYNSYM) ?? SymbolTable.EMPTY;
    const { image, dynamic } = this;
    const fromHash = orNull(() => this.#lookup()?.count() ?? null, this.#note);
    // GNU ld writes symoffset 1 and nothing else when no symbol is hashed: the undefined ones are not counted there.
    const count = fromHash !== null && fromHash > 1 ? fromHash : countByNextTable(image, dynamic, symtab);
    const checked =
      orNull(() => checkCount(image, symtab, count), this.#note) ?? Math.floor(image.bytesFrom(symtab) / symbolSize(this.bits));
    image.check(symtab, checked * symbolSize(this.bits), 'DT_SYMTAB');
    return new SymbolTable({
      bits: this.bits,
      count: checked,
      table: () => image.at(symtab, checked * symbolSize(this.bits), 'DT_SYMTAB'),
      strings: () => this.#dynamicStrings(dynamic),
      letterOf: (sectionIndex, address) => this.#letters()(sectionIndex, address),
      sectionName: (sectionIndex) => this.sections[sectionIndex]?.name ?? '',
    });
  }

  #dynamicStrings(dynamic: DynamicTable): Uint8Array {
    const read = (): Uint8Array => {
      const address = dynamic.stringTable('DT_SYMTAB');
      // glibc never looks at DT_STRSZ: names end with their zero byte.
      const size = Math.min(dynamic.get(DT.STRSZ) || Number.POSITIVE_INFINITY, this.image.bytesFrom(address));
      return this.image.at(address, size, 'DT_STRTAB').raw(0, size, 'DT_STRTAB');
    };
    return orNull(read, this.#note) ?? new Uint8Array(0);
  }

  #readSymbols(): SymbolTable | null {
    return this.#sectionTable(SHT.SYMTAB);
  }

  /** A symbol table by its section header, clipped to what the file has. */
  #sectionTable(type: number): SymbolTable | null {
    const section = this.sections.find((candidate) => candidate.type === type);
    if (!section) return null;
    const strings = this.sections[section.link];
    const available = this.#sizeInFile(section);
    if (available < section.size) {
      this.#sectionProblems.push(
        new FormatError(this.source.name, section.offset, `section ${section.name}`, 'is not wholly in the file'),
      );
    }
    const count = Math.floor(available / symbolSize(this.bits));
    const readable = orNull(
      () => {
        checkRange(this.source, section.offset, count * symbolSize(this.bits), section.name);
        if (strings) checkRange(this.source, strings.offset, this.#sizeInFile(strings), strings.name);
        return true;
      },
      (error) => this.#sectionProblems.push(error),
    );
    if (!readable) return null;
    return new SymbolTable({
      bits: this.bits,
      count,
      table: () => Bytes.of(this.source, section.offset, count * symbolSize(this.bits), this.endian, section.name),
      strings: () => (strings ? this.#clipped(strings) : new Uint8Array(0)),
      letterOf: (sectionIndex, address) => this.#letters()(sectionIndex, address),
      sectionName: (sectionIndex) => this.sections[sectionIndex]?.name ?? '',
    });
  }

  #sizeInFile({ size, offset }: Section): number {
    return Math.max(0, Math.min(size, this.source.size - offset));
  }

  #clipped(section: Section): Uint8Array {
    const size = this.#sizeInFile(section);
    return size === 0 ? new Uint8Array(0) : this.source.read(section.offset, size, section.name);
  }
}
