import { visiblePanel } from '../panels/visible.js';
import { type Effect, recordOf, type State, type Step } from '../state.js';

/** What the visible panel lists: read when it is first looked at, and again when the file was read again. */
export function withDetails(state: State): Step {
  const panel = visiblePanel(state);
  if (panel !== 'symbols' && panel !== 'sections') return { state, effects: [] };
  const record = recordOf(state, state.shown);
  if (record?.state !== 'judged' || !record.evidence) return { state, effects: [] };
  if (state.details?.evidence !== record.evidence) {
    const reading: State = { ...state, details: { evidence: record.evidence, state: 'reading' }, search: null };
    return { state: reading, effects: [{ type: 'read details', path: record.path, evidence: record.evidence }] };
  }
  return { state, effects: panel === 'symbols' ? searchFor(state) : [] };
}

/** Another filter, another order, or other names to be filtered. Until something is found the last result stands. */
function searchFor({ details, panels: { symbols }, search, form, symbolOrder: order }: State): readonly Effect[] {
  const { filter } = symbols;
  if (details?.state !== 'read' || !details.of.symbols || (filter === '' && order === 'table')) return [];
  if (search?.filter === filter && search.form === form && search.order === order) return [];
  return [{ type: 'search', source: details.of.symbols, filter, form, order }];
}
