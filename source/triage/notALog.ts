/** First bytes of files that somebody names instead of the log, and what to do instead. */
const OTHERS: readonly (readonly [head: string, what: string])[] = [
  ['\x7fELF', 'it is a program or a library: ocx plugins inspect FILE shows a plugin'],
  ['MZ', 'it is a program or a library of Windows'],
  ['\xcf\xfa\xed\xfe', 'it is a program or a library of macOS'],
  ['\xca\xfe\xba\xbe', 'it is a program or a library of macOS'],
  ['\x1f\x8b', 'it is gzipped: gzip -dc FILE | ocx triage'],
  ['\x28\xb5\x2f\xfd', 'it is compressed: zstd -dc FILE | ocx triage'],
];

/**
 * Why bytes are no log; null when they may be one. NULs alone are no reason: a log that was cut while it was written to begins with them
 * (logrotate: copytruncate).
 */
export function whyNotALog(bytes: Buffer): string | null {
  const head = bytes.toString('latin1', 0, 4);
  return OTHERS.find(([start]) => head.startsWith(start))?.[1] ?? null;
}
