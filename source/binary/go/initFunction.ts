import { EM } from '../elf/constants.js';
import type { Image } from '../elf/image.js';

const FIELD = 'init function';

/**
 * The address that the function at `code` passes as its first argument, when it begins as the one does that Go's linker makes to hand moduledata
 * to the runtime (cmd/link/internal/{amd64,arm64,arm,s390x,riscv64}/asm.go: gentext). Null for any other code, and for machines
 * whose linker goes through the GOT (ppc64) or was never tried (386, loong64).
 * @throws FormatError when the code is not in the file.
 */
export function addressPassedBy(image: Image, code: number): number | null {
  switch (image.machine) {
    case EM.X86_64:
      return amd64(image, code);
    case EM.AARCH64:
      return arm64(image, code);
    case EM.ARM:
      return arm(image, code);
    case EM.S390:
      return s390x(image, code);
    case EM.RISCV:
      return riscv64(image, code);
    default:
      return null;
  }
}

/** `lea rdi, [rip + disp32]`, after an `endbr64` where one is asked for. */
function amd64(image: Image, code: number): number | null {
  const bytes = image.at(code, 11, FIELD);
  const start = bytes.u32(0, FIELD) === 0xfa1e0ff3 ? 4 : 0;
  const isLea = bytes.u8(start, FIELD) === 0x48 && bytes.u8(start + 1, FIELD) === 0x8d && bytes.u8(start + 2, FIELD) === 0x3d;
  return isLea ? code + start + 7 + bytes.i32(start + 3, FIELD) : null;
}

/** `adrp x0, page; add x0, x0, #low`, or what a linker relaxes it to: `nop; adr x0, label`, in either order. */
function arm64(image: Image, code: number): number | null {
  const bytes = image.at(code, 8, FIELD);
  const first = bytes.u32(0, FIELD);
  const second = bytes.u32(4, FIELD);
  if ((first & 0x9f00_001f) >>> 0 === 0x9000_0000 && (second & 0xffc0_03ff) >>> 0 === 0x9100_0000) {
    return Math.floor(code / 4096) * 4096 + adrOffset(first) * 4096 + ((second >>> 10) & 0xfff);
  }
  const isAdr = (instruction: number): boolean => (instruction & 0x9f00_001f) >>> 0 === 0x1000_0000;
  if (isAdr(first)) return code + adrOffset(first);
  return isAdr(second) ? code + 4 + adrOffset(second) : null;
}

function adrOffset(instruction: number): number {
  const value = (((instruction >>> 5) & 0x7ffff) << 2) | ((instruction >>> 29) & 3);
  return (value << 11) >> 11;
}

/** `ldr r0, [pc, #4]; add r0, pc, r0; b ...; .word offset`: the program counter is 8 ahead. */
function arm(image: Image, code: number): number | null {
  const bytes = image.at(code, 16, FIELD);
  if (bytes.u32(0, FIELD) !== 0xe59f_0004 || bytes.u32(4, FIELD) !== 0xe08f_0000) return null;
  return code + 4 + 8 + bytes.i32(12, FIELD);
}

/** `larl %r2, label`, in halfwords. */
function s390x(image: Image, code: number): number | null {
  const bytes = image.at(code, 6, FIELD);
  return bytes.u16(0, FIELD) === 0xc020 ? code + 2 * bytes.i32(2, FIELD) : null;
}

/** `auipc a0, high; addi a0, a0, low`. */
function riscv64(image: Image, code: number): number | null {
  const bytes = image.at(code, 8, FIELD);
  const high = bytes.i32(0, FIELD);
  const low = bytes.i32(4, FIELD);
  if ((high & 0xfff) !== 0x517 || (low & 0xf_ffff) !== 0x5_0513) return null;
  return code + (high & ~0xfff) + (low >> 20);
}
