import { Box } from 'ink';
import SelectInput from 'ink-select-input';
import { type ReactNode, useEffect } from 'react';
import { type CleanText, clean } from '../../terminal/clean.js';
import { fit } from '../../terminal/fit.js';
import { SORT_ORDERS, type SortOrder } from '../plugins/order.js';
import { rule, span } from '../row.js';
import type { Styles } from '../theme.js';
import { PaneView, RowView } from './PaneView.js';

const LIMIT = 12;
const WORDS: Readonly<Record<SortOrder, CleanText>> = {
  'load order': clean('load order'),
  verdict: clean('verdict: crashes, fails, refused, unknown, loads'),
  name: clean('name'),
  size: clean('size, largest first'),
};

interface SortPickerProps {
  readonly current: SortOrder;
  readonly columns: number;
  readonly height: number;
  readonly styles: Styles;
  readonly onHighlight: (order: SortOrder) => void;
  readonly onChoose: (order: SortOrder) => void;
  /** The picker has taken in what was pressed, and listens again. */
  readonly onSettled: () => void;
}

/** ink-select-input has the keys while it is open (j k, arrows, 1-4, Enter); the sheet around it is ours. */
export function SortPicker({ current, columns, height, styles, onHighlight, onChoose, onSettled }: SortPickerProps): ReactNode {
  const items = SORT_ORDERS.map((value, index) => ({
    label: fit(clean(`${index + 1} ${WORDS[value]}`), columns - 4, 'end'),
    value,
  }));
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
  return (
    <>
      <PaneView
        rule={rule([span(clean('Sort by'), 'strong')], clean(current), columns, 'heavy')}
        rows={[]}
        height={0}
        styles={styles}
      />
      <Box flexDirection="column" height={height} flexShrink={0}>
        <SelectInput
          items={items}
          initialIndex={SORT_ORDERS.indexOf(current)}
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
