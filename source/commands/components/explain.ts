import type { ListedComponent } from '../../catalog/components.js';
import type { FieldDefault } from '../../components/configField.js';
import { configFields } from '../../components/configFields.js';
import { type FieldRow, fieldRows } from '../../components/fieldRows.js';
import { stabilityText } from '../../components/stabilityText.js';
import { type CleanText, clean, cleaned } from '../../terminal/clean.js';
import { EXIT, type Shell } from '../options.js';
import { dataLines } from '../output/data.js';
import { painter } from '../output/style.js';
import { type Column, tableLines } from '../output/table.js';
import { missingLines, moduleText, originSign, originText } from './list.js';
import { type ComponentOptions, componentsCalled, findComponents } from './listing.js';
import { componentsReport } from './report.js';

/** `ocx components explain TYPE`: every field of its configuration, and its docs. Nothing is run. Exit code 0; 2 when there is none. */
export async function explainComponent(options: ComponentOptions & { readonly type: string }, shell: Shell): Promise<number> {
  const found = findComponents(options, shell);
  const called = componentsCalled(found, options.type);
  if (options.output !== 'table') {
    await shell.out.lines(dataLines(componentsReport(found, called), options.output));
    return EXIT.ok;
  }
  const mine = new Set(called.flatMap(({ origin }) => (origin.from === 'plugin' ? [origin.path] : [])));
  const missing = { ...found, undescribed: [], notLoaded: found.notLoaded.filter(({ path }) => mine.has(path)) };
  for (const [index, component] of called.entries())
    await shell.out.lines([...(index === 0 ? [] : [clean('')]), ...explained(component, shell)]);
  await shell.out.lines(missingLines(missing));
  return EXIT.ok;
}

function explained(component: ListedComponent, { out }: Pick<Shell, 'out'>): CleanText[] {
  const { descriptor } = component;
  const { kind, type, stability, warnings, description, defaultConfigFaults, docs } = descriptor;
  const paint = painter(out.colour);
  const facts: [string, string][] = [
    ['module', moduleText(component)],
    ['origin', `${originSign(component)} ${originText(component)}`.trim()],
    ['stability', stabilityText(stability)],
    ...warnings.map((warning): [string, string] => ['warning', warning]),
  ];
  return [
    paint(cleaned`${kind} ${type}`, 'heading'),
    ...facts.flatMap(([name, value]) => (value === '' ? [] : [cleaned`  ${name.padEnd(9)}  ${value}`])),
    ...(description === null || isIn(docs, description) ? [] : [clean(''), clean(description)]),
    clean(''),
    ...fieldLines(component, out),
    ...defaultConfigFaults.map((fault) => cleaned`not valid as it is: ${fault}`),
    ...(docs === null ? [] : [clean(''), ...docs.split(/\r?\n/).map((line) => clean(line.replaceAll('\t', '    ')))]),
  ];
}

/** The docs of a Rust component begin with what its descriptor has as description: once is enough. */
function isIn(docs: string | null, description: string): boolean {
  const words = (text: string) =>
    text
      .split(/\s+/)
      .filter((word) => word !== '')
      .join(' ');
  return words(docs ?? '').includes(words(description));
}

function fieldLines({ descriptor }: ListedComponent, out: Shell['out']): CleanText[] {
  const fields = configFields(descriptor);
  if (!fields) return [clean('The file carries no schema of its configuration.')];
  const rows = fieldRows(fields, new Set());
  if (rows.length === 0) return [clean('It has no configuration.')];
  const marks = rows.some(({ field }) => field.required || field.secret);
  return [
    ...tableLines(rows, COLUMNS, out.columns, painter(out.colour)),
    ...(marks ? [clean(''), clean('* required   $ secret')] : []),
  ];
}

const COLUMNS: readonly Column<FieldRow>[] = [
  { title: ' ', value: ({ field }) => (field.required ? '*' : field.secret ? '$' : '') },
  { title: 'field', value: ({ field, depth }) => `${'  '.repeat(depth)}${field.name}` },
  { title: 'type', cut: 'end', value: ({ field }) => field.type },
  {
    title: 'default',
    cut: 'end',
    value: ({ field }) => (field.shape === 'group' ? groupText(field.default) : defaultText(field.default)),
  },
  { title: 'what it is', cut: 'end', value: ({ field }) => `${choiceText(field.choices)}${firstSentence(field.docs)}` },
];

function groupText({ state }: FieldDefault): string {
  return state === 'set' ? '' : 'not set';
}

/** As JSON, so that a text is told from a number. */
function defaultText(value: FieldDefault): string {
  return value.state === 'not set' ? 'not set' : JSON.stringify(value.value);
}

function choiceText(choices: FieldRow['field']['choices']): string {
  const words = choices.map(String).filter((choice) => choice !== '');
  return words.length === 0 ? '' : `${words.join(' | ')}. `;
}

function firstSentence(docs: string | null): string {
  const [paragraph = ''] = (docs ?? '').split(/\r?\n\s*\r?\n/);
  const line = paragraph.replaceAll(/\s+/g, ' ').trim();
  return /^.*?[.!?](?= [A-Z]|$)/.exec(line)?.[0] ?? line;
}
