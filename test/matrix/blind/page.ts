import { basename } from 'node:path';
import type { Axis } from './axes.ts';
import type { Compared } from './score.ts';

/** When, with what, and of which rules a score was made. */
export interface Scored {
  readonly title: string;
  readonly date: string;
  readonly commit: string;
  readonly machine: string;
}

/** A section of `docs/accuracy-blind.md`: the score of one batch as it came out, with every answer that was not right. */
export function section(scored: Scored, axes: readonly Axis[], all: readonly Compared[], died: readonly string[]): string {
  const outcomes = ['loads', 'fails', 'crashes', 'hangs'];
  const answers = ['loads', 'fails', 'crashes', 'unknown', 'ignored', 'turned away', 'no answer'];
  const count = (test: (one: Compared) => boolean): number => all.filter(test).length;
  const rows = outcomes.map(
    (outcome) =>
      `| really ${outcome} | ${answers.map((load) => count((one) => one.truth.outcome === outcome && one.judged.load === load)).join(' | ')} |`,
  );
  const named = all.filter((one) => one.named !== null);
  const texts = all.filter((one) => one.text !== null);
  const pairs = count((one) => one.opening.kind === 'pair');
  const sequences = new Set(all.filter((one) => one.opening.kind === 'sequence').map((one) => one.opening)).size;
  return [
    `## ${scored.title}`,
    '',
    `${scored.date}, rules of commit \`${scored.commit}\`, ${scored.machine}. ${axes.length} axes, ${pairs} pairs and ${sequences} sequences: ${all.length} files opened for real.`,
    '',
    `**${count(right)} right, ${count((one) => one.grade === 'wrong')} wrong, ${count((one) => one.grade === 'unknown')} unknown` +
      `, ${count((one) => one.grade === 'own code')} decided by the plugin's own code** (axes that say so in their name).`,
    `Of ${named.length} errors that name a package, ocx names the same one in ${named.filter((one) => one.named === 'equal').length}; of ${texts.length} failures whose text ocx gives,` +
      ` ${texts.filter((one) => one.text === 'equal').length} are the loader's to the letter.`,
    '',
    `| | says ${answers.join(' | says ')} |`,
    `|---|${answers.map(() => '---').join('|')}|`,
    ...rows,
    '',
    '### Every axis',
    '',
    '| axis | opened | right | wrong | unknown | own code |',
    '|---|---|---|---|---|---|',
    ...axes.map(({ name }) => {
      const of = all.filter((one) => one.opening.axis === name);
      const by = (grade: Compared['grade']): number => of.filter((one) => one.grade === grade).length;
      return `| ${name} | ${of.length} | ${by('right')} | ${by('wrong')} | ${by('unknown')} | ${by('own code')} |`;
    }),
    '',
    '### Every answer that was not right',
    '',
    '| axis | host | opened | really | ocx said |',
    '|---|---|---|---|---|',
    ...all.filter((one) => !right(one)).map(line),
    '',
    ...list(
      '### Right, with another text than the loader gave',
      all.filter((one) => right(one) && one.text === 'other').map(texting),
    ),
    ...list('### Opened, and died afterwards', died),
    ...list(
      '### What these compilers could not build',
      axes.flatMap(({ name, unbuilt }) => unbuilt.map(({ what, because }) => `${name}: ${what}: ${cell(because)}`)),
    ),
  ].join('\n');
}

const right = (one: Compared): boolean => one.grade === 'right';

function line(one: Compared): string {
  const before = one.opening.plugins.slice(0, one.at).map((path) => basename(path));
  const opened = `${basename(one.opening.plugins[one.at] ?? '')}${before.length ? ` after ${before.join(', ')}` : ''}`;
  const set = Object.entries(one.opening.environment).map(([name, value]) => `, ${name}=${value}`);
  const said = `${one.judged.load}${one.judged.codes.length ? ` (${one.judged.codes.join(', ')})` : ''}: ${one.judged.message ?? one.judged.cause}`;
  return `| ${[one.opening.axis, basename(one.opening.host), `${opened}${set.join('')}`, `${one.truth.outcome}: ${one.truth.message}`, said].map(cell).join(' | ')} |`;
}

const texting = (one: Compared): string =>
  `${one.opening.axis}, ${basename(one.opening.host)}, ${cell(basename(one.opening.plugins[one.at] ?? ''))}: loader \`${cell(one.truth.message)}\`, ocx \`${cell(one.judged.message ?? '')}\``;

function list(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [title, '', ...lines.map((one) => `- ${one}`), ''];
}

/** Text of a table's cell: no folders of the machine, no bars, no control bytes, not endless. */
function cell(text: string): string {
  const shown = text
    .replace(/\/[^\s":]*\//g, '')
    .replace(/[\u0000-\u001f\u007f]/g, '?')
    .replaceAll('|', '\\|')
    .trim();
  return shown.length > 260 ? `${shown.slice(0, 260)}…` : shown;
}
