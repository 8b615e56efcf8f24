import { PlaceError } from '../../catalog/discovery.js';
import type { InDirectory } from '../../catalog/inDirectory.js';
import { type ListedPlugin, listFile } from '../../catalog/listing.js';
import type { JudgedRecord, PluginRecord } from '../../catalog/record.js';
import { scanFile } from '../../catalog/scan.js';
import { type CleanText, clean, cleaned } from '../../terminal/clean.js';
import { askedFrom, EXIT, type HostOption, hostFrom, type OutputOption, type ProbeOptions, type Shell } from '../options.js';
import { dataLines } from '../output/data.js';
import { findingLines } from '../output/findings.js';
import { withPlaces } from '../output/placeReport.js';
import { disagreementLines, probeText, withProbes } from '../output/probes.js';
import { report } from '../output/report.js';
import { painter, VERDICT_SIGN } from '../output/style.js';
import { asOpened, type Candidate, exitCodeWith, type Probes, probeCandidates } from '../probing.js';
import { exitCodeOf } from './checkAll.js';
import { hostLine } from './list.js';

export interface ValidateOptions extends HostOption, OutputOption, ProbeOptions {
  readonly files: readonly string[];
}

/**
 * `ocx plugins validate FILE...`: verdict, what was checked, every finding of each file, what opening it showed, and how it fares after those
 * that its directory has before it.
 */
export async function validate(options: ValidateOptions, shell: Shell): Promise<number> {
  const named = hostFrom(options, shell.env);
  const { listed, missing } = listFiles(options.files);
  const snapshots = listed.map((file) =>
    scanFile(file, named, shell.now(), { ...askedFrom(options, shell.env), inDirectory: true }),
  );
  const candidates = snapshots.flatMap(({ plugins, host, inDirectory }) =>
    plugins.map((record) => ({ record, host, inDirectory })),
  );
  const plugins = candidates.map(({ record }) => record);
  const [first] = snapshots;
  const places = snapshots.map((snapshot) => snapshot.inDirectory);
  const judged = [...plugins, ...places.flatMap((place) => (place ? [place.record] : []))];
  if (!first) return exitCodeOf(judged);
  const probes = await probeCandidates(candidates, named !== null, options, shell);
  if (options.output === 'table') {
    const lines = candidates.flatMap((candidate) => [
      clean(''),
      ...verdictLines(asOpened(candidate.record, probes), shell),
      ...placeLines(candidate.inDirectory, shell),
      ...triedLines(candidate, probes),
    ]);
    await shell.out.lines([hostLine(first.host), ...lines]);
  } else {
    await shell.out.lines(
      dataLines(
        withProbes(withPlaces(report({ ...first, plugins: plugins.map((record) => asOpened(record, probes)) }), places), probes),
        options.output,
      ),
    );
  }
  await shell.err.lines(missing.map((sentence) => cleaned`ocx: ${sentence}`));
  return missing.length > 0 ? EXIT.usage : exitCodeWith(exitCodeOf(judged), probes);
}

/**
 * What is there of the files, and a sentence for each that is not: a misspelled name hides no verdict.
 * @throws PlaceError when none is there.
 */
function listFiles(files: readonly string[]): { listed: readonly ListedPlugin[]; missing: readonly string[] } {
  const listed: ListedPlugin[] = [];
  const missing: string[] = [];
  for (const file of files)
    try {
      listed.push(listFile(file));
    } catch (error) {
      if (!(error instanceof PlaceError)) throw error;
      missing.push(error.message);
    }
  if (listed.length === 0 && missing.length > 0) throw new PlaceError(missing.join('; '));
  return { listed, missing };
}

/** How it fares where it lies, if anything is opened there before it; each finding that it has only there. */
function placeLines(place: InDirectory | null, { out }: Pick<Shell, 'out'>): CleanText[] {
  if (!place || place.record.order === 1) return [];
  const { record, brokenBy } = place;
  const { alone, judgement, order, name } = record;
  const where = cleaned`at place ${order ?? 0} of its directory`;
  if (alone.verdict === judgement.verdict) return [clean(''), cleaned`  ${where}: ${judgement.verdict} there too`];
  const paint = painter(out.colour);
  const by = brokenBy.length === 0 ? '' : ` (${brokenBy.map(({ order: at, name: who }) => `${at} is ${who}`).join(', ')})`;
  const known = new Set(alone.findings.map(({ code }) => code));
  return [
    clean(''),
    `  ${where}: ${paint(clean(`${VERDICT_SIGN[judgement.verdict]} ${judgement.verdict}`), judgement.verdict)}  ${clean(record.cause)}${clean(by)}` as CleanText,
    ...judgement.findings
      .filter(({ code }) => !known.has(code))
      .flatMap((finding) => [clean(''), ...findingLines(finding, name, paint)]),
  ];
}

function triedLines({ record, host }: Candidate, probes: Probes | null): CleanText[] {
  const probe = probes?.get(record.path);
  if (!probe || record.state !== 'judged') return [];
  if (probe.outcome === 'not probed' && record.judgement.verdict !== 'loads') return [];
  const collector = host.state === 'read' ? host.path : '';
  return [clean(''), cleaned`  ${probeText(probe)}`, ...disagreementLines(probe, record.path, collector)];
}

/** Verdict and reasons of one plugin. */
export function verdictLines(record: PluginRecord, { out }: Pick<Shell, 'out'>): CleanText[] {
  if (record.state !== 'judged') return [cleaned`o ignored  ${record.name}`];
  const paint = painter(out.colour);
  const { judgement, name } = record;
  const { verdict, load, policy, checked, notChecked, findings } = judgement;
  return [
    `${paint(clean(`${VERDICT_SIGN[verdict]} ${verdict}`), verdict)}  ${clean(name)}  ${clean(record.cause)}` as CleanText,
    cleaned`  load ${load}, policy ${policy}${nearMiss(record)}`,
    cleaned`  checked: ${checked.length === 0 ? 'nothing' : checked.join(', ')}`,
    ...(notChecked.length === 0 ? [] : [cleaned`  not checked: ${notChecked.join(', ')}`]),
    ...findings.flatMap((finding) => [clean(''), ...findingLines(finding, name, paint)]),
  ];
}

function nearMiss({ judgement: { verdict, load } }: JudgedRecord): string {
  return verdict === 'refused' && load === 'loads' ? ': it would load, the policy refuses it' : '';
}
