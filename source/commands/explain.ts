import { type CleanText, clean, cleaned } from '../terminal/clean.js';
import { wrapped } from '../terminal/wrap.js';
import { FINDING_PAGES, type FindingPage } from '../verdict/findingPages.js';
import type { Severity } from '../verdict/judgement.js';
import { codeOf, nearestCodes } from '../verdict/nearestCodes.js';
import { EXIT, type OutputOption, type Shell } from './options.js';
import { dataLines } from './output/data.js';
import { PROBE_RULE } from './output/probeRule.js';
import { painter, SEVERITY_SIGN, type Style } from './output/style.js';
import { tableLines } from './output/table.js';

export interface ExplainOptions extends OutputOption {
  readonly codes: readonly string[] | undefined;
}

/** What a finding of each severity does to the verdict. */
const DOES: Readonly<Record<Severity, string>> = {
  crashes: 'opening the file kills the Collector',
  fails: 'opening the file returns an error',
  refused: "the host's policy refuses it",
  unknown: 'what decides can not be told from the bytes',
  warning: 'decides nothing, and should be looked at',
  note: 'decides nothing',
};

/** Columns a page of text is wrapped to where the output is no terminal, and at most. */
const PAGE = 100;

/** `ocx explain [CODE..]`: the page of each finding, or the list of all of them. Exit code 2 for a code there is not. */
export async function explain({ codes, output }: ExplainOptions, shell: Shell): Promise<number> {
  const asked = codes ?? [];
  const known = asked.flatMap((written) => kindOf(written) ?? []);
  const unknown = asked.filter((written) => kindOf(written) === null);
  const kinds = asked.length === 0 ? [...FINDING_PAGES.values()] : ALL.filter((kind) => known.includes(kind));
  if (output !== 'table') {
    if (kinds.length > 0) await shell.out.lines(dataLines({ format_version: 1, findings: kinds }, output));
  } else if (asked.length === 0) {
    await shell.out.lines([...listOf(kinds, shell), clean(''), clean('ocx explain CODE prints the page of one.')]);
  } else {
    const columns = Math.min(PAGE, shell.out.columns ?? PAGE);
    await shell.out.lines(kinds.flatMap((kind, at) => [...(at > 0 ? [clean('')] : []), ...pageOf(kind, columns, shell)]));
  }
  if (unknown.length === 0) return EXIT.ok;
  await shell.err.lines(unknown.map((written) => cleaned`ocx: there is no finding ${written}. Near it: ${nearWords(written)}`));
  return EXIT.usage;
}

const ALL: readonly FindingPage[] = [...FINDING_PAGES.values(), PROBE_RULE];

function kindOf(written: string): FindingPage | null {
  const code = codeOf(written) ?? written.trim().toUpperCase();
  return ALL.find((kind) => kind.code === code) ?? null;
}

function nearWords(written: string): string {
  return nearestCodes(written)
    .map((code) => `${code} (${FINDING_PAGES.get(code)?.title})`)
    .join(', ');
}

const styleOf = (severity: Severity): Style => (severity === 'warning' ? 'refused' : severity === 'note' ? 'plain' : severity);

function listOf(kinds: readonly FindingPage[], { out }: Shell): CleanText[] {
  return tableLines<FindingPage>(
    kinds,
    [
      { title: 'code', value: ({ code }) => code },
      {
        title: 'severity',
        value: ({ severity }) => `${SEVERITY_SIGN[severity]} ${severity}`,
        style: ({ severity }) => styleOf(severity),
      },
      { title: 'what', cut: 'end', value: ({ title }) => title },
    ],
    out.columns,
    painter(out.colour),
  );
}

function pageOf({ code, severity, title, explain: text }: FindingPage, columns: number, { out }: Shell): CleanText[] {
  const paint = painter(out.colour);
  return [
    paint(cleaned`${code}: ${title}`, 'heading'),
    `${paint(clean(`${SEVERITY_SIGN[severity]} ${severity}`), styleOf(severity))}  ${DOES[severity]}` as CleanText,
    clean(''),
    ...text.split('\n').flatMap((paragraph) => [...wrapped(clean(paragraph), columns)]),
  ];
}
