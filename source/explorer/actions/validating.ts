import type { PluginRecord, Recheck } from '../../catalog/record.js';
import { type CleanText, clean, cleaned } from '../../terminal/clean.js';
import { causeOf } from '../plugins/listRows.js';
import { clockText, counted } from '../quantities.js';
import { type LogCheck, recordOf, type State, type Step } from '../state.js';
import { STANDINGS, standingOf } from '../words.js';
import { withLog } from './logging.js';

/** What `v` is about: the marked files if any are, else the one under the cursor. Only plugins can be judged. */
export function validationTargets(state: State): readonly string[] {
  const paths = state.marked.size > 0 ? [...state.marked] : state.list.current === null ? [] : [state.list.current];
  return paths.filter((path) => recordOf(state, path)?.order != null);
}

export function allTargets(state: State): readonly string[] {
  return state.snapshot.plugins.filter(({ order }) => order !== null).map(({ path }) => path);
}

/** To be read again from the disk and judged again. No plugin is opened by a loader: the log says so. */
export function validate(state: State, paths: readonly string[]): Step {
  return { state, effects: paths.length > 0 ? [{ type: 'validate', paths }] : [] };
}

export function withValidation(state: State, paths: readonly string[], at: Date): State {
  const [first = ''] = paths;
  const what = paths.length === 1 ? cleaned`${recordOf(state, first)?.name ?? first}` : counted(paths.length, 'plugin');
  const begun = withLog(state, [
    { at: clockText(at), text: cleaned`validate: ${what}, read and judged again; none of them is loaded` },
  ]);
  return { ...begun, validation: { of: paths.length, done: 0, seconds: 0 }, rechecked: new Set() };
}

/** One file was read: its line in the log, with what was known of it before. */
export function withRecheck(state: State, path: string, result: Recheck | null, at: Date): State {
  const { validation } = state;
  if (!validation) return state;
  const known = recordOf(state, path);
  const clock = clockText(at);
  const counting: State = { ...state, validation: { ...validation, done: validation.done + 1 } };
  if (!result) return withLog(counting, [{ at: clock, text: cleaned`${known?.name ?? path}: no longer there, not judged` }]);
  const { record } = result;
  const entry = checkOf(record, state, clock, result.milliseconds);
  const rechecked = new Set(state.rechecked);
  if (record.state === 'judged' && record.evidence) rechecked.add(record.evidence);
  return withLog({ ...counting, rechecked, message: validation.of === 1 ? entry.text : counting.message }, [entry]);
}

function checkOf(record: PluginRecord, state: State, at: CleanText, milliseconds: number): LogCheck {
  const standing = standingOf(record);
  const outcome = causeOf(record);
  const took = clean(milliseconds < 1000 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(1)} s`);
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
  };
}

/** The end of it, told by how many of each verdict there are. */
export function withValidationEnd(state: State, at: Date): State {
  const { validation } = state;
  if (!validation) return state;
  const done = validation.done === validation.of ? 'all done' : `stopped after ${validation.done} of ${validation.of}`;
  const entries = validation.of === 1 && validation.done === 1 ? [] : [{ at: clockText(at), text: cleaned`validate: ${done}` }];
  return withLog({ ...state, validation: null }, entries);
}
