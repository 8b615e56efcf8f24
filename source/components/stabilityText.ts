/** `logs alpha, traces beta`: signals by their names. Empty when nothing is said. */
export function stabilityText(stability: Readonly<Record<string, string>>): string {
  return Object.entries(stability)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([signal, level]) => `${signal} ${level}`)
    .join(', ');
}
