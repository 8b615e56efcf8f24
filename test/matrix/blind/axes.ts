import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

/** What one axis asks to be opened, and what of it could not be built. */
export interface Axis {
  readonly name: string;
  readonly openings: readonly Opening[];
  readonly unbuilt: readonly { readonly what: string; readonly because: string }[];
}

/** One process of a host: a plugin alone, or several in order. */
export interface Opening {
  readonly axis: string;
  readonly kind: 'pair' | 'sequence';
  readonly host: string;
  readonly plugins: readonly string[];
  /** What is set in the environment of host and ocx alike. */
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * Builds one axis, which is a shell script: what people do to their builds is done in shells.
 *
 * @param script absolute path of `axes/NAME.sh`
 * @param folder an empty folder for all axes; `common` in it is shared
 */
export function buildAxis(script: string, folder: string, source: string): Axis {
  const name = basename(script, '.sh');
  const own = join(folder, name);
  mkdirSync(join(folder, 'common'), { recursive: true });
  mkdirSync(own, { recursive: true });
  if (!existsSync(join(own, 'pairs.tsv')))
    spawnSync('bash', ['-c', `. "$BLIND/prelude.sh"; . "${script}"`], {
      cwd: own,
      env: { ...process.env, BLIND: source, COMMON: join(folder, 'common') },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  const asked = existsSync(join(own, 'pairs.tsv')) ? readFileSync(join(own, 'pairs.tsv'), 'utf8') : '';
  const lines = asked.split('\n').filter(Boolean);
  const rows = lines.map((line) => line.split('\t'));
  // What could not be built is told apart, and opens nothing.
  const missing = new Set(rows.flatMap(([kind, what]) => (kind === 'unbuilt' ? [what] : [])));
  return {
    name,
    openings: rows.flatMap(([what = '', host, ...plugins]): Opening[] => {
      const [kind, set = ''] = split(what, '@');
      const [variable, value = ''] = split(set, '=');
      return (kind === 'pair' || kind === 'sequence') && host && ![host, ...plugins].some((file) => missing.has(basename(file)))
        ? [{ axis: name, kind, host, plugins, environment: variable ? { [variable]: value } : {} }]
        : [];
    }),
    unbuilt: rows.flatMap(([kind, what, because]) => (kind === 'unbuilt' && what ? [{ what, because: because ?? '' }] : [])),
  };
}

/** `a@b@c` at the first `@`: a, and b@c. */
function split(text: string, at: string): [string, string?] {
  const place = text.indexOf(at);
  return place < 0 ? [text] : [text.slice(0, place), text.slice(place + 1)];
}
