import { Document, visit } from 'yaml';
import { type CleanText, clean, escapeYaml, needsYamlQuotes } from '../terminal/clean.js';
import type { ConfigField, FieldPath } from './configField.js';
import { configFields } from './configFields.js';
import type { Descriptor } from './descriptor.js';
import { pathText } from './fieldRows.js';
import { isObject, type Json, type JsonObject, member } from './json.js';
import { sectionOf } from './kinds.js';

/** Which fields a default configuration shows. */
export type ShownFields =
  /** What is in force, and what must be filled in; a section, list or map that is not set is one line of comment. */
  | 'in force'
  /** Those, and as comments all that could be set. */
  | 'all'
  /** Only what must be filled in. */
  | 'required';

export interface ConfigTextOptions {
  readonly fields: ShownFields;
  /** `component`: begins with `batch:`. `section`: within `processors:`, as a configuration file has it. */
  readonly top: 'component' | 'section';
  /** Columns at which comments are broken; values never are. */
  readonly width: number;
}

/** One line of YAML: a terminal can show it, a file can hold it. */
export interface ConfigLine {
  readonly text: CleanText;
  /** The field it is of, its comments too; empty for the component's own lines. */
  readonly path: FieldPath;
  /** A comment about the field, the line with its key (of one that is not set: commented out), or more lines of its value. */
  readonly part: 'note' | 'key' | 'value';
}

/**
 * The default configuration of a component as YAML, with its docs as comments. Lines that are no comments parse to
 * `descriptor.defaultConfig` (with `fields: 'required'` to a part of it).
 */
export function defaultConfigLines(descriptor: Descriptor, options: ConfigTextOptions): ConfigLine[] {
  const lines: ConfigLine[] = [];
  const { defaultConfig } = descriptor;
  const isWritten = (field: ConfigField) =>
    defaultConfig ? valueAt(defaultConfig, field.path) !== undefined : field.default.state === 'set';
  const writer: Writer = { options, isWritten, add: (text, path, part) => lines.push({ text, path, part }) };
  const { kind, type, description, defaultConfigFaults } = descriptor;
  const indent = options.top === 'section' ? 1 : 0;
  if (options.top === 'section') writer.add(clean(`${sectionOf(kind)}:`), [], 'value');
  comment(writer, indent, [], description === null ? `${kind} ${type}` : `${type}: ${description}`);
  for (const fault of defaultConfigFaults) comment(writer, indent, [], `not valid as it is: ${fault}`);
  const shown = (configFields(descriptor) ?? []).filter((field) => isShown(writer, field, options.fields));
  if (shown.length > 0 && !shown.some(writer.isWritten)) comment(writer, indent, [], EMPTY);
  writer.add(key(indent, type, shown.some(writer.isWritten) ? '' : ' {}'), [], 'key');
  for (const field of shown) writeField(writer, field, indent + 1);
  return lines;
}

const keysOfLines = new WeakMap<readonly ConfigLine[], ReadonlyMap<string, number>>();

/** The line of each field's key, 0-based, by its path (`pathText`). The same lines are looked through once, however many ask. */
export function keyLines(lines: readonly ConfigLine[]): ReadonlyMap<string, number> {
  let keys = keysOfLines.get(lines);
  if (!keys) {
    keys = new Map(lines.flatMap(({ path, part }, at) => (part === 'key' ? [[pathText(path), at] as const] : [])));
    keysOfLines.set(lines, keys);
  }
  return keys;
}

interface Writer {
  readonly options: ConfigTextOptions;
  /** A line of YAML, and not a comment. */
  isWritten(field: ConfigField): boolean;
  add(text: CleanText, path: FieldPath, part: ConfigLine['part']): void;
}

function isShown(writer: Writer, field: ConfigField, shown: ShownFields): boolean {
  if (shown === 'all') return true;
  const children = field.shape === 'group' ? field.children : [];
  const required = field.required || children.some((child) => isShown(writer, child, 'required'));
  if (shown === 'required') return required;
  // A list that is not set is often the very thing to be filled in: the conditions of a filter.
  return required || writer.isWritten(field) || field.default.state === 'set' || field.shape !== 'value';
}

function valueAt(config: JsonObject, path: FieldPath): Json | undefined {
  let value: Json | undefined = config;
  for (const key of path) value = isObject(value) ? member(value, key) : undefined;
  return value;
}

function writeField(writer: Writer, field: ConfigField, indent: number): void {
  explain(writer, field, indent);
  if (!writer.isWritten(field)) {
    writeOff(writer, field, indent);
    return;
  }
  if (field.shape !== 'group') {
    writeValue(writer, field, indent);
    return;
  }
  const shown = field.children.filter((child) => isShown(writer, child, writer.options.fields));
  if (shown.length > 0 && !shown.some(writer.isWritten)) comment(writer, indent, field.path, EMPTY);
  writer.add(key(indent, field.name, shown.some(writer.isWritten) ? '' : ' {}'), field.path, 'key');
  for (const child of shown) writeField(writer, child, indent + 1);
}

/** Of a section whose fields are all comments: uncommented below `{}`, they would be no YAML. */
const EMPTY = 'take {} away when you set something in it';

/** What is not in force stands as a comment that can be uncommented. */
function writeOff(writer: Writer, field: ConfigField, indent: number): void {
  const at = indent * 2;
  const off: Writer = {
    ...writer,
    add: (text, path, part) => writer.add(`${text.slice(0, at)}# ${text.slice(at)}` as CleanText, path, part),
  };
  if (field.shape !== 'group' || writer.options.fields === 'in force') writeValue(off, field, indent);
  else writeBelow(off, field, indent);
}

/** A section with all its fields, in force or not: the whole of it is commented out. */
function writeBelow(writer: Writer, field: ConfigField, indent: number): void {
  writer.add(key(indent, field.name, ''), field.path, 'key');
  for (const child of field.children) {
    explain(writer, child, indent + 1);
    if (child.shape === 'group') writeBelow(writer, child, indent + 1);
    else writeValue(writer, child, indent + 1);
  }
}

function writeValue(writer: Writer, field: ConfigField, indent: number): void {
  const empty: Json = field.shape === 'list' ? [] : field.shape === 'value' ? '' : {};
  const value = field.default.state === 'not set' || field.shape === 'group' ? empty : field.default.value;
  const [first, ...more] = yamlLines({ [field.name]: value }, indent);
  if (first !== undefined) writer.add(first, field.path, 'key');
  for (const text of more) writer.add(text, field.path, 'value');
}

function explain(writer: Writer, field: ConfigField, indent: number): void {
  if (field.docs !== null) comment(writer, indent, field.path, field.docs);
  const choices = field.choices.map(String).filter((choice) => choice !== '');
  if (choices.length > 0) comment(writer, indent, field.path, `one of: ${choices.join(', ')}`);
  const marks = [
    field.required ? 'required' : null,
    field.secret ? 'secret: keep it in an environment variable' : null,
    field.deprecated ? 'deprecated' : null,
    notSet(field),
  ].filter((mark) => mark !== null);
  if (marks.length > 0) comment(writer, indent, field.path, `${marks.join('; ')} (${field.type})`);
}

function notSet({ default: { state }, optional, shape }: ConfigField): string | null {
  if (optional && state !== 'set') return 'optional, not set';
  return state === 'not set' && shape !== 'group' ? 'not set' : null;
}

/** Each paragraph is broken between words. */
function comment(writer: Writer, indent: number, path: FieldPath, text: string): void {
  const start = `${'  '.repeat(indent)}#`;
  const room = Math.max(20, writer.options.width - start.length - 1);
  for (const paragraph of paragraphs(text)) {
    let row = '';
    for (const word of paragraph.split(/\s+/).filter(Boolean)) {
      if (row !== '' && row.length + 1 + word.length > room) {
        writer.add(clean(`${start} ${row}`), path, 'note');
        row = '';
      }
      row = row === '' ? word : `${row} ${word}`;
    }
    if (row !== '') writer.add(clean(`${start} ${row}`), path, 'note');
  }
}

/** What begins a line of its own in Markdown: an item, a heading, a table, a quote, code. */
const OWN_LINE = /^\s*([-*+>|#]|\d+[.)]\s|`{3}|\s{4})/;

/** Lines that follow each other are one paragraph, as in Markdown and in Go's comments. */
function paragraphs(text: string): string[] {
  const found: string[] = [];
  let open = false;
  for (const line of text.split(/\r?\n/)) {
    if (line.trim() === '') open = false;
    else if (open && !OWN_LINE.test(line)) found.push(`${found.pop()} ${line.trim()}`);
    else {
      found.push(line);
      open = true;
    }
  }
  return found;
}

function key(indent: number, name: string, after: string): CleanText {
  const [line = clean('')] = yamlLines({ [name]: null }, indent);
  return `${line.replace(/ null$/, '')}${after}` as CleanText;
}

/** Keys as configurations have them, but for the words that YAML 1.1 and 1.2 take for something else. */
const PLAIN_KEY = /^(?!(?:y|n|yes|no|on|off|true|false|null|nan|inf)$)[a-z_][a-z0-9_]*$/i;
const DURATION = /^(?:\d+(?:\.\d+)?(?:ns|us|ms|s|m|h))+$/;

/** What most fields are, told at once: the printer takes a tenth of a millisecond a field, and some components have 1,500. */
function plainLine(value: Json, indent: number): CleanText | null {
  const entries = Object.entries(value ?? {});
  const [[name, item] = ['', null]] = entries;
  if (entries.length !== 1 || !PLAIN_KEY.test(name)) return null;
  const text =
    item === null || typeof item === 'boolean' || Number.isSafeInteger(item)
      ? String(item)
      : typeof item === 'string' && (PLAIN_KEY.test(item) || DURATION.test(item))
        ? item
        : null;
  return text === null ? null : clean(`${'  '.repeat(indent)}${name}: ${text}`);
}

/** The recipe at `needsYamlQuotes`: YAML has escapes only in double quotes. */
function yamlLines(value: Json, indent: number): CleanText[] {
  const plain = plainLine(value, indent);
  if (plain !== null) return [plain];
  const document = new Document(value, { aliasDuplicateObjects: false });
  visit(document, {
    Scalar(_, node) {
      if (typeof node.value === 'string' && (needsYamlQuotes(node.value) || node.value.includes('\n')))
        node.type = 'QUOTE_DOUBLE';
    },
  });
  const text = escapeYaml(document.toString({ lineWidth: 0 })).trimEnd();
  return text.split('\n').map((line) => `${'  '.repeat(indent)}${line}` as CleanText);
}
