import type { CatalogSnapshot, HostRecord, PluginRecord } from '../../catalog/record.js';
import { type CleanText, clean, cleaned } from '../../terminal/clean.js';
import { fit } from '../../terminal/fit.js';
import { width } from '../../terminal/width.js';
import { counted, countText } from '../quantities.js';
import { blanks, cutRow, type Row, rowWidth, span, spread } from '../row.js';
import { STANDINGS, standingOf } from '../words.js';

/** Where one says everything and where only what tells hosts apart. */
const WIDE = 100;

/** `ocx  /opt/otelcol/plugins                host otelcol-custom v0.149.0  go1.26.8  linux/amd64  -trimpath` */
export function titleRow(snapshot: CatalogSnapshot, columns: number, withTotals: boolean): Row {
  const host = hostText(snapshot.host, columns < WIDE);
  const totals = withTotals ? [blanks(2), ...shortTotals(snapshot.plugins)] : [];
  const room = columns - 5 - rowWidth(totals) - rowWidth(host) - 1;
  const place = fit(clean(snapshot.place.paths.join(', ')), Math.max(12, room), 'path');
  const hostRoom = columns - 5 - width(place) - rowWidth(totals) - 1;
  return spread(
    [span(clean('ocx'), 'strong'), blanks(2), span(place), ...totals],
    hostRoom > 8 ? cutRow(host, hostRoom) : [],
    columns,
  );
}

function hostText(host: HostRecord, short: boolean): Row {
  if (host.state === 'absent') return [span(cleaned`no host: ${host.because}`, 'unknown')];
  if (host.state === 'unreadable')
    return [span(cleaned`host ${host.path}  `), span(cleaned`! unreadable: ${host.because}`, 'fails')];
  if (host.cannotLoad !== null)
    return [span(cleaned`host ${host.title}  `), span(cleaned`! can't load plugins: ${host.cannotLoad}`, 'crashes')];
  if (!short)
    return [
      span(
        clean(
          ['host', [host.title, host.toolchain, host.platform, ...host.flags].filter((part) => part !== null).join('  ')].join(
            ' ',
          ),
        ),
      ),
    ];
  const version = host.title.split(' ').at(-1) ?? host.title;
  const machine = host.platform?.split('/').at(-1) ?? null;
  return [span(clean(['host', version, host.toolchain, machine].filter((part) => part !== null).join(' ')))];
}

const VERDICTS = ['loads', 'refused', 'fails', 'crashes', 'unknown'] as const;
const OTHERS = ['reading', 'settling', 'ignored'] as const;

function tally(plugins: readonly PluginRecord[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const record of plugins) {
    const { word } = standingOf(record);
    counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return counts;
}

function countSpans(plugins: readonly PluginRecord[], of: readonly (keyof typeof STANDINGS)[], gap: number): Row {
  const counts = tally(plugins);
  return of.flatMap((key): Row => {
    const { sign, word, role } = STANDINGS[key];
    const count = counts.get(word) ?? 0;
    return count === 0 ? [] : [blanks(gap), span(sign, role), span(cleaned` ${countText(count)} ${word}`)];
  });
}

/** `14 files   + 3 loads   - 3 refused ...`, and `watching` at the right; or the one thing that is wrong with the host. */
export function totalsRow(snapshot: CatalogSnapshot, columns: number): Row {
  const problem = hostProblem(snapshot) ?? snapshot.problems[0];
  if (typeof problem === 'string') return [span(clean(' ! '), 'fails'), span(fit(clean(problem), columns - 3, 'end'))];
  if (problem) return cutRow(problem, columns);
  const { plugins, plan } = snapshot;
  const dies = plan?.diesAt ?? null;
  if (columns < WIDE) {
    const end = dies === null ? [] : [blanks(2), span(cleaned`! dies at ${dies}`, 'crashes')];
    return cutRow([span(cleaned`${countText(plugins.length)}:`), ...withGap(countSpans(plugins, VERDICTS, 2)), ...end], columns);
  }
  const left = [span(counted(plugins.length, 'file')), ...countSpans(plugins, [...VERDICTS, ...OTHERS], 3)];
  const watching = span(clean('watching'), 'secondary');
  return spread(left, dies === null ? [watching] : diesRow(dies, columns - rowWidth(left) - 3), columns);
}

/** What would contradict the counts if it were said in panel 6 alone: none after this one is ever loaded. */
function diesRow(order: number, room: number): Row {
  const [sign, at] = [span(clean('!'), 'crashes'), cleaned`dies at ${order}`];
  const texts = [cleaned` the Collector ${at}: counted without it`, cleaned` ${at}: counted without it`, cleaned` ${at}`];
  return [sign, span(texts.find((text) => width(text) < room) ?? cleaned` ${at}`)];
}

/** The first count follows the colon by one blank. */
function withGap(row: Row): Row {
  return row.length > 0 ? [blanks(1), ...row.slice(1)] : row;
}

function shortTotals(plugins: readonly PluginRecord[]): Row {
  const counts = tally(plugins);
  return VERDICTS.flatMap((key): Row => {
    const { sign, word, role } = STANDINGS[key];
    const count = counts.get(word) ?? 0;
    return count === 0 ? [] : [span(sign, role), span(cleaned` ${countText(count)} `)];
  });
}

/** Said once, here, and not once a file. */
function hostProblem({ host, plugins }: CatalogSnapshot): Row | null {
  if (host.state !== 'read' || host.cannotLoad === null) return null;
  const go = plugins.filter((record) => record.state === 'judged' && record.language === 'go').length;
  const { sign, word, role } = STANDINGS.fails;
  const text: CleanText = cleaned`all ${counted(go, 'Go plugin')}: this Collector has no plugin loader, like every release binary`;
  return [blanks(1), span(clean(`${sign} ${word}`), role), blanks(3), span(text)];
}
