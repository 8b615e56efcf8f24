/** Above it a number is no place and no size in any file, and its digits tell nothing. */
const MOST = Number.MAX_SAFE_INTEGER;

/** An address as the runtime prints it. */
export function address(value: number): string {
  return value <= MOST ? `0x${value.toString(16)}` : 'an impossible address';
}

/** A length or a number of bytes. */
export function amount(value: number): string {
  return value <= MOST ? `${value}` : 'impossibly many';
}
