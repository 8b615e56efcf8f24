import { Box } from 'ink';
import SelectInput from 'ink-select-input';
import { type ReactNode, useEffect, useMemo } from 'react';
import { clean, cleaned } from '../../terminal/clean.js';
import { fit } from '../../terminal/fit.js';
import { rule, span } from '../row.js';
import type { PickSheet } from '../state.js';
import type { Styles } from '../theme.js';
import { RowView } from './RowView.js';

const LIMIT = 12;
const TITLES: Readonly<Record<PickSheet['of'], string>> = {
  sort: 'Sort by',
  'symbol sort': 'Sort by',
  host: 'Judge against',
  directory: 'Open',
};

interface PickerProps {
  readonly sheet: PickSheet;
  readonly columns: number;
  readonly height: number;
  readonly styles: Styles;
  readonly onHighlight: (index: number) => void;
  readonly onChoose: (index: number) => void;
  /** The picker has taken in what was pressed, and listens again. */
  readonly onSettled: () => void;
}

/** ink-select-input has the keys while it is open (j k, arrows, digits, Enter); the sheet around it is ours. */
export function Picker({ sheet, columns, height, styles, onHighlight, onChoose, onSettled }: PickerProps): ReactNode {
  // The same list as long as the sheet is open: another one would send the cursor back to its first row.
  const items = useMemo(
    () =>
      sheet.items.map(({ label }, value) => ({
        label: fit(
          value < 9 ? cleaned`${value + 1} ${label}` : cleaned`  ${label}`,
          columns - 4,
          sheet.of.endsWith('sort') ? 'end' : 'path',
        ),
        value,
      })),
    [sheet.items, sheet.of, columns],
  );
  const Indicator = ({ isSelected }: { isSelected?: boolean }) => (
    <RowView row={[span(clean(isSelected ? '>  ' : '   '), 'focus')]} styles={styles} />
  );
  const Item = ({ isSelected, label }: { isSelected?: boolean; label: string }) => {
    // Runs with the effects of the picker above it, one of which is its listening for the next key.
    useEffect(() => {
      if (isSelected) onSettled();
    });
    return <RowView row={[span(clean(label), isSelected ? 'current' : 'plain')]} styles={styles} />;
  };
  const note = cleaned`${sheet.highlighted + 1} of ${items.length}`;
  return (
    <>
      <RowView row={rule([span(clean(TITLES[sheet.of]), 'strong')], note, columns, 'heavy')} styles={styles} />
      <Box flexDirection="column" height={height} flexShrink={0}>
        <SelectInput
          items={items}
          initialIndex={sheet.highlighted}
          limit={Math.min(LIMIT, height)}
          indicatorComponent={Indicator}
          itemComponent={Item}
          onHighlight={({ value }) => onHighlight(value)}
          onSelect={({ value }) => onChoose(value)}
        />
      </Box>
    </>
  );
}
