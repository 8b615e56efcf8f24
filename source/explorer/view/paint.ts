import { sgrOf, UNDERLINE } from '../../terminal/cellStyle.js';
import type { Row } from '../row.js';
import type { Styles } from '../theme.js';

/** A row as text with SGR, for one Ink `<Text>`. The painter reads the styles back and writes what changed. */
export function painted(row: Row, styles: Styles): string {
  let text = '';
  for (const { text: part, role, underline } of row) {
    const style = styles[role] | (underline ? UNDERLINE : 0);
    text += style === 0 ? part : `${sgrOf(style)}${part}\x1b[0m`;
  }
  return text;
}
