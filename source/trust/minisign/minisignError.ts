/** A key or signature file that is none: one sentence, without the name of the file. */
export class MinisignError extends Error {
  override readonly name = 'MinisignError';
}
