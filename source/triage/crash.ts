import type { Meaning } from './failure.js';
import { logTexts } from './logTexts.js';
import { meaningOf } from './meanings.js';

/** How far below the first line of a trace its frames are looked for. */
const TRACE_LINES = 120;
const GOROUTINE = /\bgoroutine \d+ .*\[/;

/** A date, a level or a key begins a line of a logger, behind what docker compose (`gateway-1  | `) and systemd put before it. */
const LOGGED = /^(?:\S+ +\| |\w{3} [ \d]\d [\d:]{8} \S+ [^\s:]+: )?(?:\[?\d{4}[-/]\d\d|\{|time=|ts=)/;

const FIRST_LINE =
  /^(?:.*?\| |.*?[\]:] )?(fatal error: .*|SIG[A-Z]+: .*|unexpected fault address .*|panic: .*|\[signal SIG[A-Z]+.*)$/;
const OPENING = /\bplugin\.(?:open|Open|lastmoduleinit|_Cfunc_pluginOpen)\b/;

/** The first line of a Go trace; null for any other. */
export function traceStart(line: string): string | null {
  return FIRST_LINE.exec(line)?.[1] ?? null;
}

/**
 * Lines of the trace that begins at one, this one counted: up to the next that a logger wrote, that tells of a load failure itself, or
 * that is of another panic (runtime/panic.go, printpanics, indents those of one trace).
 * @param at of the first line, from 0.
 */
export function traceLength(lines: readonly string[], at: number): number {
  for (let next = at + 1; next < lines.length; next++) {
    const line = lines[next] ?? '';
    if (LOGGED.test(line) || traceStart(line)?.startsWith('panic: ')) return next - at;
    if (logTexts(line).some((text) => meaningOf(text) !== null)) return next - at;
  }
  return lines.length - at;
}

/**
 * What a trace means: of `plugin.Open`, if that is among the frames of its first goroutine. Null for a crash of something else, and
 * for a panic whose frames are not here: its words are then all there is, and are read as those of any line.
 * @param at of the first line of the trace, from 0.
 */
export function crashOf(log: readonly string[], at: number): Meaning | null {
  const near = log.slice(at, at + TRACE_LINES);
  // Asked first, for a log can be all panics: where the trace ends costs more to find.
  const lines = near.some((line) => GOROUTINE.test(line)) ? near.slice(0, traceLength(near, 0)) : near.slice(0, 1);
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

/** Of the goroutine that was running: up to the next one. None without one. */
function framesOf(lines: readonly string[]): readonly string[] {
  const start = lines.findIndex((line) => GOROUTINE.test(line));
  if (start < 0) return [];
  const rest = lines.slice(start + 1);
  const end = rest.findIndex((line) => GOROUTINE.test(line));
  return end < 0 ? rest : rest.slice(0, end);
}
