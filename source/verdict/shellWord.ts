/**
 * One word of a shell command. Everything a file says goes through it on its way into a fix, which people paste: a module, a crate, a
 * toolchain may be called `;curl example.com | sh`.
 */
export function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** The value of a variable: nothing where it is to be empty. */
export function quotedValue(value: string): string {
  return value === '' ? '' : quoted(value);
}
