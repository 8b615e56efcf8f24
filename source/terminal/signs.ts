/** The signs we draw beyond ASCII, and what stands for them where only ASCII is to be had. Each takes one column. */
export const ASCII_SIGNS: Readonly<Record<string, string>> = { '━': '=', '─': '-', '│': '|', '…': '~', '▸': '+', '▾': '-' };

const TAME = new RegExp(`^[ -~${Object.keys(ASCII_SIGNS).join('')}]*$`);
const SIGN_CODES: ReadonlySet<number> = new Set(Object.keys(ASCII_SIGNS).map((sign) => sign.charCodeAt(0)));

/** Printable ASCII and our signs alone: as safe as it looks, and as many columns as characters. */
export function isTame(text: string): boolean {
  return TAME.test(text);
}

/** A character that stands for itself, whatever tame one is beside it. `code`: a UTF-16 unit. */
export function isTameCode(code: number): boolean {
  return (code >= 0x20 && code < 0x7f) || SIGN_CODES.has(code);
}
