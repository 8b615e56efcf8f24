import { PlaceError } from '../../catalog/discovery.js';
import type { CatalogSnapshot, PluginRecord } from '../../catalog/record.js';
import { scan } from '../../catalog/scan.js';
import { type CleanText, clean, cleaned } from '../../terminal/clean.js';
import {
  askedFrom,
  type CheckOutputOption,
  EXIT,
  hostFrom,
  type PlaceOptions,
  type ProbeOptions,
  placeFrom,
  type Shell,
} from '../options.js';
import type { Checked } from '../output/ci/checked.js';
import { type CiFormat, isCiFormat } from '../output/ci/format.js';
import { dataLines } from '../output/data.js';
import { findingLines } from '../output/findings.js';
import { planLines } from '../output/planLines.js';
import { probeLines, withProbes } from '../output/probes.js';
import { report } from '../output/report.js';
import { painter } from '../output/style.js';
import { asOpened, exitCodeWith, type Probes, probeCandidates } from '../probing.js';
import { hostLine, listLines, totalsLine } from './list.js';
import { placesWithoutPlugins } from './withoutPlugins.js';

export interface CheckAllOptions extends PlaceOptions, CheckOutputOption, ProbeOptions {
  /** Whether a place without plugins is as it should be. */
  readonly allowEmpty: boolean;
}

/**
 * `ocx plugins check-all`: the list, then every finding that decides, then what opening showed. The exit code is the answer, and no yes
 * where there was no question.
 */
export async function checkAll(options: CheckAllOptions, shell: Shell): Promise<number> {
  const named = hostFrom(options, shell.env);
  const snapshot = scan({
    place: placeFrom(options, shell.env),
    host: named,
    ...askedFrom(options, shell.env),
    recursive: options.recursive,
    now: shell.now(),
  });
  const { host } = snapshot;
  const { output } = options;
  // Before anything is opened: a wrong build file is found at once.
  const print = isCiFormat(output) ? await ciPrinter(output, options.buildFile) : null;
  if (options.buildFile !== undefined && !print) throw new PlaceError('--build-file is for --output sarif and junit');
  const candidates = snapshot.plugins.map((record) => ({ record, host }));
  const probes = await probeCandidates(candidates, named !== null, options, shell);
  const unanswered = options.allowEmpty ? [] : placesWithoutPlugins(snapshot);
  const exitCode = unanswered.length > 0 ? EXIT.usage : exitCodeWith(exitCodeOf(snapshot.plugins), probes);
  if (print) await shell.out.lines(print({ snapshot, probes, exitCode, unanswered }));
  else if (isCiFormat(output) || output === 'table') await shell.out.lines(tableOf(snapshot, probes, shell));
  else
    await shell.out.lines(
      dataLines(
        withProbes(report({ ...snapshot, plugins: snapshot.plugins.map((record) => asOpened(record, probes)) }), probes),
        output,
      ),
    );
  await shell.err.lines(unanswered.map((sentence) => cleaned`ocx: ${sentence}`));
  return exitCode;
}

async function ciPrinter(format: CiFormat, buildFile: string | undefined) {
  const { ciLines, linesOf } = await import('../output/ci/lines.js');
  const root = process.cwd();
  const entryLine = await linesOf(buildFile, root);
  return (checked: Omit<Checked, 'entryLine' | 'root'>) => ciLines({ ...checked, entryLine, root }, format);
}

function tableOf(snapshot: CatalogSnapshot, probes: Probes | null, shell: Shell): CleanText[] {
  const { host, plugins } = snapshot;
  const paint = painter(shell.out.colour);
  const findings = plugins.flatMap((record): CleanText[] => {
    if (record.state !== 'judged' || record.judgement.verdict === 'loads') return [];
    return record.judgement.findings.flatMap((finding) => [clean(''), ...findingLines(finding, record.name, paint)]);
  });
  return [
    hostLine(host),
    clean(''),
    ...listLines(snapshot, shell),
    ...planLines(snapshot),
    ...findings,
    clean(''),
    ...probeLines(plugins, probes, host.state === 'read' ? host.path : '', paint),
    totalsLine(snapshot),
  ];
}

/** 1 for any refused, fails, crashes or damaged plugin; else 3 for any unknown; else 0. Ignored files never count. */
export function exitCodeOf(plugins: readonly PluginRecord[]): number {
  const verdicts = plugins.flatMap((record) => (record.state === 'judged' ? [record.judgement.verdict] : []));
  if (verdicts.some((verdict) => verdict === 'refused' || verdict === 'fails' || verdict === 'crashes')) return EXIT.bad;
  return verdicts.includes('unknown') ? EXIT.unknown : EXIT.ok;
}
