import { resolve } from 'node:path';
import { readTarget } from '../builder/against/target.js';
import { build } from '../builder/build.js';
import { findConfiguration, readConfiguration } from '../builder/configuration.js';
import type { BuildEvent } from '../builder/events.js';
import { buildHermetic } from '../builder/hermetic/build.js';
import type { EngineName } from '../builder/hermetic/engineName.js';
import { readContainer } from '../builder/hermetic/environment.js';
import { imageFault } from '../builder/hermetic/images.js';
import { refuseMissingFolders } from '../builder/moduleFolders.js';
import { verifiedLines, verify } from '../builder/verify/verify.js';
import { PlaceError } from '../catalog/discovery.js';
import { type CleanText, clean, cleaned } from '../terminal/clean.js';
import { fit } from '../terminal/fit.js';
import { quoted } from '../verdict/shellWord.js';
import { EXIT, type Shell } from './options.js';
import { sizeText } from './output/size.js';
import { painter } from './output/style.js';
import { untilSignal } from './untilSignal.js';

export interface BuildOptions {
  readonly file: string | undefined;
  readonly only: string | undefined;
  /** A distribution.json or a host profile. */
  readonly against: string | undefined;
  readonly json: boolean;
  /** A directory to write to in place of dist.output_path. */
  readonly into: string | undefined;
  readonly fetchOnly: boolean;
  readonly offline: boolean;
  /** The file that says which container this runs in. */
  readonly environment: string | undefined;
  readonly hermetic: boolean;
  readonly engine: EngineName | undefined;
  readonly base: string | undefined;
  readonly dockerfileOnly: boolean;
  /** A distribution to build again and compare with. */
  readonly verify: string | undefined;
}

/** `ocx build [file]`: a Collector and its plugins from one file, checked; with `--hermetic` in a container. */
export async function buildCommand(options: BuildOptions, ocxVersion: string, shell: Shell): Promise<number> {
  const { file, only, json, into, base } = options;
  refuseContradictions(options);
  const directory = process.cwd();
  const output = into === undefined ? null : resolve(directory, into);
  const configuration = readConfiguration(findConfiguration(file, directory), directory, output);
  refuseMissingFolders(configuration);
  const target = options.against === undefined ? null : readTarget(options.against);
  const progress = json ? jsonProgress(shell) : textProgress(shell);
  try {
    return await untilSignal(async ({ stop, exitCode }) => {
      const request = { configuration, ocxVersion, environment: shell.env, emit: progress.emit, now: shell.now, stop };
      const { engine = null } = options;
      const result = await (options.verify !== undefined
        ? verify({ ...request, distribution: resolve(directory, options.verify), directory, engine, base: base ?? null })
        : isHermetic(options)
          ? buildHermetic({
              ...request,
              directory,
              engine,
              base: base ?? null,
              dockerfileOnly: options.dockerfileOnly,
              again: null,
            })
          : build({
              ...request,
              only: only ?? null,
              against: target,
              extent: options.fetchOnly ? 'fetch' : options.offline ? 'offline' : 'all',
              times: new Map(),
              container: options.environment === undefined ? null : readContainer(resolve(directory, options.environment)),
            }));
      await progress.end();
      if (result === 'stopped') return exitCode() || 130;
      return result === 'built' ? EXIT.ok : EXIT.bad;
    });
  } finally {
    await progress.end();
  }
}

const isHermetic = ({ hermetic, dockerfileOnly }: BuildOptions): boolean => hermetic || dockerfileOnly;

/** @throws PlaceError for options of which one would do nothing. */
function refuseContradictions(options: BuildOptions): void {
  const { only, against, fetchOnly, offline, engine, base } = options;
  const native = [
    ['--only', only !== undefined],
    ['--against', against !== undefined],
    ['--fetch-only', fetchOnly],
    ['--offline', offline],
    ['--environment', options.environment !== undefined],
  ] as const;
  const [clash] = isHermetic(options) ? native.filter(([, given]) => given) : [];
  if (clash) throw new PlaceError(`${clash[0]} can't be with --hermetic: a container builds all, and fetches by itself`);
  const beside =
    options.verify === undefined
      ? []
      : [
          ...native,
          ['--hermetic', options.hermetic] as const,
          ['--into', options.into !== undefined] as const,
          ['--dockerfile-only', options.dockerfileOnly] as const,
        ];
  const [useless] = beside.filter(([, given]) => given);
  if (useless)
    throw new PlaceError(`${useless[0]} can't be with --verify, which builds all of it again as it was built, beside the output`);
  if (!isHermetic(options) && options.verify === undefined && (engine !== undefined || base !== undefined))
    throw new PlaceError(`${engine === undefined ? '--base' : '--engine'} needs --hermetic, --dockerfile-only or --verify`);
  if (fetchOnly && (offline || only !== undefined))
    throw new PlaceError(`--fetch-only can't be with ${offline ? '--offline' : '--only'}`);
  if (against !== undefined && (fetchOnly || options.environment !== undefined))
    throw new PlaceError(`--against can't be with ${fetchOnly ? '--fetch-only' : '--environment'}`);
  const fault = base === undefined ? null : imageFault(base);
  if (fault !== null) throw new PlaceError(`--base ${fault}`);
}

export interface Progress {
  emit(event: BuildEvent): void;
  /** Stops the clock, and waits until all is written. */
  end(): Promise<void>;
}

/** One JSON object a line, as it happens. */
function jsonProgress({ out }: Shell): Progress {
  const writing = inOrder();
  return {
    emit: (event) => writing.add(() => out.lines([clean(JSON.stringify(event))])),
    end: writing.end,
  };
}

/** On a terminal the line of the running step counts its seconds; in a pipe each step is one line, when it ends. */
export function textProgress({ out, err }: Shell): Progress {
  const writing = inOrder();
  const paint = painter(out.colour);
  const live = out.columns !== null;
  let running: NodeJS.Timeout | null = null;
  const redraw = (line: CleanText) => `\x1b[1A\x1b[2K${line}` as CleanText;
  const stepLine = (sign: CleanText, seconds: number, title: string, note: string) => {
    const line = cleaned`${`${seconds.toFixed(1)} s`.padStart(8)}  ${title}${note === '' ? '' : `  ${note}`}`;
    // A line that wraps could not be drawn over.
    return `${sign} ${out.columns === null ? line : fit(line, out.columns - 3, 'end')}` as CleanText;
  };
  const settle = () => {
    if (running) clearInterval(running);
    running = null;
  };
  return {
    emit(event) {
      switch (event.event) {
        case 'build started': {
          const plugins = event.plugins.length === 1 ? '1 plugin' : `${event.plugins.length} plugins`;
          writing.add(() =>
            out.lines([
              cleaned`${event.against === null ? `${event.collector} and ${plugins}` : `${plugins} for ${event.collector}`}, from ${event.file}`,
            ]),
          );
          return;
        }
        case 'warning':
          writing.add(() => err.lines([cleaned`ocx: ${event.message}`]));
          return;
        case 'step started': {
          if (!live) return;
          const { title } = event;
          const started = performance.now();
          const tick = () =>
            writing.add(() => out.lines([redraw(stepLine(clean('.'), (performance.now() - started) / 1000, title, ''))]));
          writing.add(() => out.lines([stepLine(clean('.'), 0, title, '')]));
          running = setInterval(tick, 1000);
          return;
        }
        case 'step ended': {
          settle();
          const { state, seconds, title, note } = event;
          const sign = { done: paint(clean('+'), 'loads'), unchanged: clean('='), failed: paint(clean('x'), 'fails') }[state];
          const line = stepLine(sign, seconds, title, note);
          writing.add(() => out.lines([live ? redraw(line) : line]));
          return;
        }
        case 'build failed':
          writing.add(() =>
            err.lines([
              cleaned`ocx: ${event.message}`,
              ...event.details.map((line) => cleaned`  ${line.replaceAll('\t', '    ')}`),
              cleaned`The whole log: ${event.log}`,
            ]),
          );
          return;
        case 'build stopped':
          settle();
          writing.add(() => err.lines([cleaned`ocx: stopped (${event.signal}); nothing in the output was changed`]));
          return;
        case 'build fetched':
          writing.add(() => out.lines([cleaned`Ready to build in ${event.seconds.toFixed(1)} s.`]));
          return;
        case 'container written':
          writing.add(() =>
            out.lines([
              clean(''),
              cleaned`${event.folder}/Dockerfile  ${event.dockerfile}`,
              cleaned`Build it with any engine: docker build --output DIR ${quoted(event.folder)}`,
            ]),
          );
          return;
        case 'build verified': {
          const different = event.artifacts.filter(({ state }) => state !== 'same').length;
          const all = event.artifacts.length;
          writing.add(() =>
            out.lines([
              clean(''),
              ...event.artifacts.flatMap(verifiedLines).map((line) => cleaned`${line}`),
              event.same
                ? cleaned`All ${all} artifacts of ${event.distribution} are the same to the bit.`
                : cleaned`${different} of ${all} artifacts of ${event.distribution} are not what these sources make.`,
            ]),
          );
          return;
        }
        case 'build finished':
          writing.add(() =>
            out.lines([
              clean(''),
              ...event.artifacts.map(
                ({ path, size, sha256 }) =>
                  cleaned`${sizeText(size).padStart(10)}  ${sha256.slice(0, 12)}  ${event.output}/${path}`,
              ),
              cleaned`Built in ${event.seconds.toFixed(1)} s. What is in it: ${event.output}/distribution.json`,
            ]),
          );
          return;
      }
    },
    async end() {
      settle();
      await writing.end();
    },
  };
}

/** Writes one after the other; the first failure (a closed pipe) is thrown at the end. */
function inOrder() {
  let last: Promise<void> = Promise.resolve();
  return {
    add(write: () => Promise<void>) {
      last = last.then(write);
      last.catch(() => {});
    },
    end: () => last,
  };
}
