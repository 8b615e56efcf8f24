import { resolve } from 'node:path';
import type { Argv } from 'yargs';
import type { Asked } from '../catalog/asked.js';
import { PlaceError, placeOf } from '../catalog/discovery.js';
import type { Place } from '../catalog/record.js';
import { trustedKeys } from '../catalog/trustedKeys.js';
import { COMPONENT_KINDS } from '../components/kinds.js';
import { CHECK_FORMATS, type CheckFormat } from './output/ci/format.js';
import { DATA_FORMATS, type OutputFormat } from './output/data.js';
import type { Sink } from './output/sink.js';
import { type AskedPolicy, policyWords } from './policyWords.js';

/** What a command needs of the process, so that tests can give it something else. */
export interface Shell {
  readonly out: Sink;
  readonly err: Sink;
  readonly env: NodeJS.ProcessEnv;
  now(): number;
}

/** Exit codes (docs/verdicts.md, "Exit codes"). */
export const EXIT = { ok: 0, bad: 1, usage: 2, unknown: 3 } as const;

export interface HostOption {
  readonly collector: string | undefined;
  readonly policy: AskedPolicy;
  /** Public keys, each a file or the key itself. */
  readonly trustedKey: readonly string[] | undefined;
  /** Names of exported Go functions or variables. */
  readonly entrySymbol: readonly string[] | undefined;
}

export interface PlaceOptions extends HostOption {
  readonly dirs: readonly string[] | undefined;
  readonly dir: readonly string[] | undefined;
  readonly recursive: boolean;
}

export interface OutputOption {
  readonly output: OutputFormat;
}

export interface CheckOutputOption {
  readonly output: CheckFormat;
  /** The build file the plugins were made from, for annotations. */
  readonly buildFile: string | undefined;
}

export interface ProbeOptions {
  /** True: open plugins, whatever host there is; false: run nothing; undefined: open them in a host that was named. */
  readonly load: boolean | undefined;
  /** Milliseconds a plugin may take. */
  readonly timeout: number;
}

/** Who may vouch for what is loaded or verified: by the name that it has in every command, and the Collector's. */
export const TRUSTED_KEY = {
  alias: 'plugin-trusted-key',
  type: 'string',
  array: true,
  nargs: 1,
  requiresArg: true,
  describe: 'a trusted public key of minisign, its file or itself (may be repeated; else OTELCOL_PLUGIN_TRUSTED_KEYS)',
} as const;

export function hostOption<T>(yargs: Argv<T>) {
  return yargs
    .option('collector', {
      alias: 'host',
      type: 'string',
      requiresArg: true,
      describe:
        'the Collector that is to load the plugins, or its profile (else OCX_COLLECTOR, else the one in or beside the directory)',
    })
    .option('policy', {
      alias: 'plugin-policy',
      type: 'string',
      requiresArg: true,
      default: 'exact',
      describe:
        'what the Collector asks of plugins, in the words of its own --plugin-policy: exact; abi, of Rust plugins the C boundary alone; environment, the container it was built in, too; with ,signed a trusted key must be named',
      coerce: policyWords,
    })
    .option('trusted-key', { ...TRUSTED_KEY, describe: `${TRUSTED_KEY.describe}: one must vouch for each plugin` })
    .option('entry-symbol', {
      type: 'string',
      array: true,
      nargs: 1,
      requiresArg: true,
      describe:
        'what another Go program looks up in a plugin, in place of CollectorPluginInit or NewFactory (repeated: any of them)',
      coerce: entrySymbols,
    });
}

/** go/token: IsExported and IsIdentifier, for plugins export nothing else (cmd/link lists main's exported functions and variables). */
const EXPORTED = /^\p{Lu}[\p{L}\p{Nd}_]*$/u;

/** @throws PlaceError when no Go plugin can export such a name. */
function entrySymbols(names: readonly string[]): readonly string[] {
  const [wrong] = names.filter((name) => !EXPORTED.test(name));
  if (wrong === undefined) return [...new Set(names)];
  throw new PlaceError(`--entry-symbol is ${JSON.stringify(wrong)}, must be the name of an exported Go function or variable`);
}

/** What the options say the host asks of plugins. @throws PlaceError for a key that is none, and where one is asked for and none is named. */
export function askedFrom(
  { policy, entrySymbol, trustedKey }: Pick<HostOption, 'policy' | 'entrySymbol' | 'trustedKey'>,
  env: NodeJS.ProcessEnv,
): Required<Asked> {
  const trusted = trustedKeys(trustedKey, env);
  if (policy.signed && trusted.length === 0)
    throw new PlaceError('--policy is signed, and no key is trusted: --trusted-key names one');
  return { policy: policy.name, entryNames: entrySymbol && entrySymbol.length > 0 ? entrySymbol : null, trusted };
}

export function placeOptions<T>(yargs: Argv<T>) {
  return hostOption(yargs)
    .positional('dirs', { type: 'string', array: true, describe: 'plugin directories, or one discovery file' })
    .option('dir', { type: 'string', array: true, nargs: 1, requiresArg: true, describe: 'a plugin directory (may be repeated)' })
    .option('recursive', { type: 'boolean', default: false, describe: 'enter sub-directories' });
}

export function outputOption<T>(yargs: Argv<T>) {
  return yargs.option('output', {
    alias: 'o',
    choices: DATA_FORMATS,
    default: 'table' as OutputFormat,
    describe: 'how to print',
  });
}

export function checkOutputOption<T>(yargs: Argv<T>) {
  return yargs
    .option('output', {
      alias: 'o',
      choices: CHECK_FORMATS,
      default: 'table' as CheckFormat,
      describe: 'how to print',
    })
    .option('build-file', {
      type: 'string',
      requiresArg: true,
      describe: 'with sarif and junit: the build file of the plugins, whose lines are annotated (else the plugin files)',
    });
}

export function probeOptions<T>(yargs: Argv<T>) {
  return yargs
    .option('load', {
      type: 'boolean',
      describe:
        'open plugins that would load, each in a child process of the Collector (done when one is named that can; --no-load never does)',
    })
    .option('timeout', {
      type: 'string',
      requiresArg: true,
      default: '10s',
      describe: 'how long a plugin may take to open and to register',
      coerce: milliseconds,
    });
}

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000 };
const LONGEST = 3_600_000;

/** `10s`, `500ms`, `2m`, or a number of seconds. @throws PlaceError */
function milliseconds(text: string): number {
  const [, number = '', unit = 's'] = /^(\d+(?:\.\d+)?)(ms|s|m)?$/.exec(text.trim()) ?? [];
  const value = number === '' ? 0 : Math.round(Number(number) * (UNITS[unit] ?? 0));
  if (value < 1 || value > LONGEST)
    throw new PlaceError(`--timeout is ${text}, must be a time like 10s or 500ms, at most an hour`);
  return value;
}

export function componentOptions<T>(yargs: Argv<T>) {
  return outputOption(placeOptions(yargs))
    .option('plugins', { type: 'boolean', default: false, describe: 'only components of plugins' })
    .option('kind', { choices: COMPONENT_KINDS, describe: 'only components of this kind' });
}

/**
 * Arguments, `--dir`, `OTELCOL_PLUGIN_DIR`, in this order; a command that finds none of them looks here.
 * @throws PlaceError when a directory or discovery file is missing or unreadable.
 */
export function placeFrom({ dirs, dir }: PlaceOptions, env: NodeJS.ProcessEnv): Place {
  const given = [...(dirs ?? []), ...(dir ?? [])];
  const fromEnv = env.OTELCOL_PLUGIN_DIR ? [env.OTELCOL_PLUGIN_DIR] : ['.'];
  return placeOf(given.length > 0 ? given : fromEnv);
}

/** `--collector`, `OCX_COLLECTOR`, else null: the discovery file's, or the one found. */
export function hostFrom({ collector }: HostOption, env: NodeJS.ProcessEnv): string | null {
  const named = collector ?? env.OCX_COLLECTOR;
  if (named === undefined || named === '') {
    if (collector === '') throw new PlaceError('--collector needs a file');
    return null;
  }
  return resolve(named);
}
