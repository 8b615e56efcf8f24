import type { CatalogSnapshot } from '../../catalog/record.js';
import { cleaned } from '../../terminal/clean.js';
import type { Place } from '../elsewhere.js';
import { initialState, type State } from '../state.js';
import { said } from './asking.js';

/** Another directory or another host: a fresh start, but for what the person has set up, and the log. */
export function withOpened(state: State, place: Place, snapshot: CatalogSnapshot, at: Date): State {
  const fresh = initialState(snapshot, state.size);
  const { log, recent, form, symbolOrder, zoomed } = state;
  const { sort } = state.list;
  // With another host the files are the same ones.
  const current = snapshot.plugins.find(({ path }) => path === state.list.current)?.path ?? fresh.list.current;
  const opened: State = {
    ...fresh,
    log,
    recent,
    form,
    symbolOrder,
    zoomed,
    panel: state.panel,
    list: { ...fresh.list, sort, current },
    shown: current,
  };
  return said(opened, place.kind === 'host' ? cleaned`host is ${place.path}` : cleaned`opened ${place.path}`, at);
}
