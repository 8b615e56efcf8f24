import type { ConfigField, FieldPath } from './configField.js';

/** One line of a tree of fields. */
export interface FieldRow {
  readonly field: ConfigField;
  /** 0 at the top. */
  readonly depth: number;
  /** Null for what has nothing below it. */
  readonly folded: boolean | null;
}

/** The lines of a tree in which some groups (by `pathText`) are folded. */
export function fieldRows(fields: readonly ConfigField[], folded: ReadonlySet<string>): FieldRow[] {
  const rows: FieldRow[] = [];
  const add = (list: readonly ConfigField[], depth: number) => {
    for (const field of list) {
      const isFolded = field.children.length === 0 ? null : folded.has(pathText(field.path));
      rows.push({ field, depth, folded: isFolded });
      if (isFolded === false) add(field.children, depth + 1);
    }
  };
  add(fields, 0);
  return rows;
}

/** Groups that a first look does without: what lies deeper than one level, what is in lists, and optional sections that are not set. */
export function foldedAtFirst(fields: readonly ConfigField[]): Set<string> {
  const groups = allFields(fields).filter(({ children }) => children.length > 0);
  const off = groups.filter(({ path, shape, default: { state } }) => path.length > 1 || shape !== 'group' || state !== 'set');
  return new Set(off.map(({ path }) => pathText(path)));
}

/** Every field, each before what is below it. */
export function allFields(fields: readonly ConfigField[]): ConfigField[] {
  return fields.flatMap((field) => [field, ...allFields(field.children)]);
}

export function fieldOfPath(fields: readonly ConfigField[], path: FieldPath): ConfigField | null {
  const wanted = pathText(path);
  return allFields(fields).find((field) => pathText(field.path) === wanted) ?? null;
}

/** `protocols::grpc::endpoint`: as the Collector's own messages and its `--set` have it. */
export function pathText(path: FieldPath): string {
  return path.join('::');
}

/** Fields, not groups, that nobody wrote a word about. */
export function undocumented(fields: readonly ConfigField[]): number {
  return allFields(fields).filter(({ docs, shape }) => docs === null && shape !== 'group').length;
}
