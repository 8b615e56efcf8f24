/** Objects and lists inside each other that a reader of strangers' JSON follows; manifests have four, schemas of configurations thirty. */
export const MAX_DEPTH = 100;

/** Whether a JSON value is nested deeper than `most` levels: whoever prints or walks one goes in by recursion, and would run out of stack. */
export function isDeeperThan(value: unknown, most: number): boolean {
  let level: readonly unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > most) return true;
    level = level.flatMap((item) => (typeof item === 'object' && item !== null ? Object.values(item) : []));
  }
  return false;
}
