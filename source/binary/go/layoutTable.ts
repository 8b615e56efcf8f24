/** Where things are in `runtime.moduledata` (runtime/symtab.go), in bytes, on 64-bit machines. */
export interface ModuledataLayout {
  readonly size: number;
  readonly pkghashes: number;
}

interface Row extends ModuledataLayout {
  /** Go minor versions, both ends included. */
  readonly minors: readonly [number, number];
}

/**
 * How the rows were obtained: a program that imports `plugin` was built with each toolchain, and the offsets read from the
 * struct's own description in it (`type:runtime.moduledata`, see `readRuntimeLayout`), then compared with a plugin of the same toolchain.
 * 1.21.13, 1.22.12, 1.23.12, 1.24.11, 1.25.5 and 1.26.8 on amd64; 1.25.5 and 1.26.8 on s390x, ppc64le and riscv64, 1.26.8 on
 * arm64: the same there, since every field is a word or a byte. 1.27 is of its first release candidate.
 *
 * Only for files that don't tell themselves.
 */
const ROWS: readonly Row[] = [
  { minors: [21, 22], size: 592, pkghashes: 440 },
  { minors: [23, 25], size: 584, pkghashes: 440 },
  { minors: [26, 26], size: 592, pkghashes: 448 },
  { minors: [27, 27], size: 568, pkghashes: 424 },
];
const WORD = 8;

/** The layout of a Go version as build info has it (`go1.26.8`, `go1.27rc1`); null for one that was never measured. */
export function layoutOf(goVersion: string): ModuledataLayout | null {
  const minor = Number(/^go1\.(\d+)/.exec(goVersion)?.[1] ?? Number.NaN);
  return ROWS.find(({ minors: [from, to] }) => minor >= from && minor <= to) ?? null;
}

/** `types` is the 38th word in each of them. */
export const TYPES_WORD = 37;

/** Offsets in bytes of the fields that decide what happens when a plugin is opened. Of a slice or a string: its pointer. */
export interface FieldOffsets {
  readonly pcHeader: number;
  readonly pctab: number;
  readonly pclntable: number;
  readonly ftab: number;
  readonly minpc: number;
  readonly maxpc: number;
  readonly text: number;
  readonly data: number;
  readonly bss: number;
  readonly gcdata: number;
  readonly gcbss: number;
  readonly types: number;
  readonly etypes: number;
  /** From 1.27 on: so many bytes behind types are descriptions, one behind the other. */
  readonly typedesclen: number | null;
  readonly textsectmap: number;
  /** Null from 1.27 on: there the types, and the itabs among them, are walked from `types`. */
  readonly typelinks: number | null;
  readonly itablinks: number | null;
  readonly ptab: number;
  readonly pluginpath: number;
  readonly pkghashes: number;
  readonly inittasks: number;
  readonly modulehashes: number;
  readonly bad: number;
  readonly gcdatamask: number;
  readonly typemap: number;
  readonly next: number;
}

/**
 * Where the fields of `runtime.moduledata` are in a Go version (runtime/symtab.go of 1.21.13, 1.22.12, 1.23.12, 1.24.11, 1.25.5, 1.26.8 and
 * 1.27.4: what lies before `types` never moved, and what follows `ptab` moved with it); null for one that was never measured.
 */
export function fieldOffsets(goVersion: string): FieldOffsets | null {
  const layout = layoutOf(goVersion);
  if (!layout) return null;
  const { size, pkghashes } = layout;
  const minor = Number(/^go1\.(\d+)/.exec(goVersion)?.[1]);
  const from = (words: number) => pkghashes + words * WORD;
  const walked = minor >= 27;
  return {
    pcHeader: 0,
    pctab: 10 * WORD,
    pclntable: 13 * WORD,
    ftab: 16 * WORD,
    minpc: 20 * WORD,
    maxpc: 21 * WORD,
    text: 22 * WORD,
    data: 26 * WORD,
    bss: 28 * WORD,
    gcdata: 35 * WORD,
    gcbss: 36 * WORD,
    types: TYPES_WORD * WORD,
    etypes: (TYPES_WORD + (walked ? 2 : 1)) * WORD,
    typedesclen: walked ? (TYPES_WORD + 1) * WORD : null,
    textsectmap: from(walked ? -8 : -14),
    typelinks: walked ? null : from(-11),
    itablinks: walked ? null : from(-8),
    ptab: from(-5),
    pluginpath: from(-2),
    pkghashes,
    inittasks: from(3),
    modulehashes: from(8),
    bad: minor <= 22 ? from(17) : from(11) + 1,
    gcdatamask: from(12),
    typemap: from(16),
    next: size - WORD,
  };
}
