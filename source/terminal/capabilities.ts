import type { Charset } from './frame.js';

/** 0: bold, underline and reverse only. 1: the 16 colours of the terminal. 2: 256. 3: 24 bits. */
export type ColorLevel = 0 | 1 | 2 | 3;

/** What colours to write. `NO_COLOR` counts when it is set and not empty (no-color.org). */
export function colorLevelOf(env: NodeJS.ProcessEnv): ColorLevel {
  const term = env.TERM ?? '';
  if ((env.NO_COLOR ?? '') !== '' || term === 'dumb' || term.endsWith('-m') || term.startsWith('vt1')) return 0;
  if (/^(truecolor|24bit)$/.test(env.COLORTERM ?? '') || term.endsWith('-direct')) return 3;
  return term.includes('256color') ? 2 : 1;
}

/** ASCII alone where the locale is not UTF-8, and on the Linux console, whose font has few signs. */
export function charsetOf(env: NodeJS.ProcessEnv): Charset {
  const locale = [env.LC_ALL, env.LC_CTYPE, env.LANG].find((value) => value !== undefined && value !== '') ?? '';
  return /utf-?8/i.test(locale) && env.TERM !== 'linux' ? 'unicode' : 'ascii';
}
