import { listFile } from '../../catalog/listing.js';
import type { JudgedRecord, PluginRecord } from '../../catalog/record.js';
import { scanFile } from '../../catalog/scan.js';
import { type CleanText, clean, cleaned } from '../../terminal/clean.js';
import { askedFrom, type HostOption, hostFrom, type OutputOption, type ProbeOptions, type Shell } from '../options.js';
import { dataLines } from '../output/data.js';
import { findingLines } from '../output/findings.js';
import { disagreementLines, probeText, withProbes } from '../output/probes.js';
import { report } from '../output/report.js';
import { painter, VERDICT_SIGN } from '../output/style.js';
import { type Candidate, exitCodeWith, type Probes, probeCandidates } from '../probing.js';
import { exitCodeOf } from './checkAll.js';
import { hostLine } from './list.js';

export interface ValidateOptions extends HostOption, OutputOption, ProbeOptions {
  readonly files: readonly string[];
}

/** `ocx plugins validate FILE...`: verdict, what was checked, every finding of each file, and what opening it showed. */
export async function validate(options: ValidateOptions, shell: Shell): Promise<number> {
  const named = hostFrom(options, shell.env);
  const snapshots = options.files.map((file) => scanFile(listFile(file), named, shell.now(), askedFrom(options)));
  const candidates = snapshots.flatMap(({ plugins, host }) => plugins.map((record) => ({ record, host })));
  const plugins = candidates.map(({ record }) => record);
  const [first] = snapshots;
  if (!first) return exitCodeOf(plugins);
  const probes = await probeCandidates(candidates, named !== null, options, shell);
  if (options.output === 'table') {
    const lines = candidates.flatMap((candidate) => [
      clean(''),
      ...verdictLines(candidate.record, shell),
      ...triedLines(candidate, probes),
    ]);
    await shell.out.lines([hostLine(first.host), ...lines]);
  } else {
    await shell.out.lines(dataLines(withProbes(report({ ...first, plugins }), probes), options.output));
  }
  return exitCodeWith(exitCodeOf(plugins), probes);
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
