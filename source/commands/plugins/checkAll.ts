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
import { hostLine, listLines, relativePath, totalsLine } from './list.js';

/** `ocx plugins check-all`: the list, then every finding that decides, then what opening showed. The exit code is the answer. */
export async function checkAll(options: PlaceOptions & CheckOutputOption & ProbeOptions, shell: Shell): Promise<number> {
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
  const exitCode = exitCodeWith(exitCodeOf(snapshot.plugins), probes);
  if (print) await shell.out.lines(print({ snapshot, probes, exitCode }));
  else if (isCiFormat(output) || output === 'table') await shell.out.lines(tableOf(snapshot, probes, shell));
  else
    await shell.out.lines(
      dataLines(
        withProbes(report({ ...snapshot, plugins: snapshot.plugins.map((record) => asOpened(record, probes)) }), probes),
        output,
      ),
    );
  if (!snapshot.plugins.some(({ state }) => state === 'judged')) await shell.err.lines([nothingJudged(snapshot)]);
  return exitCode;
}

/** An exit code of 0 must not pass for a yes where nothing was looked at: the directory may be the wrong one. */
function nothingJudged({ place, plugins }: CatalogSnapshot): CleanText {
  const where = place.paths.map(relativePath).join(', ');
  if (place.kind === 'discovery file') return cleaned`ocx: nothing was judged: ${where} lists no plugin`;
  const names = plugins.slice(0, 3).map(({ name }) => name);
  const more = plugins.length - names.length;
  const others = names.length === 0 ? 'it is empty' : `it has ${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
  return cleaned`ocx: nothing was judged: no plugin (*.so) in ${where}: ${others}`;
}

async function ciPrinter(format: CiFormat, buildFile: string | undefined) {
  const { ciLines, linesOf } = await import('../output/ci/lines.js');
  const root = process.cwd();
  const entryLine = await linesOf(buildFile, root);
  return (checked: Pick<Checked, 'snapshot' | 'probes' | 'exitCode'>) => ciLines({ ...checked, entryLine, root }, format);
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
