import { type CleanText, clean } from '../terminal/clean.js';

/** `2.1 kB`, `23.8 MB`: powers of 1000. */
export function sizeText(bytes: number): CleanText {
  if (bytes < 1000) return clean(`${bytes} B`);
  const units = ['kB', 'MB', 'GB', 'TB'];
  let value = bytes / 1000;
  let unit = 0;
  // 999.5 would print as 1000.
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  // At most seven columns, as the list has: a size is shown in full or not at all.
  return clean(`${value.toFixed(value >= 99.95 ? 0 : 1)} ${units[unit] ?? ''}`);
}

/** `23,824,208`. */
export function countText(count: number): CleanText {
  return clean(count.toLocaleString('en'));
}

/** `14 files`, `1 file`. */
export function counted(count: number, one: string, many = `${one}s`): CleanText {
  return clean(`${countText(count)} ${count === 1 ? one : many}`);
}

/** `14:02:11`, local time. */
export function clockText(at: Date): CleanText {
  return clean([at.getHours(), at.getMinutes(), at.getSeconds()].map((part) => String(part).padStart(2, '0')).join(':'));
}
