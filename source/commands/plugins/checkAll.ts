import type { PluginRecord } from '../../catalog/record.js';
import { scan } from '../../catalog/scan.js';
import { type CleanText, clean } from '../../terminal/clean.js';
import {
  askedFrom,
  EXIT,
  hostFrom,
  type OutputOption,
  type PlaceOptions,
  type ProbeOptions,
  placeFrom,
  type Shell,
} from '../options.js';
import { dataLines } from '../output/data.js';
import { findingLines } from '../output/findings.js';
import { planLines } from '../output/planLines.js';
import { probeLines, withProbes } from '../output/probes.js';
import { report } from '../output/report.js';
import { painter } from '../output/style.js';
import { exitCodeWith, probeCandidates } from '../probing.js';
import { hostLine, listLines, totalsLine } from './list.js';

/** `ocx plugins check-all`: the list, then every finding that decides, then what opening showed. The exit code is the answer. */
export async function checkAll(options: PlaceOptions & OutputOption & ProbeOptions, shell: Shell): Promise<number> {
  const named = hostFrom(options, shell.env);
  const snapshot = scan({
    place: placeFrom(options, shell.env),
    host: named,
    ...askedFrom(options),
    recursive: options.recursive,
    now: shell.now(),
  });
  const { host } = snapshot;
  const candidates = snapshot.plugins.map((record) => ({ record, host }));
  const probes = await probeCandidates(candidates, named !== null, options, shell);
  if (options.output === 'table') {
    const paint = painter(shell.out.colour);
    const findings = snapshot.plugins.flatMap((record): CleanText[] => {
      if (record.state !== 'judged' || record.judgement.verdict === 'loads') return [];
      return record.judgement.findings.flatMap((finding) => [clean(''), ...findingLines(finding, record.name, paint)]);
    });
    await shell.out.lines([
      hostLine(snapshot.host),
      clean(''),
      ...listLines(snapshot, shell),
      ...planLines(snapshot),
      ...findings,
      clean(''),
      ...probeLines(snapshot.plugins, probes, host.state === 'read' ? host.path : '', paint),
      totalsLine(snapshot),
    ]);
  } else {
    await shell.out.lines(dataLines(withProbes(report(snapshot), probes), options.output));
  }
  return exitCodeWith(exitCodeOf(snapshot.plugins), probes);
}

/** 1 for any refused, fails, crashes or damaged plugin; else 3 for any unknown; else 0. Ignored files never count. */
export function exitCodeOf(plugins: readonly PluginRecord[]): number {
  const verdicts = plugins.flatMap((record) => (record.state === 'judged' ? [record.judgement.verdict] : []));
  if (verdicts.some((verdict) => verdict === 'refused' || verdict === 'fails' || verdict === 'crashes')) return EXIT.bad;
  return verdicts.includes('unknown') ? EXIT.unknown : EXIT.ok;
}
