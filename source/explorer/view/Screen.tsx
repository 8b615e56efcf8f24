import { Box } from 'ink';
import type { ReactNode } from 'react';
import { clean } from '../../terminal/clean.js';
import { LEAST, layoutOf, type Panes } from '../layout.js';
import { cutRow, span } from '../row.js';
import type { Action, State } from '../state.js';
import type { Styles } from '../theme.js';
import { explainPane, pagePane } from './explainSheet.js';
import { helpPane } from './helpSheet.js';
import { keyRow } from './keyRow.js';
import { PaneView, RowView } from './PaneView.js';
import { Picker } from './Picker.js';
import { palettePane } from './paletteSheet.js';
import { listPane, type Pane, panelPane } from './pane.js';
import { SmallTable } from './SmallTable.js';
import { titleRow, totalsRow } from './titleRows.js';

interface ScreenProps {
  readonly state: State;
  readonly styles: Styles;
  readonly dispatch: (action: Action) => void;
  readonly onPickerSettled: () => void;
}

/** The whole screen, as a function of the state. */
export function Screen({ state, styles, dispatch, onPickerSettled }: ScreenProps): ReactNode {
  const { columns, rows } = state.size;
  const layout = layoutOf(state);
  if (layout.kind === 'too small') {
    const text = clean(`${LEAST.columns}x${LEAST.rows} needed, this is ${columns}x${rows}`);
    return <RowView row={cutRow([span(text)], columns)} styles={styles} />;
  }
  return (
    <Box flexDirection="column" width={columns} height={rows}>
      {layout.title ? <RowView row={titleRow(state.snapshot, columns, !layout.totals)} styles={styles} /> : null}
      {layout.totals ? <RowView row={totalsRow(state.snapshot, columns)} styles={styles} /> : null}
      <Body state={state} styles={styles} dispatch={dispatch} onPickerSettled={onPickerSettled} layout={layout} />
      <RowView row={keyRow(state, columns)} styles={styles} />
    </Box>
  );
}

/** The panes; a sheet takes the panel's place, or that of the only pane. */
function Body({ state, styles, dispatch, onPickerSettled, layout }: ScreenProps & { readonly layout: Panes }): ReactNode {
  const both = layout.list > 0 && layout.panel > 0;
  const list =
    layout.list > 0 && (both || !state.sheet) ? (
      <PaneView {...listPane(state, layout)} height={layout.list} styles={styles} />
    ) : null;
  if (state.sheet) {
    return (
      <>
        {list}
        <SheetView
          state={state}
          styles={styles}
          dispatch={dispatch}
          onPickerSettled={onPickerSettled}
          height={layout.panel > 0 ? layout.panel : layout.list}
        />
      </>
    );
  }
  return (
    <>
      {list}
      {layout.panel > 0 ? <PanelView state={state} styles={styles} layout={layout} /> : null}
    </>
  );
}

function PanelView({ state, styles, layout }: { state: State; styles: Styles; layout: Panes }): ReactNode {
  const { table, ...pane } = panelPane(state, layout);
  return (
    <PaneView {...pane} height={layout.panel} styles={styles}>
      {table ? <SmallTable {...table} styles={styles} /> : null}
    </PaneView>
  );
}

function SheetView({ state, styles, dispatch, onPickerSettled, height }: ScreenProps & { readonly height: number }): ReactNode {
  const { columns } = state.size;
  if (state.sheet?.kind === 'pick') {
    return (
      <Picker
        sheet={state.sheet}
        columns={columns}
        height={height}
        styles={styles}
        onHighlight={(index) => dispatch({ type: 'pick highlighted', index })}
        onChoose={(index) => dispatch({ type: 'picked', index })}
        onSettled={onPickerSettled}
      />
    );
  }
  return <PaneView {...sheetPane(state, columns, height)} height={height} styles={styles} />;
}

function sheetPane(state: State, columns: number, height: number): Pane {
  if (state.sheet?.kind === 'explain') return explainPane(state.sheet.code, state.sheet.top, columns, height);
  if (state.sheet?.kind === 'page') return pagePane(state.sheet.title, state.sheet.lines, state.sheet.top, columns, height);
  if (state.sheet?.kind === 'palette') return palettePane(state, state.sheet, columns, height);
  return helpPane(state, columns, height);
}
