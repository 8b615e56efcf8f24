import { Box, Text } from 'ink';
import { memo, type ReactNode } from 'react';
import type { Row } from '../row.js';
import type { Styles } from '../theme.js';
import { painted } from './paint.js';

interface PaneViewProps {
  readonly rule: Row;
  readonly rows: readonly Row[];
  readonly height: number;
  readonly styles: Styles;
  /** Below the rows. */
  readonly children?: ReactNode;
}

/** A rule line with its title, and `height` rows under it. Rows are exactly as wide as the screen or shorter. */
export function PaneView({ rule, rows, height, styles, children }: PaneViewProps): ReactNode {
  return (
    <>
      <RowView row={rule} styles={styles} />
      <Box flexDirection="column" height={height} flexShrink={0}>
        {rows.slice(0, height).map((row, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a row is its place on the screen.
          <RowView key={index} row={row} styles={styles} />
        ))}
        {children}
      </Box>
    </>
  );
}

export function RowView({ row, styles }: { row: Row; styles: Styles }): ReactNode {
  return <Line text={painted(row, styles)} />;
}

/** Unchanged rows keep their node, so that Ink lays out only what is new. An empty text would have no height. */
const Line = memo(function Line({ text }: { text: string }): ReactNode {
  return (
    <Box height={1} flexShrink={0}>
      <Text wrap="truncate">{text === '' ? ' ' : text}</Text>
    </Box>
  );
});
