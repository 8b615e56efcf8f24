/** `abi.Type` (internal/abi/type.go), on 64-bit machines: the same in Go 1.21 to 1.27 for what is read here. */
export const TYPE = 48;
export const TFLAG = 20;
export const KIND = 23;
export const STR = 40;
export const UNCOMMON = 1;
export const EXTRA_STAR = 2;
export const KINDS = {
  array: 17,
  chan: 18,
  func: 19,
  interface: 20,
  map: 21,
  pointer: 22,
  slice: 23,
  struct: 25,
  last: 26,
} as const;
/** Offsets of the types that a description points to, behind `abi.Type`. */
export const POINTERS: ReadonlyMap<number, readonly number[]> = new Map([
  [KINDS.array, [48]],
  [KINDS.chan, [48]],
  [KINDS.map, [48, 56]],
  [KINDS.pointer, [48]],
  [KINDS.slice, [48]],
]);
/** Of those that have more than `abi.Type`. */
export const SIZES: ReadonlyMap<number, number> = new Map([
  [KINDS.array, 72],
  [KINDS.chan, 64],
  [KINDS.func, 56],
  [KINDS.interface, 80],
  [KINDS.pointer, 56],
  [KINDS.slice, 56],
  [KINDS.struct, 80],
]);
/** Of 1.27. */
export const MAP = 136;
/** `StructField` {name, type pointers, offset}; `Imethod` two offsets of four bytes. Both in a slice behind the package's name. */
export const FIELDS = 56;
export const FIELD = 24;
export const METHOD = 8;
export const MOST_FIELDS = 65_536;
