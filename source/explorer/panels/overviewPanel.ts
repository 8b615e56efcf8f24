import { componentsOf } from '../../catalog/cause.js';
import type { JudgedRecord, PluginRecord } from '../../catalog/record.js';
import type { Evidence, FoundManifest } from '../../evidence/evidence.js';
import { readFound } from '../../manifest/readManifest.js';
import { type CleanText, clean, cleaned } from '../../terminal/clean.js';
import { wrapped } from '../../terminal/wrap.js';
import { afterOpening } from '../../verdict/judge.js';
import type { Judgement } from '../../verdict/judgement.js';
import { dependencyRows } from '../dependencyRows.js';
import { causeOf } from '../plugins/listRows.js';
import { counted, countText, sizeText } from '../quantities.js';
import { blanks, cutRow, type Row, span } from '../row.js';
import { standingOf } from '../words.js';
import { type Block, contentOf, type Entrance, type PanelContent, type PanelContext, type Shape } from './content.js';

/** The verdict in a sentence, then the facts: what it is, who built it, where its manifest is. */
export function overviewContent(context: PanelContext): PanelContent {
  const { record, width } = context;
  if (!record) return contentOf(clean(''), [], []);
  return contentOf(
    clean(record.name),
    underneath(sentence(record, width)),
    facts(record, context).map((fact) => factBlock(fact, width)),
  );
}

/** At least two rows, so that the facts stand still from file to file. */
function underneath(rows: readonly Row[]): readonly Row[] {
  return rows.length > 1 ? rows : [...rows, []];
}

/** A blank, sign, blank, the longest word, a blank: what stands before the sentence. */
const HEAD = 12;

function sentence(record: PluginRecord, columns: number): readonly Row[] {
  const { sign, word, role } = standingOf(record);
  const start: Row = [blanks(1), span(clean(`${sign} ${word}`), role), blanks(1)];
  const text =
    record.state === 'judged'
      ? verdictText(record)
      : record.state === 'reading'
        ? cleaned`${sizeText(record.size)}`
        : causeOf(record);
  const lines = wrapped(text, Math.max(10, columns - HEAD));
  return lines.map((line, index) =>
    index === 0 ? cutRow([...start, blanks(8 - word.length), span(line)], columns) : [blanks(HEAD), span(line)],
  );
}

function verdictText({ judgement, cause }: JudgedRecord): CleanText {
  const first = judgement.findings[0];
  if (judgement.verdict === 'loads' || !first) return cleaned`${cause}`;
  return cleaned`${first.message}${first.code === '' ? '' : ` (${first.code})`}`;
}

type Fact = readonly [name: string, value: CleanText, enter?: Entrance];

function facts(record: PluginRecord, { hash, opened, shape, width }: PanelContext): readonly Fact[] {
  const file: Fact[] = [
    ['file', record.link === null ? clean(record.path) : cleaned`${record.path} -> ${record.link}`],
    ['size', record.size > 0 ? cleaned`${countText(record.size)} bytes` : clean('empty')],
  ];
  if (record.state !== 'judged') return file;
  const { evidence, judgement } = record;
  return [
    ...why(judgement, shape),
    ...(evidence || shape === 'full' ? [['brings', evidence ? brings(evidence) : clean('not known')] as const] : []),
    checkedFact(judgement),
    ...(opened === null ? [] : [['opened', opened.text] as const]),
    notCheckedFact(opened?.ran ? afterOpening(judgement.notChecked) : judgement.notChecked, width),
    ...file,
    ...(evidence ? [hashFact(hash), ...evidenceFacts(evidence)] : []),
  ];
}

/**
 * What explains the verdict and what to do: all of it is in Findings. Where there is room both rows are always there, so
 * that those below stand still from file to file.
 */
function why({ verdict, findings }: Judgement, shape: Shape): readonly Fact[] {
  const first = verdict === 'loads' ? undefined : findings[0];
  const more = findings.length > 1 ? `   (5 has ${findings.length} findings)` : '';
  const loads = verdict === 'loads';
  const rows = [
    ['cause', first?.cause ?? null, loads ? 'none' : 'as said above'],
    ['fix', first?.fix ? `${first.fix}${more}` : null, loads ? 'none needed' : 'none known'],
  ] as const;
  return rows.flatMap(([name, text, absent]): Fact[] => {
    if (text !== null) return [[name, clean(text)]];
    return shape === 'full' ? [[name, clean(absent)]] : [];
  });
}

/** One row, whatever it says in full: a list that wraps would push all that follows up and down. */
function checkedFact({ checked }: Judgement): Fact {
  if (checked.length === 0) return ['checked', clean('nothing could be')];
  const shown = checked.length > 4 ? `${checked.slice(0, 3).join(', ')} and ${checked.length - 3} more` : checked.join(', ');
  return ['checked', clean(shown), allOf('Checked', checked)];
}

/** As many as one row holds. */
function notCheckedFact(notChecked: readonly string[], columns: number): Fact {
  if (notChecked.length === 0) return ['not checked', clean('nothing was left out')];
  const texts = notChecked.map((_, index) => {
    const more = notChecked.length - index - 1;
    return `${notChecked.slice(0, index + 1).join(', ')}${more === 0 ? '' : ` and ${more} more`}`;
  });
  const fitting = texts.filter((text) => text.length <= columns - 3 - FACT_COLUMNS);
  return ['not checked', clean(fitting.at(-1) ?? texts[0] ?? ''), allOf('Not checked', notChecked)];
}

function allOf(title: string, texts: readonly string[]): Entrance {
  return { type: 'page', title: clean(title), lines: texts.map((what) => cleaned`  ${what}`), hint: clean('all of them') };
}

/** Reading all of a file takes a while, so it is asked for. */
function hashFact(hash: CleanText | null): Fact {
  return ['sha256', hash ?? clean('Enter computes it'), { type: 'hash', hint: clean('sha256') }];
}

/** Its components if its descriptors say so, and the name it goes by. */
function brings(evidence: Evidence): CleanText {
  const components = componentsOf(evidence);
  const claimed = readFound(evidence.manifest.found)?.fields;
  const named = typeof claimed?.name === 'string' ? claimed.name : null;
  const version = typeof claimed?.version === 'string' ? ` ${claimed.version}` : '';
  const what = components.length > 0 ? components.join(', ') : 'components not said: the file has no descriptors';
  return named === null ? clean(what) : cleaned`${what} (${named}${version})`;
}

function evidenceFacts(evidence: Evidence): readonly Fact[] {
  const { object, go, rust, manifest, entrySymbols } = evidence;
  const all: (readonly [string, CleanText | null])[] = [
    ['format', cleaned`${formatName(object)} ${object.machine}, ${object.kind}`],
    ['entry', entrySymbols.length > 0 ? clean(entrySymbols.join(', ')) : clean('none of the symbols a host looks up')],
    ['manifest', carrier(manifest.found)],
    ['built by', builtBy(evidence)],
    ['compiler', rust?.comment ? clean(rust.comment) : null],
    ['depends on', dependencies(evidence)],
    ['flags', go?.buildInfo ? flags(evidence) : null],
    ['package', go?.buildInfo?.path ? clean(go.buildInfo.path) : null],
    ['commit', commit(evidence)],
  ];
  return all.flatMap(([name, value]): Fact[] => (value === null ? [] : [[name, value]]));
}

function formatName({ format, bits }: Evidence['object']): string {
  return format === 'elf' ? `ELF${bits}` : format === 'macho' ? `Mach-O ${bits} bits` : `PE ${bits} bits`;
}

function builtBy({ go, rust }: Evidence): CleanText | null {
  const by = go?.version ?? rust?.rustcVersion ?? null;
  return by === null ? null : clean(by);
}

function setting(evidence: Evidence, key: string): string | null {
  return evidence.go?.buildInfo?.settings.find((candidate) => candidate.key === key)?.value ?? null;
}

/** Build settings that are flags of the go command; the rest (CGO_ENABLED, GOARCH) says where, not how. */
function flags(evidence: Evidence): CleanText | null {
  const settings = evidence.go?.buildInfo?.settings.filter(({ key }) => key.startsWith('-')) ?? [];
  return settings.length > 0 ? clean(settings.map(({ key, value }) => `${key}=${value}`).join(' ')) : null;
}

function commit(evidence: Evidence): CleanText | null {
  const revision = setting(evidence, 'vcs.revision');
  if (revision === null) return null;
  const time = setting(evidence, 'vcs.time');
  const changed = setting(evidence, 'vcs.modified') === 'true' ? ', with local changes' : '';
  return cleaned`${revision}${time === null ? '' : ` of ${time}`}${changed}`;
}

function dependencies(evidence: Evidence): CleanText | null {
  const rows = dependencyRows(evidence);
  const kinds = (['library', 'module', 'crate'] as const).flatMap((kind) => {
    const count = rows.filter((row) => row.kind === kind).length;
    return count === 0 ? [] : [counted(count, kind, kind === 'library' ? 'libraries' : `${kind}s`)];
  });
  return kinds.length === 0 ? null : cleaned`${kinds.join(', ')} (8, then d, lists them)`;
}

const CARRIERS: Readonly<Record<FoundManifest['carrier'], string>> = {
  note: 'ELF note',
  symbol: 'symbol collector_plugin_manifest',
  section: 'section .otelcol.manifest',
  sidecar: 'file beside it',
};

function carrier(found: FoundManifest | null): CleanText {
  if (!found) return clean('none');
  const where = found.carrier === 'sidecar' ? '' : ` at 0x${found.offset.toString(16)}`;
  return cleaned`${CARRIERS[found.carrier]}${where}, ${countText(found.size)} bytes`;
}

const FACT_COLUMNS = 13;

function factBlock([name, value, enter]: Fact, columns: number): Block {
  const lines = wrapped(value, Math.max(10, columns - 3 - FACT_COLUMNS));
  return {
    height: lines.length,
    text: value,
    ...(enter ? { enter } : {}),
    draw: (current) =>
      lines.map((line, index): Row => {
        if (index > 0) return [blanks(3 + FACT_COLUMNS), span(line)];
        const label = span(clean(name), current ? 'current' : 'secondary');
        return [span(clean(current ? '>' : ' '), 'focus'), blanks(2), label, blanks(FACT_COLUMNS - name.length), span(line)];
      }),
  };
}
