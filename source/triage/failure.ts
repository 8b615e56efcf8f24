/** One load failure in a log. Strings are the log's: untrusted. */
export interface Failure {
  /** Lines it was seen on, from 1, in order: the same sentence of the same file is one failure. */
  readonly lines: readonly number[];
  /** The loader's sentence, cut out of its line. */
  readonly message: string;
  /** The finding whose page explains it; null where no file could have told beforehand. */
  readonly code: string | null;
  /** The plugin as the log names it; null when it does not. */
  readonly file: string | null;
  /** True when the name comes from a line before the crash, not from the message. */
  readonly guessed: boolean;
  /** The package, symbol, library or version it names. */
  readonly subject: string | null;
  /** What to do where no finding says it. */
  readonly advice: string | null;
  /** What kind of failure it is, where there is no code; else that no file tells it beforehand. */
  readonly title?: string;
}

/** What a sentence means, wherever it stands. */
export type Meaning = Pick<Failure, 'code' | 'subject' | 'advice' | 'title'> & {
  readonly message: string;
  readonly file: string | null;
};
