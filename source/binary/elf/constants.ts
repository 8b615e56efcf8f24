/** Numbers of the System V gABI and of GNU's extensions, by their names in `elf.h`, without the prefix of their group. */

export const ET = { REL: 1, EXEC: 2, DYN: 3, CORE: 4 } as const;

export const PT = { LOAD: 1, DYNAMIC: 2, INTERP: 3, NOTE: 4, TLS: 7 } as const;

export const PF = { X: 1, W: 2, R: 4 } as const;

export const SHT = { SYMTAB: 2, STRTAB: 3, NOTE: 7, NOBITS: 8, DYNSYM: 11 } as const;

export const SHF = { WRITE: 1, ALLOC: 2, EXECINSTR: 4 } as const;

export const SHN = { UNDEF: 0, ABS: 0xfff1, COMMON: 0xfff2, XINDEX: 0xffff } as const;

export const DT = {
  NULL: 0,
  NEEDED: 1,
  PLTRELSZ: 2,
  HASH: 4,
  STRTAB: 5,
  SYMTAB: 6,
  RELA: 7,
  RELASZ: 8,
  RELAENT: 9,
  STRSZ: 10,
  SYMENT: 11,
  INIT: 12,
  SONAME: 14,
  RPATH: 15,
  SYMBOLIC: 16,
  REL: 17,
  RELSZ: 18,
  RELENT: 19,
  PLTREL: 20,
  TEXTREL: 22,
  JMPREL: 23,
  INIT_ARRAY: 25,
  FINI_ARRAY: 26,
  INIT_ARRAYSZ: 27,
  FINI_ARRAYSZ: 28,
  RUNPATH: 29,
  FLAGS: 30,
  RELRSZ: 35,
  RELR: 36,
  RELRENT: 37,
  ANDROID_REL: 0x6000000f,
  ANDROID_RELA: 0x60000011,
  ANDROID_RELR: 0x6fffe000,
  GNU_HASH: 0x6ffffef5,
  VERSYM: 0x6ffffff0,
  RELACOUNT: 0x6ffffff9,
  RELCOUNT: 0x6ffffffa,
  FLAGS_1: 0x6ffffffb,
  VERDEF: 0x6ffffffc,
  VERDEFNUM: 0x6ffffffd,
  VERNEED: 0x6ffffffe,
  VERNEEDNUM: 0x6fffffff,
  FILTER: 0x7fffffff,
} as const;

export const DF = { SYMBOLIC: 2, STATIC_TLS: 0x10 } as const;

export const DF_1 = { NOOPEN: 0x40, PIE: 0x08000000 } as const;

export const STB = { LOCAL: 0, GLOBAL: 1, WEAK: 2, GNU_UNIQUE: 10 } as const;

export const STT = { NOTYPE: 0, OBJECT: 1, FUNC: 2, SECTION: 3, FILE: 4, COMMON: 5, TLS: 6, GNU_IFUNC: 10 } as const;

export const STV = { DEFAULT: 0, INTERNAL: 1, HIDDEN: 2, PROTECTED: 3 } as const;

/** VER_FLG_WEAK of a version need: when it is missing, the dynamic linker goes on. */
export const VER_FLG_WEAK = 2;

export const EM = {
  I386: 3,
  MIPS: 8,
  PPC64: 21,
  S390: 22,
  ARM: 40,
  X86_64: 62,
  AARCH64: 183,
  RISCV: 243,
  LOONGARCH: 258,
} as const;

/** Relocation numbers that carry a pointer, by machine (`elf.h`: R_X86_64_64 and so on). `relative`: base + addend. */
export const POINTER_RELOCATIONS: Readonly<Record<number, { readonly relative: number; readonly absolute: readonly number[] }>> =
  {
    [EM.X86_64]: { relative: 8, absolute: [1, 6] },
    [EM.AARCH64]: { relative: 1027, absolute: [257, 1025] },
    [EM.I386]: { relative: 8, absolute: [1, 6] },
    [EM.ARM]: { relative: 23, absolute: [2, 21] },
    [EM.RISCV]: { relative: 3, absolute: [2] },
    [EM.PPC64]: { relative: 22, absolute: [38, 20] },
    [EM.S390]: { relative: 12, absolute: [22, 10] },
    [EM.LOONGARCH]: { relative: 3, absolute: [2] },
  };
