import type { Image } from '../binary/elf/image.js';

/** More than any program that a linker writes: it packs what repeats. */
const MOST_BYTES = 1 << 24;

/**
 * What is wrong with a program that makes a bit for each word of `size` bytes (runtime/mbitmap.go: runGCProg), null when it keeps within them:
 * 0nnnnnnn and n bits in bytes, 1nnnnnnn and a count: the last n bits so often again; n of 0 is a number of its own; 0 ends it.
 * @throws FormatError when it leaves the file.
 */
export function maskProgram(image: Image, address: number, size: number): string | null {
  const room = Math.floor((Math.floor(size / image.wordSize) + 7) / 8);
  const limit = Math.min(image.bytesFrom(address), MOST_BYTES);
  let bits = 0;
  let at = 0;
  const program = image.at(address, Math.min(limit, 4 * room + 4096), 'GC program');
  const byte = () => (at < program.length ? program.u8(at++, 'GC program') : -1);
  const number = () => {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const next = byte();
      value += (next & 0x7f) * scale;
      if (next < 0 || next < 128) return value;
    }
  };
  while (Math.ceil(bits / 8) <= room) {
    const instruction = byte();
    if (instruction < 0) return 'does not end';
    const n = instruction & 0x7f;
    if (instruction < 128) {
      if (n === 0) return null;
      at += Math.ceil(n / 8);
      bits += n;
    } else {
      const width = n === 0 ? number() : n;
      bits += width * number();
    }
  }
  return `makes a mask of more than the ${room} bytes there are for it`;
}
