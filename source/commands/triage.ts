import { createReadStream } from 'node:fs';
import { PlaceError, reason } from '../catalog/discovery.js';
import { type CleanText, clean, cleaned } from '../terminal/clean.js';
import { type Explained, explainFailure } from '../triage/atHand.js';
import { whyNotALog } from '../triage/notALog.js';
import { readLog } from '../triage/readLog.js';
import { FINDING_KINDS } from '../verdict/finding.js';
import { lastBytes } from './lastBytes.js';
import { askedFrom, EXIT, type HostOption, hostFrom, type OutputOption, type Shell } from './options.js';
import { dataLines } from './output/data.js';
import { painter, VERDICT_SIGN } from './output/style.js';
import { relativePath } from './plugins/list.js';

export interface TriageOptions extends HostOption, OutputOption {
  /** Undefined or `-` (which yargs hands on empty): stdin. */
  readonly log: string | undefined;
  readonly dir: readonly string[] | undefined;
}

/** The end of a log has what matters; a file of more is read from here back. */
const MOST_BYTES = 64 * 1024 * 1024;

/**
 * `ocx triage [LOG]`: the load failures of a log, each explained against the files at hand. Exit code 1 when there are failures, 3
 * when of all of them nothing can be said, 0 when the log has none.
 */
export async function triage(options: TriageOptions, shell: Shell): Promise<number> {
  const failures = readLog(await textOf(options.log));
  const fromEnv = shell.env.OTELCOL_PLUGIN_DIR ? [shell.env.OTELCOL_PLUGIN_DIR] : ['.'];
  const directories = options.dir && options.dir.length > 0 ? options.dir : fromEnv;
  const host = hostFrom(options, shell.env);
  const all = failures.map((failure) => explainFailure(failure, directories, host, shell.now(), askedFrom(options, shell.env)));
  if (options.output !== 'table') {
    await shell.out.lines(dataLines({ format_version: 1, failures: all.map(reportOf) }, options.output));
  } else if (all.length === 0) {
    await shell.out.lines([clean('no load failure in this log')]);
  } else {
    await shell.out.lines(all.flatMap((one, at) => [...(at > 0 ? [clean('')] : []), ...linesOf(one, shell)]));
  }
  if (all.length === 0) return EXIT.ok;
  return all.some(({ failure, finding }) => failure.code !== null || failure.advice !== null || finding)
    ? EXIT.bad
    : EXIT.unknown;
}

/** Of stdin as a stream: Node makes a pipe there non-blocking, and reading it at once fails (EAGAIN) while the other end has said nothing yet. */
async function textOf(log: string | undefined): Promise<string> {
  const file = log === undefined || log === '-' || log === '' ? null : log;
  if (file === null && process.stdin.isTTY) throw new PlaceError('triage reads a log: name a file, or pipe one in');
  try {
    const stream = textOnly(file === null ? process.stdin : createReadStream(file), file ?? 'stdin');
    return (await lastBytes(stream, MOST_BYTES)).toString('utf8');
  } catch (error) {
    if (error instanceof PlaceError) throw error;
    throw new PlaceError(`${log ?? 'stdin'}: ${reason(error)}`);
  }
}

/** @throws PlaceError for what begins as no log does, before more of it is read. */
async function* textOnly(stream: AsyncIterable<Buffer>, name: string): AsyncIterable<Buffer> {
  let isFirst = true;
  for await (const chunk of stream) {
    const because = isFirst ? whyNotALog(chunk) : null;
    if (because !== null) throw new PlaceError(`${name} is no log: ${because}`);
    isFirst = false;
    yield chunk;
  }
}

/** What is to be done: of the file here first, else of the sentence alone. */
function fixOf({ failure, plugin, finding }: Explained): string {
  if (finding?.fix) return finding.fix;
  if (failure.advice !== null) return failure.advice;
  if (failure.code?.startsWith('OCX09')) {
    return `the log is of a Collector that asked for signatures or hashes: name the same keys (--trusted-key), ask ocx dist verify, or see ocx explain ${failure.code}`;
  }
  if (plugin?.judgement.verdict === 'loads') {
    return 'the file here loads in this host: the log is of another file or another host; compare their sha256';
  }
  if (plugin?.judgement.findings[0]?.fix) return plugin.judgement.findings[0].fix;
  const explain = failure.code === null ? 'look at the lines around it' : `ocx explain ${failure.code}`;
  return failure.file === null
    ? `the log does not name the file: ${explain}`
    : `the file is not here: name its directory with --dir, and the Collector with --collector; or ${explain}`;
}

function reportOf(explained: Explained) {
  const { failure, plugin, finding, host } = explained;
  const { lines, message, code, file, guessed, subject } = failure;
  return {
    lines,
    message,
    code,
    title: code === null ? null : (FINDING_KINDS.get(code)?.title ?? null),
    file,
    file_guessed: guessed,
    subject,
    at_hand: plugin && {
      path: plugin.path,
      host: host?.state === 'read' ? host.path : null,
      verdict: plugin.judgement.verdict,
      load: plugin.judgement.load,
      findings: plugin.judgement.findings.map((one) => one.code),
      agrees: finding !== null,
    },
    cause: finding?.cause ?? finding?.message ?? plugin?.cause ?? null,
    fix: fixOf(explained),
  };
}

function linesOf(explained: Explained, { out }: Shell): CleanText[] {
  const paint = painter(out.colour);
  const { failure, plugin, finding, host } = explained;
  const { lines, message, code, file, guessed } = failure;
  const title =
    code === null ? (failure.title ?? 'no file tells this beforehand') : `${code}: ${FINDING_KINDS.get(code)?.title ?? ''}`;
  const place = `line ${lines[0]}${lines.length > 1 ? `, and ${lines.length - 1} more to line ${lines.at(-1)}` : ''}`;
  const result = [
    `${paint(clean('x'), 'fails')} ${clean(message)}` as CleanText,
    cleaned`    --> ${place}   ${title}`,
    cleaned`     |  file    ${file ?? 'not named'}${guessed ? ', named last before the crash' : ''}`,
  ];
  if (plugin) {
    const { verdict } = plugin.judgement;
    const against = host?.state === 'read' ? ` in ${relativePath(host.path)}` : '';
    const sign = paint(clean(`${VERDICT_SIGN[verdict]} ${verdict}`), verdict);
    result.push(`     |  here    ${clean(relativePath(plugin.path))}  ${sign}${clean(against)}` as CleanText);
    if (!finding && verdict !== 'loads' && verdict !== 'unknown' && code !== null)
      result.push(clean('     |          for another reason than the log has'));
  }
  const cause = finding?.cause ?? finding?.message ?? (plugin && plugin.judgement.verdict !== 'loads' ? plugin.cause : null);
  if (cause !== null && cause !== undefined) result.push(cleaned`     =  cause: ${cause}`);
  result.push(cleaned`     =  fix: ${fixOf(explained)}`);
  return result;
}
