/** Columns of the list and where they stand; 0 columns: not drawn. */
export interface ListColumns {
  readonly number: number;
  readonly word: number;
  readonly file: number;
  readonly language: number;
  readonly builtBy: number;
  readonly size: number;
  readonly cause: number;
  /** Blanks after a column. */
  readonly gap: 1 | 2;
}

const MARKS = 2;
const SIGN = 2;
const WORD = 7;
/** A cause shorter than this tells little: other columns go first. */
const LEAST_CAUSE = 38;

/** Of the names in a list, for `listColumns`. Not `Math.max(...)`: a directory may have more files than a call takes arguments. */
export function longestName(plugins: readonly { readonly name: string }[]): number {
  return plugins.reduce((most, { name }) => Math.max(most, name.length), 0);
}

/** Which columns a list of this width has: size goes first, then built by, language, cause; the word of the verdict last. */
export function listColumns(width: number, longestName: number): ListColumns {
  if (width <= 60) {
    const word = width >= 34 ? WORD : 0;
    return {
      number: 0,
      word,
      file: width - MARKS - SIGN - (word > 0 ? word + 1 : 0),
      language: 0,
      builtBy: 0,
      size: 0,
      cause: 0,
      gap: 1,
    };
  }
  if (width < 100) {
    const file = Math.min(24, Math.max(16, width - 56));
    const fixed = MARKS + 3 + 1 + SIGN + WORD + 1 + file + 1;
    return { number: 3, word: WORD, file, language: 0, builtBy: 0, size: 0, cause: Math.max(0, width - fixed), gap: 1 };
  }
  // Beyond 120 columns, names longer than drawn get up to half of what there is more.
  const file = 25 + Math.max(0, Math.min(longestName - 25, Math.floor((width - 120) / 2)));
  const fixed = MARKS + 3 + 2 + SIGN + WORD + 2 + file + 2;
  const room = width - fixed - LEAST_CAUSE;
  const language = room >= 6 ? 4 : 0;
  const builtBy = room >= 16 ? 8 : 0;
  const size = room >= 25 ? 7 : 0;
  const used = [language, builtBy, size].reduce((sum, columns) => sum + (columns > 0 ? columns + 2 : 0), 0);
  return { number: 3, word: WORD, file, language, builtBy, size, cause: width - fixed - used, gap: 2 };
}
