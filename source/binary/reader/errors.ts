/**
 * A file that is not what its format says. Carries the place, so that the sentence shown to a person can name it.
 *
 * `field` is the format's own name of what was being read (`e_phoff`, `DT_STRTAB`, `NoteHeader.descsz`).
 */
export class FormatError extends Error {
  override readonly name = 'FormatError';
  readonly file: string;
  readonly offset: number;
  readonly field: string;
  /** What is wrong, without the place: `points past the end of the file (8,011,776 bytes)`. */
  readonly problem: string;

  constructor(file: string, offset: number, field: string, problem: string) {
    super(`${file}: ${field} at offset 0x${offset.toString(16)} ${problem}`);
    this.file = file;
    this.offset = offset;
    this.field = field;
    this.problem = problem;
  }
}

/** Something malformed, with its place. The shape of a `FormatError`, kept as a value. */
export interface ReadProblem {
  readonly field: string;
  readonly offset: number;
  readonly problem: string;
}

/** Runs `read`; a `FormatError` becomes `null` and goes to `onError`. Anything else is a bug of ours and is thrown on. */
export function orNull<T>(read: () => T, onError: (error: FormatError) => void = () => {}): T | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof FormatError) {
      onError(error);
      return null;
    }
    throw error;
  }
}
