import { crashOf, traceLength, traceStart } from './crash.js';
import type { Failure, Meaning } from './failure.js';
import { logTexts } from './logTexts.js';
import { fileIn, meaningOf } from './meanings.js';
import { loaderLine, refusalOf } from './refusals.js';

/** How far above a crash the last plugin named is taken for the one that was opened. */
const NEAR = 20;
/** Failures kept; a log of a restart loop has the same few. */
const MOST = 1000;

/** The load failures that a log tells of, in its order, each once. */
export function readLog(text: string): readonly Failure[] {
  const lines = text.split(/\r?\n/);
  const found = new Map<string, Failure & { readonly lines: number[] }>();
  const add = (meaning: Meaning, line: number, guessed: boolean) => {
    const key = `${withoutSuffix(meaning.file)}\n${meaning.code}\n${meaning.subject}\n${meaning.code === null ? meaning.message : ''}`;
    const known = found.get(key);
    if (known) known.lines.push(line);
    else if (found.size < MOST) found.set(key, { ...meaning, guessed, lines: [line] });
  };
  let named: { readonly file: string; readonly line: number } | null = null;
  let until = 0;
  for (const [at, line] of lines.entries()) {
    if (at < until) continue;
    const refused = refusalOf(lines, at);
    if (refused) {
      add(refused.meaning, at + 1, false);
      until = at + refused.length;
      continue;
    }
    if (traceStart(line) !== null) {
      const crash = crashOf(lines, at);
      const near = named !== null && at - named.line <= NEAR ? named.file : null;
      if (crash) {
        add({ ...crash, file: near }, at + 1, near !== null);
        // What follows is the rest of the trace.
        until = at + traceLength(lines, at);
        continue;
      }
    }
    const texts = logTexts(line);
    const meanings = texts.flatMap((one) => meaningOf(one) ?? []);
    const told = texts.map(loaderLine).find((one) => one !== null);
    if (told && (told.title === undefined || meanings.length === 0)) {
      // The Collector's log says once more of a file what stands above with its findings.
      const known = told.title === undefined ? undefined : [...found.values()].find(({ file }) => file === told.file);
      if (known) known.lines.push(at + 1);
      else add(told, at + 1, false);
      continue;
    }
    const [meaning] = meanings.filter(({ file }) => file !== null).concat(meanings);
    const file = meaning?.file ?? texts.map(fileIn).find((name) => name !== null) ?? null;
    if (file !== null) named = { file, line: at };
    if (meaning) add({ ...meaning, file }, at + 1, false);
  }
  return [...found.values()];
}

/** `/a/b` and `/a/b.so` are one plugin: plugin.Open's second message keeps the suffix. */
function withoutSuffix(file: string | null): string | null {
  return file === null ? null : file.replace(/\.so$/, '');
}
