import type { Meaning } from './failure.js';

/** How far below the first line of a trace its frames are looked for. */
export const TRACE_LINES = 120;

const FIRST_LINE =
  /^(?:.*?\| |.*?[\]:] )?(fatal error: .*|SIG[A-Z]+: .*|unexpected fault address .*|panic: .*|\[signal SIG[A-Z]+.*)$/;
const OPENING = /\bplugin\.(?:open|Open|lastmoduleinit|_Cfunc_pluginOpen)\b/;

/** The first line of a Go trace; null for any other. */
export function traceStart(line: string): string | null {
  return FIRST_LINE.exec(line)?.[1] ?? null;
}

/**
 * What a trace means: of `plugin.Open`, if that is among the frames of its first goroutine. Null for a crash of something else.
 * @param lines from the first line of the trace on.
 */
export function crashOf(lines: readonly string[]): Meaning | null {
  const first = traceStart(lines[0] ?? '') ?? '';
  const frames = framesOf(lines);
  const opening = frames.some((frame) => OPENING.test(frame));
  const here = (code: string | null, advice: string | null = null): Meaning => ({
    code,
    subject: null,
    advice,
    message: first,
    file: null,
  });
  // runtime/plugin.go throws these of nothing else.
  if (/no plugin module data/.test(first)) return here('OCX0302');
  if (/plugin has empty pluginpath|plugin has bad symbol table|new module data overlaps/.test(first)) return here('OCX0302');
  if (!opening) return null;
  if (/SIGBUS/.test(lines.slice(0, 8).join('\n'))) return here('OCX0104');
  if (frames.some((frame) => /\bplugin\.lastmoduleinit\b/.test(frame))) return here('OCX0302');
  if (frames.some((frame) => /\bruntime\.doInit1?\b|\binit(?:\.\d+)?\(/.test(frame)) || /^panic: /.test(first)) {
    return here(null, 'its init function ended the process: no file tells that beforehand; read the panic, mend the plugin');
  }
  return here(null, 'the loader itself crashed: compare the size and sha256 of the file with the original');
}

/** Of the goroutine that was running: up to the next one. */
function framesOf(lines: readonly string[]): readonly string[] {
  const start = lines.findIndex((line) => /\bgoroutine \d+ .*\[/.test(line));
  const rest = lines.slice(Math.max(0, start + 1), TRACE_LINES);
  const end = rest.findIndex((line) => /\bgoroutine \d+ .*\[/.test(line));
  return end < 0 ? rest : rest.slice(0, end);
}
