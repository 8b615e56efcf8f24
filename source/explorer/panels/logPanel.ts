import { clean, cleaned } from '../../terminal/clean.js';
import { matcherOf } from '../matcher.js';
import { blanks, cell, type Row, span } from '../row.js';
import { contentOf, type PanelContent, type PanelContext } from './content.js';

/** What happened since the explorer opened, newest at the bottom. */
export function logContent(context: PanelContext): PanelContent {
  const filter = matcherOf(context.panel.filter);
  const entries = context.log.filter(({ text }) => filter.matches(text));
  const blocks = entries.map(({ at, text }) => ({
    height: 1,
    text: clean(`${at}  ${text}`),
    draw: (current: boolean): readonly Row[] => [
      [
        span(clean(current ? '>' : ' '), 'focus'),
        span(at, current ? 'current' : 'secondary'),
        blanks(2),
        cell(text, context.width - 11, 'end'),
      ],
    ],
  }));
  const heading: Row[] =
    context.log.length === 0 ? [[blanks(3), span(clean('Nothing has changed since the explorer opened.'))]] : [];
  const below = blocks.length - 1 - context.panel.cursor;
  return contentOf(below > 0 ? cleaned`follow off, ${below} below` : clean(''), heading, blocks);
}
