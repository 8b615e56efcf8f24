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

/** The layout of a Go version as build info has it (`go1.26.8`, `go1.27rc1`); null for one that was never measured. */
export function layoutOf(goVersion: string): ModuledataLayout | null {
  const minor = Number(/^go1\.(\d+)/.exec(goVersion)?.[1] ?? Number.NaN);
  return ROWS.find(({ minors: [from, to] }) => minor >= from && minor <= to) ?? null;
}

/** `types` is the 38th word in each of them. */
export const TYPES_WORD = 37;
