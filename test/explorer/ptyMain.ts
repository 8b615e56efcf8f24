import { writeFileSync } from 'node:fs';
import { openCatalog } from '../../source/catalog/live.js';
import { openExplorer } from '../../source/explorer/open.js';
import { EXAMPLE } from './example.js';
import { FakeCatalog } from './fakeCatalog.js';
import { NO_PROBER } from './noProber.js';
import { NOWHERE } from './nowhere.js';

/** The explorer over the example directory, as a program of its own: bundled, then run in a pseudo-terminal. */
const [pidFile, fault] = process.argv.slice(2);
if (pidFile) writeFileSync(pidFile, String(process.pid));
const catalog = new FakeCatalog(EXAMPLE);
const real = () =>
  openCatalog({ place: { paths: ['fixtures/plugins'], kind: 'directories' }, host: 'fixtures/otelcol', recursive: false });
// A reaction to a picture that can't be drawn stands for any fault of ours.
if (fault === 'throws') process.on('SIGUSR2', () => catalog.show(null as never));
// One that only drawing trips over.
if (fault === 'draws') process.on('SIGUSR2', () => catalog.show({ ...EXAMPLE, place: null as never }));

process.exitCode = await openExplorer({
  catalog: fault === 'real' ? real() : catalog,
  elsewhere: NOWHERE,
  prober: NO_PROBER,
  stdin: process.stdin,
  stdout: process.stdout,
  theme: 'terminal',
  ascii: undefined,
  env: process.env,
  now: () => new Date(),
});
