import { createHash } from 'node:crypto';
import { relative } from 'node:path';
import type { CatalogSnapshot, HostRecord, JudgedRecord, PluginRecord } from '../../catalog/record.js';
import { scan } from '../../catalog/scan.js';
import { readFound } from '../../manifest/readManifest.js';
import { type CleanText, clean, cleaned } from '../../terminal/clean.js';
import { askedFrom, EXIT, hostFrom, type OutputOption, type PlaceOptions, placeFrom, type Shell } from '../options.js';
import { dataLines } from '../output/data.js';
import { report } from '../output/report.js';
import { sizeText } from '../output/size.js';
import { painter, VERDICT_SIGN } from '../output/style.js';
import type { Column } from '../output/table.js';
import { wrappedTableLines } from '../output/wrappedTable.js';

/** `ocx plugins list`: every file of a place, one line each. Exit code 0, whatever the verdicts: `check-all` is for those. */
export async function list(options: PlaceOptions & OutputOption, shell: Shell): Promise<number> {
  const snapshot = scan({
    place: placeFrom(options, shell.env),
    host: hostFrom(options, shell.env),
    ...askedFrom(options, shell.env),
    recursive: options.recursive,
    now: shell.now(),
  });
  if (options.output !== 'table') {
    await shell.out.lines(dataLines(report(snapshot), options.output));
    return EXIT.ok;
  }
  await shell.out.lines([hostLine(snapshot.host), clean(''), ...listLines(snapshot, shell), clean(''), totalsLine(snapshot)]);
  return EXIT.ok;
}

/** The host in one line; with why there is none. */
export function hostLine(host: HostRecord): CleanText {
  if (host.state === 'absent') return cleaned`host  none: ${host.because}`;
  if (host.state === 'unreadable') return cleaned`host  ${host.path}: ${host.because}`;
  const facts = [host.title, host.toolchain, host.platform, ...host.flags].filter((fact) => fact !== null).join('  ');
  const cannot = host.cannotLoad === null ? '' : `  can't load plugins: ${host.cannotLoad}`;
  return cleaned`host  ${facts}  (${relativePath(host.path)})${cannot}`;
}

/** The table of `list` and `check-all`, in load order; what is not loaded comes last. */
export function listLines({ plugins }: CatalogSnapshot, { out }: Pick<Shell, 'out'>): CleanText[] {
  return plugins.length === 0 ? [clean('no files')] : wrappedTableLines(plugins, COLUMNS, out.columns, painter(out.colour));
}

const judged = (record: PluginRecord): JudgedRecord | null => (record.state === 'judged' ? record : null);
const LANGUAGE = { go: 'Go', rust: 'Rust', c: 'C' } as const;

const COLUMNS: readonly Column<PluginRecord>[] = [
  { title: '#', align: 'right', value: ({ order }) => (order === null ? '-' : String(order)) },
  { title: 'verdict', value: verdictText, style: (record) => judged(record)?.judgement.verdict ?? 'ignored' },
  { title: 'file', cut: 'file', value: ({ name }) => name },
  {
    title: 'lang',
    expendable: 3,
    value: (record) => (judged(record)?.language ? LANGUAGE[judged(record)?.language ?? 'c'] : ''),
  },
  { title: 'built by', expendable: 2, value: (record) => judged(record)?.builtBy ?? '' },
  { title: 'hashes', expendable: 1, value: (record) => hashesText(judged(record)) },
  { title: 'size', align: 'right', expendable: 4, value: ({ size }) => sizeText(size) },
  { title: 'cause', value: causeText },
];

function verdictText(record: PluginRecord): string {
  if (record.state !== 'judged') return 'o ignored';
  const { verdict } = record.judgement;
  return `${VERDICT_SIGN[verdict]} ${verdict}`;
}

function causeText(record: PluginRecord): string {
  const link = record.link === null ? '' : `link to ${record.link}: `;
  if (record.state === 'judged') return link + record.cause;
  return record.state === 'ignored' ? record.because : '';
}

/** `61 0c9d3e1f`: how many dependencies, and a digest of their hashes. Equal digests mean equal dependencies. */
function hashesText(record: JudgedRecord | null): string {
  const found = record?.evidence?.manifest.found;
  const hashes = found ? readFound(found)?.manifest?.dependency_hashes : undefined;
  if (!hashes) return '';
  const entries = Object.entries(hashes).sort(([a], [b]) => (a < b ? -1 : 1));
  return `${entries.length} ${createHash('sha256').update(JSON.stringify(entries)).digest('hex').slice(0, 8)}`;
}

/** `14 files: 3 loads, 3 refused, ...`. */
export function totalsLine({ plugins }: CatalogSnapshot): CleanText {
  const counts = new Map<string, number>();
  for (const record of plugins) {
    const word = record.state === 'judged' ? record.judgement.verdict : 'ignored';
    counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  const order = ['loads', 'refused', 'fails', 'crashes', 'unknown', 'ignored'];
  const parts = order.flatMap((word) => (counts.has(word) ? [`${counts.get(word)} ${word}`] : []));
  return cleaned`${plugins.length} file${plugins.length === 1 ? '' : 's'}${parts.length > 0 ? `: ${parts.join(', ')}` : ''}`;
}

/** Shorter from here, if it is. */
export function relativePath(path: string): string {
  const short = relative('', path);
  return short !== '' && short.length < path.length ? short : path;
}
