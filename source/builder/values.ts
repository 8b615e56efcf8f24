import type { Field, Positions } from './positions.js';

// What stands at a field of a build file, by its shape. Each throws a PlaceError with field and line for another.

/** A text that must be there and not be empty. */
export function required(parent: Record<string, unknown>, field: Field, at: Positions): string {
  const text = optional(parent, field, at);
  return text === null || text.trim() === '' ? at.wrong(field, text === null ? 'is missing' : 'must not be empty') : text;
}

/** A text, or a number as it is written (`1.10`); null where there is none. */
export function optional(parent: Record<string, unknown>, field: Field, at: Positions): string | null {
  const value = parent[String(field.at(-1))];
  if (value === undefined || value === null) return null;
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return at.written(field) ?? String(value);
  return at.wrong(field, 'must be a text');
}

/** A list of texts; empty where there is none. */
export function textList(parent: Record<string, unknown>, key: string, at: Positions): string[] {
  const { [key]: list } = parent;
  if (list === undefined || list === null) return [];
  const items: readonly unknown[] = Array.isArray(list) ? list : at.wrong([key], 'must be a list');
  return items.map((item, index) => (typeof item === 'string' ? item : at.wrong([key, index], 'must be a text')));
}

/** A mapping. */
export function record(value: unknown, field: Field, at: Positions): Record<string, unknown> {
  return isRecord(value) ? value : at.wrong(field, 'must be a mapping');
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
