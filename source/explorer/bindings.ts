import type { Binding } from './bindings/binding.js';
import { FILES } from './bindings/files.js';
import { GOING_IN } from './bindings/goingIn.js';
import { MATCHING } from './bindings/matching.js';
import { MOVING } from './bindings/moving.js';
import { ONE_PANEL } from './bindings/onePanel.js';
import { PANES } from './bindings/panes.js';
import { PROGRAM } from './bindings/program.js';
import { ROW } from './bindings/row.js';
import { VALIDATING } from './bindings/validating.js';

/** The first that fits counts. The key row shows hints in this order until it is full. */
export const BINDINGS: readonly Binding[] = [
  ...GOING_IN,
  ...ROW,
  ...MATCHING,
  ...VALIDATING,
  ...ONE_PANEL,
  ...PANES,
  ...FILES,
  ...MOVING,
  ...PROGRAM,
];
