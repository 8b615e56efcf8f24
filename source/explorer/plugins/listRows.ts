import type { Language, PluginRecord } from '../../catalog/record.js';
import { type CleanText, clean, cleaned } from '../../terminal/clean.js';
import { fit } from '../../terminal/fit.js';
import { width } from '../../terminal/width.js';
import type { Matcher } from '../matcher.js';
import { sizeText } from '../quantities.js';
import { blanks, cell, numberCell, type Row, type Span, span, underlined } from '../row.js';
import type { Role } from '../theme.js';
import { standingOf } from '../words.js';
import type { ListColumns } from './columns.js';

/** How the row stands among the others. */
export interface RowMarks {
  readonly current: boolean;
  readonly marked: boolean;
  /** Until it was looked at: `now loads (was fails) 14:02:11` in place of what it brings, `was loads` before why it does not. */
  readonly change: CleanText | null;
  readonly filter: Matcher;
}

const LANGUAGES: Readonly<Record<Language, CleanText>> = { go: clean('Go'), rust: clean('Rust'), c: clean('C') };

export function listHeading(columns: ListColumns): Row {
  const title = (text: string, of: number) => (of > 0 ? [cell(clean(text), of, 'end', 'secondary'), blanks(columns.gap)] : []);
  return [
    blanks(2),
    ...(columns.number > 0 ? [cell(clean(' #'), columns.number, 'end', 'secondary'), blanks(columns.gap)] : []),
    ...title('verdict', columns.word + 2),
    ...title('file', columns.file),
    ...title('lang', columns.language),
    ...title('built by', columns.builtBy),
    ...(columns.size > 0 ? [span('   size' as CleanText, 'secondary'), blanks(columns.gap)] : []),
    ...(columns.cause > 0 ? [span(clean('cause'), 'secondary')] : []),
  ];
}

export function listRow(record: PluginRecord, columns: ListColumns, marks: RowMarks): Row {
  const { sign, word, role } = standingOf(record);
  const text: Role = marks.change ? 'strong' : 'plain';
  const gap = blanks(columns.gap);
  const optional = (of: number, made: () => Span) => (of > 0 ? [made(), gap] : []);
  return [
    span(clean(marks.current ? '>' : ' '), 'focus'),
    span(clean(marks.marked ? '*' : ' ')),
    ...optional(columns.number, () => numberCell(clean(record.order === null ? '-' : String(record.order)), columns.number)),
    ...(columns.word > 0
      ? [span(clean(`${sign} ${word}`), role), blanks(WORD_COLUMNS - width(word)), gap]
      : [span(sign, role), blanks(1)]),
    ...nameCell(record, columns.file, marks, text),
    ...(columns.language + columns.cause > 0 ? [gap] : []),
    ...optional(columns.language, () => cell(languageOf(record), columns.language, 'end', text)),
    ...optional(columns.builtBy, () => cell(builtByOf(record), columns.builtBy, 'end', text)),
    ...optional(columns.size, () => numberCell(record.size > 0 ? sizeText(record.size) : clean(''), columns.size)),
    ...(columns.cause > 0 ? [span(fit(causeText(record, marks.change), columns.cause, 'end'), text)] : []),
  ];
}

const WORD_COLUMNS = 7;

/** The name is what the cursor reverses; a link's target stands behind it where there is room. */
function nameCell(record: PluginRecord, columns: number, marks: RowMarks, role: Role): Row {
  const name = fit(clean(record.name), columns, 'file');
  const shown = marks.current ? [span(name, 'current')] : underlined(name, role, marks.filter.places(name));
  const room = columns - width(name);
  if (record.link === null || room < 12) return [...shown, blanks(room)];
  return [...shown, blanks(1), cell(clean(record.link), room - 1, 'end', 'secondary')];
}

function languageOf(record: PluginRecord): CleanText {
  return record.state === 'judged' && record.language ? LANGUAGES[record.language] : clean('');
}

function builtByOf(record: PluginRecord): CleanText {
  return clean(record.state === 'judged' ? (record.builtBy ?? '') : '');
}

/** What it brings, of one that loads now, is not what changed. */
function causeText(record: PluginRecord, change: CleanText | null): CleanText {
  if (change === null) return causeOf(record);
  const isBad = record.state === 'judged' && record.judgement.verdict !== 'loads';
  return isBad ? cleaned`${change}: ${record.cause}` : change;
}

export function causeOf(record: PluginRecord): CleanText {
  switch (record.state) {
    case 'reading':
      return clean('');
    case 'settling':
      return clean('being written; judged when it has settled');
    case 'ignored':
      return clean(record.because);
    case 'judged':
      return cleaned`${record.cause}`;
  }
}
