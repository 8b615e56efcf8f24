import { type CleanText, clean, cleaned } from '../../terminal/clean.js';
import type { Finding } from '../../verdict/judgement.js';
import { sidesOf } from '../../verdict/sides.js';
import { SEVERITY_SIGN, type Style } from './style.js';

/** Where a list of items gets long, so many are shown; all are in the JSON. */
const ITEMS_SHOWN = 8;

/** One finding as rustc would print it: code and sentence, place, both values, cause, the loader's words, the fix. */
export function findingLines(finding: Finding, file: string, paint: (text: CleanText, style: Style) => CleanText): CleanText[] {
  const { code, severity, plugin, host, evidence, message, cause, loaderMessage, fix, items } = finding;
  const style: Style = severity === 'warning' ? 'refused' : severity === 'note' ? 'plain' : severity;
  const sides = sidesOf(code);
  const wide = Math.max(sides.plugin.length, sides.host.length);
  const lines: CleanText[] = [
    `${paint(clean(SEVERITY_SIGN[severity]), style)} ${paint(clean(code), style)}  ${clean(message)}` as CleanText,
    cleaned`    --> ${file}   ${evidence}`,
  ];
  if (plugin !== null) lines.push(cleaned`     |  ${sides.plugin.padEnd(wide)}  ${plugin}`);
  if (host !== null) lines.push(cleaned`     |  ${sides.host.padEnd(wide)}  ${host}`);
  for (const { subject, plugin: mine, host: theirs } of items.length > 1 ? items.slice(0, ITEMS_SHOWN) : []) {
    const values = [mine, theirs].filter((value) => value !== null).join(' / ');
    lines.push(cleaned`     |  - ${subject}${values === '' ? '' : `  ${values}`}`);
  }
  if (items.length > ITEMS_SHOWN) lines.push(cleaned`     |  - and ${items.length - ITEMS_SHOWN} more (--output json lists all)`);
  if (cause !== null) lines.push(cleaned`     =  cause: ${cause}`);
  if (loaderMessage !== null) lines.push(cleaned`     =  the loader will say: ${loaderMessage}`);
  if (fix !== null) lines.push(cleaned`     =  fix: ${fix}`);
  return lines;
}
