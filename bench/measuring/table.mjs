/** A Markdown table; columns of numbers are aligned to the right. */
export function markdownTable(columns, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  const rule = columns.map(({ right }) => (right ? '---:' : '---'));
  const cell = (text) => String(text).replaceAll('|', '\\|');
  return [line(columns.map(({ title }) => title)), line(rule), ...rows.map((row) => line(row.map(cell)))].join('\n');
}

export const number = (value) => value.toLocaleString('en');
/** `0.031 ms`, `7.4 ms`, `212 ms`, `8.31 s`. */
export function time(ms) {
  if (ms >= 1000) return `${(ms / 1000).toFixed(2)} s`;
  return `${ms.toFixed(ms < 1 ? 3 : ms < 20 ? 1 : 0)} ms`;
}
export const megabytes = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`;
/** `0.52`, `4.1`, `87`: how many times the other. */
export const ratio = (value) => (value >= 10 ? value.toFixed(0) : value >= 1 ? value.toFixed(1) : value.toFixed(2));
