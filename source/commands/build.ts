import { build } from '../builder/build.js';
import { findConfiguration, readConfiguration } from '../builder/configuration.js';
import type { BuildEvent } from '../builder/events.js';
import { type CleanText, clean, cleaned } from '../terminal/clean.js';
import { fit } from '../terminal/fit.js';
import { EXIT, type Shell } from './options.js';
import { sizeText } from './output/size.js';
import { painter } from './output/style.js';
import { untilSignal } from './untilSignal.js';

export interface BuildOptions {
  readonly file: string | undefined;
  readonly only: string | undefined;
  readonly json: boolean;
}

/** `ocx build [file]`: a Collector and its plugins from one file, checked. */
export async function buildCommand({ file, only, json }: BuildOptions, ocxVersion: string, shell: Shell): Promise<number> {
  const directory = process.cwd();
  const configuration = readConfiguration(findConfiguration(file, directory), directory);
  const progress = json ? jsonProgress(shell) : textProgress(shell);
  try {
    return await untilSignal(async ({ stop, exitCode }) => {
      const result = await build({
        configuration,
        only: only ?? null,
        ocxVersion,
        environment: shell.env,
        emit: progress.emit,
        now: shell.now,
        stop,
      });
      await progress.end();
      if (result === 'stopped') return exitCode() || 130;
      return result === 'built' ? EXIT.ok : EXIT.bad;
    });
  } finally {
    await progress.end();
  }
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
          writing.add(() => out.lines([cleaned`${event.collector} and ${plugins}, from ${event.file}`]));
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
