import { Text } from 'ink';
import { memo, type ReactNode } from 'react';
import type { Row } from '../row.js';
import type { Styles } from '../theme.js';
import { painted } from './paint.js';

/** One row of the screen, exactly as wide as it or shorter. */
export function RowView({ row, styles }: { row: Row; styles: Styles }): ReactNode {
  return <Line text={painted(row, styles)} />;
}

/** Unchanged rows keep their node, so that Ink lays out only what is new. An empty text would have no height. */
const Line = memo(function Line({ text }: { text: string }): ReactNode {
  return <Text wrap="truncate">{text === '' ? ' ' : text}</Text>;
});
