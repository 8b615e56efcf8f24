/** What a Collector said of a configuration. Lines are its own: clean them at the sink. */
export interface ConfigCheck {
  readonly accepted: boolean;
  /** Without blank ones. */
  readonly lines: readonly string[];
  readonly milliseconds: number;
}

/** What is wrong, in a line: the Collector's error, or what follows where that only announces it (`...: error(s):`). */
export function complaintOf({ lines }: ConfigCheck): string {
  const at = Math.max(
    0,
    lines.findIndex((line) => line.startsWith('Error: ')),
  );
  const error = lines[at] ?? 'it did not say why';
  const rest = lines.slice(at + 1);
  const told = error.endsWith(':') ? (rest.find((line) => !line.endsWith(':')) ?? error) : error;
  return told.trim().replace(/^Error: /, '');
}
