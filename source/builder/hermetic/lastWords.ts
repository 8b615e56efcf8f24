/** Lines an engine prints whatever happens: its steps, and warnings about arguments that were not given. */
const CHATTER = /level=warning|^(\[\d+\/\d+\] )?STEP \d+|^#\d+ /;

/** How engines begin the line that says why they end (buildah, podman; docker). */
const REASON = /^(Error: |ERROR: |error: )/;

/** More lines help nobody; the log has all. */
const MOST = 8;

/**
 * Why an engine failed, out of all that it printed: what our own checks of an image say, else its own reason, with what was printed
 * just before it.
 */
export function lastWords(text: string): string[] {
  const lines = text
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line !== '' && !line.includes('{"event":"'));
  // docker repeats the instruction, with the sentence in it.
  const ours = lines.filter((line) => /(^|\s)ocx: /.test(line) && !line.includes("echo 'ocx"));
  if (ours.length > 0) return [...new Set(ours.map((line) => line.replace(/^.*?ocx: /, '')))];
  const said = lines.filter((line) => !CHATTER.test(line));
  const reason = said.findLast((line) => REASON.test(line));
  const before = said.filter((line) => line !== reason).slice(-(MOST - 1));
  return reason === undefined ? before : [...before.slice(-3), reason];
}
