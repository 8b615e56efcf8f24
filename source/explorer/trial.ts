import { type LoadPlan, reordered, type Sequence } from '../plan/plan.js';
import type { State } from './state.js';

/** An order that is tried in memory: nothing on the disk changes. */
export interface Trial {
  /** The plugins it is an order of; other ones, and it is forgotten. */
  readonly paths: readonly string[];
  /** Indices into them. */
  readonly order: readonly number[];
}

/** What panel 6 shows: the plan, or the order that is tried, with the index each row has in the plan. */
export interface ShownPlan {
  readonly plan: LoadPlan;
  readonly sequence: Sequence;
  readonly order: readonly number[];
  readonly isTrial: boolean;
}

let last: { plan: LoadPlan; trial: Trial; sequence: Sequence } | null = null;

/** Null without a host. The last answer is kept: it is asked for many times a frame. */
export function shownPlan({ snapshot, trial }: Pick<State, 'snapshot' | 'trial'>): ShownPlan | null {
  const { plan } = snapshot;
  if (!plan) return null;
  if (!trial || !isOrderOf(trial, plan))
    return { plan, sequence: plan, order: plan.steps.map((_, index) => index), isTrial: false };
  if (last?.plan !== plan || last.trial !== trial) last = { plan, trial, sequence: reordered(plan, trial.order) };
  return { plan, sequence: last.sequence, order: trial.order, isTrial: true };
}

function isOrderOf({ paths }: Trial, { steps }: LoadPlan): boolean {
  return paths.length === steps.length && steps.every(({ candidate }, index) => candidate.path === paths[index]);
}

/** J, K: the plugin under the cursor one place later or earlier; the cursor stays on it. */
export function moveInPlan(state: State, by: 1 | -1): State {
  const shown = shownPlan(state);
  const { cursor } = state.panels.plan;
  const to = cursor + by;
  if (!shown || to < 0 || to >= shown.order.length) return state;
  const order = [...shown.order];
  const [moved] = order.splice(cursor, 1);
  if (moved === undefined) return state;
  order.splice(to, 0, moved);
  return withOrder(state, shown.plan, order, to);
}

/** `o`: the order in which most load, where there is a better one. */
export function tryBest(state: State): State {
  const shown = shownPlan(state);
  const order = shown?.plan.best.order;
  return shown && order ? withOrder(state, shown.plan, order, 0) : state;
}

/** `r`: the order of the directory again. */
export function resetOrder(state: State): State {
  return { ...state, trial: null, panels: { ...state.panels, plan: { ...state.panels.plan, cursor: 0, top: 0 } } };
}

function withOrder(state: State, { steps }: LoadPlan, order: readonly number[], cursor: number): State {
  const isTheirs = order.every((index, place) => index === place);
  const trial = isTheirs ? null : { paths: steps.map(({ candidate }) => candidate.path), order };
  return { ...state, trial, panels: { ...state.panels, plan: { ...state.panels.plan, cursor } } };
}

/** Panel 6 opens at the plugin that the list is at. */
export function atShown(state: State): State {
  const steps = shownPlan(state)?.sequence.steps ?? [];
  const cursor = Math.max(
    0,
    steps.findIndex(({ candidate }) => candidate.path === state.list.current),
  );
  return { ...state, panels: { ...state.panels, plan: { ...state.panels.plan, cursor } } };
}
