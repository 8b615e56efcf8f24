import { cpSync } from 'node:fs';
import { join } from 'node:path';

/** The built program, set aside, so that a build that runs meanwhile does not change what is measured. */
export function copyOfDist(scratch) {
  cpSync('dist', join(scratch, 'dist'), { recursive: true });
  cpSync('package.json', join(scratch, 'package.json'));
  return join(scratch, 'dist/cli.js');
}
