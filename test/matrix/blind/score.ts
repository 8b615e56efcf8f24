import type { Opening } from './axes.ts';
import type { Judged } from './judged.ts';
import type { Truth } from './truth.ts';

/** One file opened for real, beside what ocx said of it. */
export interface Compared {
  readonly opening: Opening;
  /** Place in the opening, from 0. */
  readonly at: number;
  readonly truth: Truth;
  readonly judged: Judged;
  readonly grade: 'right' | 'wrong' | 'unknown' | 'own code';
  /** Of what fails: whether ocx's text is the loader's. Null: it gave none, or nothing failed. */
  readonly text: 'equal' | 'other' | null;
  /** Of a different version: whether the first named package is the same. Null: the loader named none. */
  readonly named: 'equal' | 'other' | null;
}

/** Axes that open well-formed plugins whose own code decides: reading can't tell, and the axis says so in its name. */
const OWN_CODE = /own-code/;

const WORDS = /plugin was built with a different version of package (.+)$/;

/** Grades one answer. `hangs` counts as a crash that has no word of its own: ocx is right with anything but `loads`. */
export function compare(opening: Opening, at: number, truth: Truth, judged: Judged): Compared {
  const path = opening.plugins[at] ?? '';
  const real = WORDS.exec(truth.message)?.[1];
  const said = WORDS.exec(judged.message ?? '')?.[1];
  const text =
    truth.outcome !== 'fails' || judged.message === null
      ? null
      : plain(truth.message, path) === plain(judged.message, path)
        ? 'equal'
        : 'other';
  const named = real === undefined ? null : real === said ? 'equal' : 'other';
  return { opening, at, truth, judged, grade: grade(opening, truth, judged, named), text, named };
}

function grade(opening: Opening, truth: Truth, judged: Judged, named: Compared['named']): Compared['grade'] {
  if (judged.load === 'unknown') return 'unknown';
  const same =
    judged.load === truth.outcome ||
    (truth.outcome === 'hangs' && judged.load !== 'loads' && judged.load !== 'no answer') ||
    // Both say: this is no plugin. Whatever the loader makes of it, it may not load it.
    ((judged.load === 'ignored' || judged.load === 'turned away') && truth.outcome !== 'loads');
  if (same && named !== 'other') return 'right';
  return OWN_CODE.test(opening.axis) && judged.load === 'loads' ? 'own code' : 'wrong';
}

/** The text after `plugin.Open("…"): ` and the path of the file, which are those of whoever opens it. */
function plain(message: string, path: string): string {
  const text = message.replace(/^plugin\.Open\("[^"]*"\): /, '').trim();
  return text.startsWith(`${path}: `) ? text.slice(path.length + 2) : text;
}
