import { createRequire } from 'node:module';
import * as ink from 'ink';

/**
 * Outside the bundle ink-table, which is CommonJS, can't require Ink, which has a top-level await: it is given the Ink
 * that is there already. Import this before anything that draws.
 */
const require = createRequire(import.meta.url);
const path = require.resolve('ink');
require.cache[path] = {
  id: path,
  filename: path,
  loaded: true,
  exports: ink,
  children: [],
  paths: [],
  path,
} as unknown as NodeJS.Module;
