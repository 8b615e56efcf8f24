import { listFile } from '../../catalog/listing.js';
import type { JudgedRecord, PluginRecord } from '../../catalog/record.js';
import { scanFile } from '../../catalog/scan.js';
import { type CleanText, clean, cleaned } from '../../terminal/clean.js';
import { type HostOption, hostFrom, type OutputOption, type Shell } from '../options.js';
import { dataLines } from '../output/data.js';
import { findingLines } from '../output/findings.js';
import { report } from '../output/report.js';
import { painter, VERDICT_SIGN } from '../output/style.js';
import { exitCodeOf } from './checkAll.js';
import { hostLine } from './list.js';

export interface ValidateOptions extends HostOption, OutputOption {
  readonly files: readonly string[];
}

/** `ocx plugins validate FILE...`: verdict, what was checked, and every finding of each file. */
export async function validate(options: ValidateOptions, shell: Shell): Promise<number> {
  const host = hostFrom(options, shell.env);
  const snapshots = options.files.map((file) => scanFile(listFile(file), host, shell.now()));
  const plugins = snapshots.flatMap((snapshot) => snapshot.plugins);
  const [first] = snapshots;
  if (!first) return exitCodeOf(plugins);
  if (options.output === 'table') {
    await shell.out.lines([hostLine(first.host), ...plugins.flatMap((record) => [clean(''), ...verdictLines(record, shell)])]);
  } else {
    await shell.out.lines(dataLines(report({ ...first, plugins }), options.output));
  }
  return exitCodeOf(plugins);
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
