/**
 * Where the fields of `runtime.moduledata` (runtime/symtab.go) are, in bytes, on 64-bit machines.
 *
 * How the rows were obtained: a program and a plugin were built with each toolchain, and the offsets read from the struct's own type
 * description (`type:runtime.moduledata`) in the binary. 1.21.13, 1.22.12, 1.23.12, 1.24.11, 1.25.5, 1.26.8 and 1.27rc1 on amd64; 1.22, 1.25
 * and 1.26 on arm64 too: the same there, since every field is a word or a byte.
 *
 * Nothing rests on this table where the file itself tells: see `hostLayout` and `findModuledata`.
 */
export interface ModuledataLayout {
  readonly size: number;
  readonly types: number;
  readonly ptab: number;
  readonly pluginpath: number;
  readonly pkghashes: number;
}

interface Row extends ModuledataLayout {
  /** Go minor versions, both ends included. */
  readonly minors: readonly [number, number];
}

const ROWS: readonly Row[] = [
  { minors: [21, 22], size: 592, types: 296, ptab: 400, pluginpath: 424, pkghashes: 440 },
  { minors: [23, 25], size: 584, types: 296, ptab: 400, pluginpath: 424, pkghashes: 440 },
  { minors: [26, 26], size: 592, types: 296, ptab: 408, pluginpath: 432, pkghashes: 448 },
  // Of a release candidate: what is released may differ.
  { minors: [27, 27], size: 568, types: 296, ptab: 384, pluginpath: 408, pkghashes: 424 },
];

/** The layout of a Go version as build info has it (`go1.26.8`, `go1.27rc1`); null for one that was never measured. */
export function layoutOf(goVersion: string): ModuledataLayout | null {
  const minor = Number(/^go1\.(\d+)/.exec(goVersion)?.[1] ?? Number.NaN);
  return ROWS.find(({ minors: [from, to] }) => minor >= from && minor <= to) ?? null;
}

/** `types` has been in one place in every version of the table. */
export const TYPES_OFFSET = 296;
