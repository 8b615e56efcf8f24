import { existsSync } from 'node:fs';
import { PlaceError } from '../catalog/discovery.js';
import { openCatalog } from '../catalog/live.js';
import type { Place } from '../catalog/record.js';
import { scan } from '../catalog/scan.js';
import { Beside } from '../explorer/beside.js';
import { clean } from '../terminal/clean.js';
import { didYouMean } from './didYouMean.js';
import { askedFrom, EXIT, hostFrom, type PlaceOptions, placeFrom, type Shell } from './options.js';
import { hostLine, listLines, totalsLine } from './plugins/list.js';
import { proberOf } from './prober.js';

export interface ExploreOptions extends PlaceOptions {
  readonly theme: 'terminal' | 'dark' | 'light' | 'colour-blind' | 'high-contrast';
  readonly ascii: boolean | undefined;
}

/** The place; where its first word is no directory but looks like a command, that command. @throws PlaceError */
function placeOrCommand(options: ExploreOptions, shell: Shell): Place {
  try {
    return placeFrom(options, shell.env);
  } catch (error) {
    const [first, ...more] = options.dirs ?? [];
    const meant = first === undefined || existsSync(first) ? null : didYouMean([first, ...more]);
    if (!(error instanceof PlaceError) || meant === null) throw error;
    throw new PlaceError(`${first} is no command, and no directory or discovery file. Did you mean: ${meant}`);
  }
}

/** `ocx [dirs..]`: the explorer on a terminal, the list elsewhere. */
export async function explore(options: ExploreOptions, shell: Shell): Promise<number> {
  const place = placeOrCommand(options, shell);
  const host = hostFrom(options, shell.env);
  const asked = askedFrom(options, shell.env);
  const opened = { place, host, recursive: options.recursive, ...asked };
  const interactive = process.stdin.isTTY && process.stdout.isTTY && shell.env.TERM !== 'dumb';
  if (!interactive) {
    const snapshot = scan({ ...opened, now: shell.now() });
    await shell.out.lines([hostLine(snapshot.host), clean(''), ...listLines(snapshot, shell), clean(''), totalsLine(snapshot)]);
    return EXIT.ok;
  }
  const catalog = openCatalog(opened);
  try {
    // Ink and React come in here and nowhere else: one-shot commands never load them.
    const { openExplorer } = await import('../explorer/open.js');
    return await openExplorer({
      catalog,
      prober: proberOf(shell.env, asked),
      elsewhere: new Beside(opened),
      stdin: process.stdin,
      stdout: process.stdout,
      theme: options.theme,
      ascii: options.ascii,
      env: shell.env,
      now: () => new Date(shell.now()),
    });
  } finally {
    catalog.close();
  }
}
