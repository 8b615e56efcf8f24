import { describe, expect, it } from 'vitest';
import { stylesOf } from '../../source/explorer/theme.js';
import { stillFrame } from '../../source/explorer/view/stillFrame.js';
import { gridOf } from '../../source/terminal/frame.js';
import { SCREENS, SIZES, screenState } from './screenTable.js';
import { frameOf } from './still.js';

/** What is on the screen before Ink is loaded, which takes longer than all else together. */
describe('the screens that need no Ink', () => {
  const styles = stylesOf('terminal', 1, 'dark');

  it.each(SIZES)('are cell for cell those of Ink, at %ix%i', (columns, rows) => {
    let compared = 0;
    for (const [name, screenOf] of Object.entries(SCREENS)) {
      const state = screenState(screenOf, columns, rows);
      const frame = stillFrame(state, styles);
      if (frame === null) continue;
      compared++;
      expect(gridOf(frame, columns, rows, 'unicode'), name).toEqual(gridOf(frameOf(state), columns, rows, 'unicode'));
    }
    expect(compared).toBeGreaterThan(10);
  });

  it('are all but those with a picker or a table', () => {
    const withComponent = Object.entries(SCREENS).filter(
      ([, screenOf]) => stillFrame(screenState(screenOf, 120, 40), styles) === null,
    );
    expect(withComponent.map(([name]) => name).sort()).toMatchInlineSnapshot(`
      [
        "pick-host",
        "sections",
        "sections-filter",
        "sort",
      ]
    `);
  });
});
