import type { CatalogSnapshot, PluginRecord } from '../../catalog/record.js';
import { type CleanText, clean, cleaned } from '../../terminal/clean.js';
import { clockText } from '../quantities.js';
import { type State, verdictsOf } from '../state.js';
import { STANDINGS } from '../words.js';
import { withLog } from './logging.js';

/** Takes in a new picture of the directory: what changed is marked in the list and written in the log. */
export function withSnapshot(state: State, snapshot: CatalogSnapshot, at: Date): State {
  const clock = clockText(at);
  const before = new Map(state.snapshot.plugins.map((record) => [record.path, record]));
  const after = new Map(snapshot.plugins.map((record) => [record.path, record]));
  const changes = new Map(state.changes);
  const news: CleanText[] = hostNews(state.snapshot, snapshot);
  let message: CleanText | null = null;
  for (const record of snapshot.plugins) {
    const known = before.get(record.path);
    if (!known) news.push(cleaned`new: ${record.name}`);
    const was = state.verdicts.get(record.path);
    const is = record.state === 'judged' ? record.judgement.verdict : undefined;
    if (was && is && was !== is) {
      // Of one that loads no more the row says why, behind this; when that was is in the log.
      changes.set(record.path, is === 'loads' ? cleaned`now ${is} (was ${was}) ${clock}` : cleaned`was ${was}`);
      const [from, to] = [STANDINGS[was], STANDINGS[is]];
      const because = is === 'loads' || record.state !== 'judged' ? '' : `: ${record.cause}`;
      news.push(cleaned`changed: ${record.name}   ${from.sign} ${from.word} -> ${to.sign} ${to.word}${because}`);
    } else if (was && is && known && readAgain(known, record, state))
      news.push(cleaned`read again: ${record.name}   still ${is}`);
  }
  for (const [path, record] of before) {
    if (after.has(path)) continue;
    changes.delete(path);
    message = cleaned`${record.name} was removed`;
    news.push(cleaned`removed: ${record.name}`);
  }
  for (const problem of snapshot.problems) if (!state.snapshot.problems.includes(problem)) news.push(clean(problem));
  const logged = withLog(
    state,
    news.map((text) => ({ at: clock, text })),
  );
  return {
    ...logged,
    snapshot,
    changes,
    verdicts: verdictsOf(snapshot.plugins, state.verdicts),
    message: message ?? state.message,
    marked: new Set([...state.marked].filter((path) => after.has(path))),
  };
}

/** What `v` had read is in the log already. */
function readAgain(known: PluginRecord, record: PluginRecord, { rechecked }: State): boolean {
  if (record.state === 'judged' && record.evidence && rechecked.has(record.evidence)) return false;
  return known.state !== 'judged' || (record.state === 'judged' && known.evidence !== record.evidence);
}

function hostNews(before: CatalogSnapshot, after: CatalogSnapshot): CleanText[] {
  if (before.host === after.host) return [];
  const host = after.host;
  if (host.state === 'read')
    return before.host.state === 'read' && before.host.evidence === host.evidence
      ? []
      : [cleaned`host read: ${host.title} (${host.path})`];
  if (host.state === 'unreadable') return [cleaned`host ${host.path}: ${host.because}`];
  return before.host.state === 'absent' ? [] : [cleaned`no host: ${host.because}`];
}
