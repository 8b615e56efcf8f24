import { type ConfigCheck, complaintOf } from '../../catalog/configCheck.js';
import { isBad, type Probe } from '../../catalog/probe.js';
import type { PluginRecord, Recheck } from '../../catalog/record.js';
import { type CleanText, clean, cleaned } from '../../terminal/clean.js';
import { quoted } from '../../verdict/shellWord.js';
import { causeOf } from '../plugins/listRows.js';
import { clockText, counted } from '../quantities.js';
import { type LogCheck, type LogRun, type Opening, recordOf, type State, type Step } from '../state.js';
import { STANDINGS, standingOf, standingOfProbe } from '../words.js';
import { withLog } from './logging.js';

/** What `v` is about: the marked files if any are, else the one under the cursor. Only plugins can be judged. */
export function validationTargets(state: State): readonly string[] {
  const paths = state.marked.size > 0 ? [...state.marked] : state.list.current === null ? [] : [state.list.current];
  return paths.filter((path) => recordOf(state, path)?.order != null);
}

export function allTargets(state: State): readonly string[] {
  return state.snapshot.plugins.filter(({ order }) => order !== null).map(({ path }) => path);
}

/** To be read again from the disk, judged again, and opened in a child process of the host where that can be: the log says which. */
export function validate(state: State, paths: readonly string[]): Step {
  return { state, effects: paths.length > 0 ? [{ type: 'validate', paths }] : [] };
}

export function withValidation(state: State, paths: readonly string[], opening: Opening, at: Date): State {
  const [first = ''] = paths;
  const what = paths.length === 1 ? cleaned`${recordOf(state, first)?.name ?? first}` : counted(paths.length, 'plugin');
  const how =
    'seconds' in opening
      ? cleaned`each in its own process, ${opening.seconds} s each`
      : cleaned`read and judged again; none is opened: ${opening.because}`;
  const begun = withLog(state, [{ at: clockText(at), text: cleaned`validate: ${what}, ${how}` }]);
  return { ...begun, validation: { of: paths.length, done: 0, seconds: 0 }, rechecked: new Set() };
}

/** One file was read, and perhaps opened: its line in the log, with what was known of it before. */
export function withRecheck(state: State, path: string, result: Recheck | null, probe: Probe | null, at: Date): State {
  const { validation } = state;
  if (!validation) return state;
  const known = recordOf(state, path);
  const clock = clockText(at);
  const counting: State = { ...state, validation: { ...validation, done: validation.done + 1 } };
  if (!result) return withLog(counting, [{ at: clock, text: cleaned`${known?.name ?? path}: no longer there, not judged` }]);
  const { record } = result;
  const judged = checkOf(record, state, clock, result.milliseconds);
  const entry = probe ? opened(judged, record, probe) : judged;
  const rechecked = new Set(state.rechecked);
  if (record.state === 'judged' && record.evidence) rechecked.add(record.evidence);
  const message = validation.of === 1 ? entry.text : counting.message;
  const changes = new Map(state.changes);
  if (probe && isBad(probe)) changes.set(path, cleaned`${probe.outcome} when it is opened ${clock}`);
  const seen = new Map(state.opened);
  if (probe && record.state === 'judged' && record.evidence)
    seen.set(path, { evidence: record.evidence, text: openedText(probe, clock), ran: probe.outcome !== 'not probed' });
  return withLog({ ...counting, rechecked, changes, message, opened: seen }, [entry, ...disagreement(state, probe, path, clock)]);
}

function checkOf(record: PluginRecord, state: State, at: CleanText, milliseconds: number): LogCheck {
  const standing = standingOf(record);
  const outcome = causeOf(record);
  const took = tookText(milliseconds);
  const was = state.verdicts.get(record.path);
  const judged = record.state === 'judged' ? record.judgement : null;
  const before = clean(!judged ? '' : !was ? 'first time' : was === judged.verdict ? 'as before' : `was ${STANDINGS[was].word}`);
  return {
    at,
    text: cleaned`${standing.sign} ${record.name}: ${standing.word}, ${outcome}, ${took}, ${before}`,
    file: clean(record.name),
    standing,
    outcome,
    took,
    before,
    checked: judged?.checked ?? [],
    notChecked: judged?.notChecked ?? [],
    how: cleaned`read and judged in ${took}, ${before}; not opened`,
  };
}

function tookText(milliseconds: number): CleanText {
  return clean(milliseconds < 1000 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(1)} s`);
}

/** The line of a file that was read, with what opening it showed. */
function opened(judged: LogCheck, record: PluginRecord, probe: Probe): LogCheck {
  const { message, components, milliseconds, asPredicted } = probe;
  if (probe.outcome === 'not probed') return { ...judged, how: cleaned`${judged.how}: ${message ?? ''}` };
  const standing = standingOfProbe(probe);
  const outcome =
    probe.outcome === 'loads'
      ? cleaned`opened, init registered ${counted(components.length, 'factory', 'factories')}`
      : cleaned`${standing.word}: ${message ?? ''}`;
  const took = milliseconds === null ? judged.took : tookText(milliseconds);
  const before = clean(asPredicted === true ? 'as predicted' : asPredicted === false ? 'unpredicted' : '');
  const brought = components.map(({ kind, type }) => `${kind} ${type}`).join(', ');
  const told = before === '' ? 'no byte tells what the code of a plugin does' : before;
  return {
    ...judged,
    text: cleaned`${standing.sign} ${record.name}: ${outcome}, ${took}${before === '' ? '' : `, ${before}`}`,
    standing,
    outcome,
    took,
    before,
    how: cleaned`read and judged in ${judged.took}, ${judged.before}; opened in a child process in ${took}${brought === '' ? '' : `: ${brought}`}; ${told}`,
    notChecked: [],
  };
}

/** For the Overview: `14:02:11 in a child process: processor batch, 38 ms`. */
function openedText(probe: Probe, at: CleanText): CleanText {
  const { outcome, message, components, milliseconds } = probe;
  const brought = components.map(({ kind, type }) => `${kind} ${type}`).join(', ');
  const what = outcome === 'loads' ? `registered ${brought || 'nothing'}` : `${outcome}: ${message ?? ''}`;
  return cleaned`${at}, in a child process: ${what}${milliseconds === null ? '' : `, ${tookText(milliseconds)}`}`;
}

/** The rules said that it loads, and its bytes should have told that it does not: what to attach is behind Enter. */
function disagreement({ snapshot: { host } }: State, probe: Probe | null, path: string, at: CleanText): LogRun[] {
  if (probe?.asPredicted !== false) return [];
  const collector = host.state === 'read' ? host.path : '';
  return [
    {
      at,
      text: clean('! not as predicted: ocx has a bug (Enter says what to attach)'),
      title: clean('not as predicted'),
      lines: [
        clean('ocx said that this plugin loads, and it does not. Please report it, with the plugin and what these print:'),
        clean(''),
        cleaned`${quoted(collector)} plugins probe ${quoted(path)}`,
        cleaned`ocx plugins inspect ${quoted(path)} --collector ${quoted(collector)} --output json`,
      ],
    },
  ];
}

/** What a Collector said of a configuration: its line in the log, all its words behind Enter. */
export function withConfigCheck(state: State, path: string, check: ConfigCheck, at: Date): State {
  const said = check.accepted ? 'valid' : complaintOf(check);
  const text = cleaned`${check.accepted ? '+' : 'x'} ${path}: ${said}, ${tookText(check.milliseconds)}`;
  const lines = check.lines.length === 0 ? [clean('It said nothing, which is yes.')] : check.lines.map((line) => clean(line));
  return { ...withLog(state, [{ at: clockText(at), text, title: clean(path), lines }]), message: text };
}

/** The end of it, told by how many of each verdict there are. */
export function withValidationEnd(state: State, at: Date): State {
  const { validation } = state;
  if (!validation) return state;
  const done = validation.done === validation.of ? 'all done' : `stopped after ${validation.done} of ${validation.of}`;
  const entries = validation.of === 1 && validation.done === 1 ? [] : [{ at: clockText(at), text: cleaned`validate: ${done}` }];
  return withLog({ ...state, validation: null }, entries);
}

/** Leaving stops what runs, so it asks first. */
export function quit(state: State): Step {
  return state.validation ? { state: { ...state, ask: { kind: 'quit' } }, effects: [] } : { state, effects: [{ type: 'quit' }] };
}
