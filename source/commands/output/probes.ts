import type { Probe } from '../../catalog/probe.js';
import type { PluginRecord } from '../../catalog/record.js';
import { type CleanText, clean, cleaned } from '../../terminal/clean.js';
import { quoted } from '../../verdict/shellWord.js';
import type { Probes } from '../probing.js';
import type { report } from './report.js';
import type { Style } from './style.js';

type Report = ReturnType<typeof report>;

/** The report with what opening showed, as `probe` of each plugin; unchanged when nothing was to be opened. */
export function withProbes(data: Report, probes: Probes | null): Report {
  if (probes === null) return data;
  const plugins = data.plugins.map((plugin) => {
    const probe = probes.get(plugin.path);
    return probe && plugin.state === 'judged' ? { ...plugin, probe: probeReport(probe) } : plugin;
  });
  return { ...data, plugins };
}

function probeReport({ outcome, message, components, milliseconds, asPredicted }: Probe) {
  return { outcome, message, components, milliseconds, as_predicted: asPredicted };
}

const SIGN: Readonly<Record<Probe['outcome'], string>> = {
  loads: '+',
  fails: 'x',
  panics: '!',
  exits: '!',
  crashes: '!',
  hangs: '!',
  'not probed': '?',
};

export function probeSign({ outcome }: Probe): { readonly sign: CleanText; readonly style: Style } {
  const style = outcome === 'loads' ? 'loads' : outcome === 'not probed' ? 'unknown' : outcome === 'fails' ? 'fails' : 'crashes';
  return { sign: clean(SIGN[outcome]), style };
}

/** `tried in a child process: loads (38 ms): processor batch, as predicted`. */
export function probeText({ outcome, message, components, milliseconds, asPredicted }: Probe): CleanText {
  if (outcome === 'not probed') return cleaned`not probed: ${message ?? 'no reason is given'}`;
  const took = milliseconds === null ? '' : ` (${milliseconds} ms)`;
  const because = message === null ? '' : `: ${message}`;
  const brought = components.map(({ kind, type }) => `${kind} ${type}`).join(', ');
  const brings = brought === '' ? '' : `: ${brought}`;
  return cleaned`tried in a child process: ${outcome}${took}${because}${brings}${asPredicted ? ', as predicted' : ''}`;
}

/** What to attach when the rules said that a plugin loads, and it does not. */
export function disagreementLines({ asPredicted }: Probe, plugin: string, collector: string): CleanText[] {
  if (asPredicted !== false) return [];
  return [
    clean('  ! not as predicted: this is a bug of ocx. Attach the plugin, and what these print:'),
    cleaned`      ${quoted(collector)} plugins probe ${quoted(plugin)}`,
    cleaned`      ocx plugins inspect ${quoted(plugin)} --collector ${quoted(collector)} --output json`,
  ];
}

/** One line for each plugin that was tried, why others that would load were not, once; and a blank one. */
export function probeLines(
  plugins: readonly PluginRecord[],
  probes: Probes | null,
  collector: string,
  paint: (text: CleanText, style: Style) => CleanText,
): CleanText[] {
  const lines: CleanText[] = [];
  let untried: string | null = null;
  for (const record of plugins) {
    const probe = probes?.get(record.path);
    if (!probe || record.state !== 'judged') continue;
    if (probe.outcome === 'not probed') {
      if (record.judgement.verdict === 'loads') untried ??= probe.message;
      continue;
    }
    const { sign, style } = probeSign(probe);
    lines.push(
      `${paint(sign, style)} ${clean(record.name)}  ${probeText(probe)}` as CleanText,
      ...disagreementLines(probe, record.path, collector),
    );
  }
  if (untried !== null) lines.push(cleaned`not probed: ${untried}`);
  return lines.length === 0 ? lines : [...lines, clean('')];
}
