import { Box } from 'ink';
import type { ReactNode } from 'react';
import type { Action, State } from '../state.js';
import type { Styles } from '../theme.js';
import { Picker } from './Picker.js';
import { RowView } from './RowView.js';
import { SmallTable } from './SmallTable.js';
import { type Part, screenParts } from './screenParts.js';

interface ScreenProps {
  readonly state: State;
  readonly styles: Styles;
  readonly dispatch: (action: Action) => void;
  readonly onPickerSettled: () => void;
}

/** The whole screen, as a function of the state. */
export function Screen({ state, ...rest }: ScreenProps): ReactNode {
  const { columns, rows } = state.size;
  return (
    <Box flexDirection="column" width={columns} height={rows}>
      {screenParts(state).map((part, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a row is its place on the screen.
        <PartView key={index} part={part} columns={columns} {...rest} />
      ))}
    </Box>
  );
}

type PartProps = Omit<ScreenProps, 'state'> & { readonly part: Part; readonly columns: number };

function PartView({ part, columns, styles, dispatch, onPickerSettled }: PartProps): ReactNode {
  switch (part.kind) {
    case 'row':
      return <RowView row={part.row} styles={styles} />;
    case 'table':
      return (
        <Box flexDirection="column" height={part.height} flexShrink={0}>
          <SmallTable {...part.table} styles={styles} />
        </Box>
      );
    case 'picker':
      return (
        <Picker
          sheet={part.sheet}
          columns={columns}
          height={part.height - 1}
          styles={styles}
          onHighlight={(index) => dispatch({ type: 'pick highlighted', index })}
          onChoose={(index) => dispatch({ type: 'picked', index })}
          onSettled={onPickerSettled}
        />
      );
  }
}
