import type { JudgedRecord } from '../../catalog/record.js';
import { type CleanText, clean, cleaned } from '../../terminal/clean.js';
import { pad, width } from '../../terminal/width.js';
import { wrapped } from '../../terminal/wrap.js';
import type { Finding, FindingItem } from '../../verdict/judgement.js';
import { sidesOf } from '../../verdict/sides.js';
import { counted } from '../quantities.js';
import { blanks, cell, EMPTY_ROW, type Row, span } from '../row.js';
import { standingOfSeverity } from '../words.js';
import { type Block, contentOf, type PanelContent, type PanelContext } from './content.js';
import { evidenceRow } from './evidenceRow.js';

/** Each finding as rustc would say it: code, sentence, place, both values, what exactly differs, the fix. */
export function findingsContent(context: PanelContext): PanelContent {
  const record = context.record?.state === 'judged' ? context.record : null;
  const findings = record?.judgement.findings ?? [];
  if (!record || findings.length === 0)
    return contentOf(clean(''), [nothingFound(record?.judgement.checked ?? [], context.width)], []);
  const blocks = findings.flatMap((finding, index): Block[] => [
    findingBlock(finding, findings[index - 1], record, context),
    ...(context.panel.unfolded
      ? finding.items.map((item) => ({ ...itemBlock(item, record, context.width), code: finding.code }))
      : []),
  ]);
  const position = Math.min(context.panel.cursor + 1, blocks.length);
  return contentOf(cleaned`${position} of ${blocks.length}`, [], blocks);
}

function nothingFound(checked: readonly string[], columns: number): Row {
  const what = checked.length > 0 ? `${checked.join(', ')} match the host` : 'nothing speaks against this file';
  return [span(clean(' +'), 'loads'), cell(cleaned` No findings: ${what}.`, columns - 2, 'end')];
}

const INDENT = 5;

function findingBlock(finding: Finding, before: Finding | undefined, record: JudgedRecord, context: PanelContext): Block {
  const { columns, narrow } = { columns: context.width, narrow: context.shape === 'narrow' };
  const indent = narrow ? 2 : INDENT;
  const details: Row[] = [];
  const whole = before === undefined || context.focused;
  // The blank row belongs to the finding above it, so that the cursor never stands on one.
  const below: readonly Row[] = whole ? [EMPTY_ROW] : [];
  const line = (sign: string, text: CleanText) => {
    wrapped(text, columns - indent - 4).forEach((part, index) => {
      details.push([blanks(indent), span(clean(index === 0 ? pad(clean(sign), 4) : '    ')), span(part)]);
    });
  };
  // A preview has room for one in full: the first, which decides.
  if (whole) for (const [sign, text] of detailsOf(finding, before, record, context)) line(sign, text);
  const { sign, role } = standingOfSeverity(finding.severity);
  const message = wrapped(clean(finding.message), columns - 4 - finding.code.length - 1);
  return {
    height: message.length + details.length + below.length,
    text: finding.fix === null ? cleaned`${finding.code} ${finding.message}` : clean(finding.fix),
    ...entrance(finding, record),
    code: finding.code,
    draw: (current) => [
      ...message.map((part, index): Row => {
        if (index > 0) return [blanks(4 + finding.code.length + 1), span(part)];
        return [
          span(clean(current ? '>' : ' '), 'focus'),
          span(sign, role),
          blanks(1),
          span(clean(finding.code), current ? 'current' : context.focused ? 'strong' : 'plain'),
          blanks(2),
          span(part),
        ];
      }),
      ...details,
      ...below,
    ],
  };
}

function detailsOf(
  finding: Finding,
  before: Finding | undefined,
  record: JudgedRecord,
  { panel }: PanelContext,
): readonly (readonly [sign: string, text: CleanText])[] {
  const { plugin, host, loaderMessage, fix } = finding;
  const reason = because(finding, panel.unfolded);
  const sides = sidesOf(finding.code);
  return [
    ['-->', cleaned`${record.name}   ${finding.evidence}`],
    ...(plugin === null ? [] : [[' |', labelled(sides.plugin, plugin)] as const]),
    ...(host === null ? [] : [[' |', labelled(sides.host, host)] as const]),
    ...(reason === null ? [] : [[' =', reason] as const]),
    ...(loaderMessage === null ? [] : [[' =', cleaned`the loader will say: ${loaderMessage}`] as const]),
    ...(fix === null ? [] : [[' =', fix === before?.fix ? clean('fix: the same') : cleaned`fix: ${fix}`] as const]),
  ];
}

function labelled(label: string, value: string): CleanText {
  return cleaned`${label.padEnd(6)}  ${value}`;
}

/** What explains it, or a few of the items; all of them are one key away. */
function because({ cause, items }: Finding, unfolded: boolean): CleanText | null {
  const hidden = items.length > 0 && !unfolded ? ` (Enter lists ${items.length === 1 ? 'it' : `all ${items.length}`})` : '';
  if (cause !== null) return cleaned`cause: ${cause}${hidden}`;
  if (hidden === '') return null;
  const names = items.slice(0, 3).map(({ subject }) => subject);
  const rest = items.length - names.length;
  return rest === 0 ? cleaned`${names.join(', ')}` : cleaned`${names.join(', ')} and ${rest} more${hidden}`;
}

function entrance(finding: Finding, record: JudgedRecord): Pick<Block, 'enter'> {
  if (finding.items.length > 0) return { enter: { type: 'fold', hint: cleaned`list ${counted(finding.items.length, 'item')}` } };
  return toEvidence(finding.subject, record);
}

/** Only where there is a row to go to. */
function toEvidence(subject: string, record: JudgedRecord): Pick<Block, 'enter'> {
  return evidenceRow(record, subject) === null ? {} : { enter: { type: 'evidence', subject, hint: clean('evidence') } };
}

function itemBlock(item: FindingItem, record: JudgedRecord, columns: number): Block {
  const values = [item.plugin === null ? '' : `plugin ${item.plugin}`, item.host === null ? '' : `host ${item.host}`];
  const shown = clean(values.filter((value) => value !== '').join(', '));
  const valueColumns = Math.min(Math.floor(columns / 2), width(shown));
  const nameColumns = columns - 11 - valueColumns - 1;
  return {
    height: 1,
    text: cleaned`${item.subject}  plugin ${item.plugin ?? 'none'}  host ${item.host ?? 'none'}`,
    ...toEvidence(item.subject, record),
    draw: (current) => {
      const name = cell(clean(item.subject), nameColumns, 'path');
      const text = name.text.trimEnd() as CleanText;
      return [
        [
          span(clean(current ? '>' : ' '), 'focus'),
          blanks(5),
          span(clean(' |   ')),
          span(text, current ? 'current' : 'plain'),
          blanks(nameColumns - width(text) + 1),
          cell(shown, valueColumns, 'end'),
        ],
      ];
    },
  };
}
