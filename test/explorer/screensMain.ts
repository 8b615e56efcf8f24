import { SCREENS, SIZES, screenState } from './screenTable.js';
import { bytesOf } from './still.js';

/** A screen as the bytes that draw it on a blank terminal. */
export interface DrawnScreen {
  readonly name: string;
  readonly columns: number;
  readonly rows: number;
  readonly bytes: string;
}

/** Without colour at one size: what differs is the same everywhere. */
const BARE = new Set(['overview-fails', 'manifest', 'findings', 'help', 'palette', 'damaged']);

/** All screens for docs/screens: in 16 colours at every size, and a few without. `scripts/screens.mjs` bundles and calls it. */
export function drawnScreens(): readonly DrawnScreen[] {
  return Object.entries(SCREENS).flatMap(([name, screenOf]) =>
    SIZES.flatMap(([columns, rows]) => {
      const state = screenState(screenOf, columns, rows);
      const size = `${columns}x${rows}`;
      const colour = { name: `${name}-${size}`, columns, rows, bytes: bytesOf(state, { level: 1 }) };
      if (columns !== 80 || !BARE.has(name)) return [colour];
      return [colour, { name: `${name}-${size}-no-colour`, columns, rows, bytes: bytesOf(state, { level: 0 }) }];
    }),
  );
}
