import { layoutOf } from '../layout.js';
import { recordOf, type State } from '../state.js';
import { componentsContent } from './componentsPanel.js';
import type { PanelContent, PanelContext, Shape } from './content.js';
import { findingsContent } from './findingsPanel.js';
import { logContent } from './logPanel.js';
import { manifestContent } from './manifestPanel.js';
import { overviewContent } from './overviewPanel.js';
import type { PanelId } from './panelIds.js';
import { planContent } from './planPanel.js';
import { sectionsContent } from './sectionsPanel.js';
import { symbolsContent } from './symbolsPanel.js';
import { visiblePanel } from './visible.js';

const CONTENTS: Readonly<Record<PanelId, (context: PanelContext) => PanelContent>> = {
  overview: overviewContent,
  manifest: manifestContent,
  components: componentsContent,
  findings: findingsContent,
  plan: planContent,
  log: logContent,
  symbols: symbolsContent,
  sections: sectionsContent,
};

const made = new WeakMap<State, PanelContent>();

/** What the visible panel shows. Made once a state: the reducer and the view both ask. */
export function panelContent(state: State): PanelContent {
  const known = made.get(state);
  if (known) return known;
  const layout = layoutOf(state);
  const content = contentOf(state, state.size.columns, layout.kind === 'panes' ? layout.shape : 'narrow');
  made.set(state, content);
  return content;
}

/** The same in another width, for what is not the screen. */
export function contentOfWidth(state: State, width: number): PanelContent {
  return contentOf(state, width, 'full');
}

function contentOf(state: State, width: number, shape: Shape): PanelContent {
  const id = visiblePanel(state);
  const record = recordOf(state, state.shown);
  const evidence = record?.state === 'judged' ? record.evidence : null;
  const opened = record ? state.opened.get(record.path) : undefined;
  return CONTENTS[id]({
    record,
    snapshot: state.snapshot,
    log: state.log,
    validation: state.validation,
    opened: evidence !== null && opened?.evidence === evidence ? opened : null,
    details: state.details,
    search: state.search,
    form: state.form,
    panel: state.panels[id],
    focused: state.focus === 'panel',
    symbolOrder: state.symbolOrder,
    sectionsView: state.sectionsView,
    componentsView: state.componentsView,
    trial: state.trial,
    hash: evidence && state.hash?.evidence === evidence ? state.hash.text : null,
    width,
    shape,
  });
}
