import { componentsOf } from '../../catalog/cause.js';
import type { JudgedRecord, PluginRecord } from '../../catalog/record.js';
import type { Evidence, FoundManifest } from '../../evidence/evidence.js';
import { readFound } from '../../manifest/readManifest.js';
import { type CleanText, clean, cleaned } from '../../terminal/clean.js';
import { dependencyRows } from '../dependencyRows.js';
import { causeOf } from '../plugins/listRows.js';
import { counted, countText, sizeText } from '../quantities.js';
import { blanks, cutRow, type Row, span } from '../row.js';
import { standingOf } from '../words.js';
import { type Block, contentOf, type Entrance, type PanelContent, type PanelContext } from './content.js';
import { wrapped } from './wrap.js';

/** The verdict in a sentence, then the facts: what it is, who built it, where its manifest is. */
export function overviewContent(context: PanelContext): PanelContent {
  const { record, width } = context;
  if (!record) return contentOf(clean(''), [], []);
  return contentOf(
    clean(record.name),
    [...sentence(record, width), []],
    facts(record, context.hash).map((fact) => factBlock(fact, width)),
  );
}

function sentence(record: PluginRecord, columns: number): readonly Row[] {
  const { sign, word, role } = standingOf(record);
  const start: Row = [blanks(1), span(clean(`${sign} ${word}`), role), blanks(1)];
  const text =
    record.state === 'judged'
      ? verdictText(record)
      : record.state === 'reading'
        ? cleaned`${sizeText(record.size)}`
        : causeOf(record);
  const lines = wrapped(text, Math.max(10, columns - 11));
  return lines.map((line, index) =>
    index === 0 ? cutRow([...start, blanks(8 - word.length), span(line)], columns) : [blanks(11), span(line)],
  );
}

function verdictText({ judgement, cause }: JudgedRecord): CleanText {
  const first = judgement.findings[0];
  if (judgement.verdict === 'loads' || !first) return cleaned`${cause}`;
  return cleaned`${first.message}${first.code === '' ? '' : ` (${first.code})`}`;
}

type Fact = readonly [name: string, value: CleanText, enter?: Entrance];

function facts(record: PluginRecord, hash: CleanText | null): readonly Fact[] {
  const file: Fact[] = [['file', clean(record.path)]];
  if (record.link !== null) file.push(['link', clean(record.link)]);
  if (record.size > 0) file.push(['size', cleaned`${countText(record.size)} bytes`]);
  if (record.state !== 'judged') return file;
  const { checked, notChecked } = record.judgement;
  if (record.evidence) file.push(hashFact(hash));
  return [
    ...(record.evidence ? [['brings', brings(record.evidence)] as const] : []),
    ...(checked.length > 0 ? [['checked', clean(checked.join(', '))] as const] : []),
    ...(notChecked.length > 0 ? [['not checked', clean(notChecked.join(', '))] as const] : []),
    ...file,
    ...(record.evidence ? evidenceFacts(record.evidence) : []),
  ];
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
    ['built by', builtBy(evidence)],
    ['package', go?.buildInfo?.path ? clean(go.buildInfo.path) : null],
    ['flags', go?.buildInfo ? flags(evidence) : null],
    ['commit', commit(evidence)],
    ['depends on', dependencies(evidence)],
    ['compiler', rust?.comment ? clean(rust.comment) : null],
    ['entry', entrySymbols.length > 0 ? clean(entrySymbols.join(', ')) : clean('none of the symbols a host looks up')],
    ['manifest', carrier(manifest.found)],
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
