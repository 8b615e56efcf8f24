import type { FieldPath } from '../../components/configField.js';
import { type ConfigLine, defaultConfigLines, keyLines, type ShownFields } from '../../components/defaultConfig.js';
import type { Descriptor } from '../../components/descriptor.js';
import { pathText } from '../../components/fieldRows.js';
import type { CleanText } from '../../terminal/clean.js';
import { EMPTY_ROW, type Row, span } from '../row.js';

const made = new WeakMap<Descriptor, Map<string, readonly ConfigLine[]>>();

/** The default configuration of a component, as YAML with its docs in it. Made once for each width and choice of fields. */
export function configLines(descriptor: Descriptor, fields: ShownFields, columns: number): readonly ConfigLine[] {
  const known = made.get(descriptor) ?? new Map<string, readonly ConfigLine[]>();
  made.set(descriptor, known);
  const key = `${fields} ${columns}`;
  let lines = known.get(key);
  if (!lines) {
    lines = defaultConfigLines(descriptor, { fields, top: 'component', width: columns });
    known.set(key, lines);
  }
  return lines;
}

/** What `y` copies: to be pasted below `processors:`, so without it. */
export function configText(descriptor: Descriptor, fields: ShownFields): readonly CleanText[] {
  return configLines(descriptor, fields, 100).map(({ text }) => text);
}

/** What `e` writes: a file that the Collector takes as one of its `--config`. */
export function exportedConfig(descriptor: Descriptor, fields: ShownFields): readonly CleanText[] {
  return defaultConfigLines(descriptor, { fields, top: 'section', width: 100 }).map(({ text }) => text);
}

/**
 * `height` rows of the configuration around a field, whose key is underlined.
 *
 * @param fields the field, then those before it: one that has no line (it is not set) is looked for where the last of them is.
 */
export function configRows(lines: readonly ConfigLine[], fields: readonly FieldPath[], height: number): readonly Row[] {
  const keys = keyLines(lines);
  const places = fields.map((path) => keys.get(pathText(path)) ?? null);
  const near = places.find((place) => place !== null) ?? null;
  const underlined = places[0] ?? -1;
  const top = near === null ? 0 : windowTop(near, lines.length, height);
  return Array.from({ length: height }, (_, row) => {
    const line = lines[top + row];
    return line ? configRow(line, top + row === underlined) : EMPTY_ROW;
  });
}

/** In steps of half a window, so that going from field to field seldom moves all of it. */
function windowTop(line: number, count: number, height: number): number {
  const half = Math.max(1, Math.floor(height / 2));
  const top = Math.floor(line / half) * half - Math.floor(half / 2);
  return Math.max(0, Math.min(top, count - height));
}

export function configRow({ text, part }: ConfigLine, underlined: boolean): Row {
  const role = part === 'note' ? 'secondary' : 'plain';
  if (!underlined) return [span(text, role)];
  const indent = text.search(/[^ ]/);
  return [span(text.slice(0, indent) as CleanText), { ...span(text.slice(indent) as CleanText, role), underline: true }];
}
