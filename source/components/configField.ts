import type { Json } from './json.js';

/**
 * Keys from the component's section down: `['protocols', 'grpc', 'endpoint']`. Fields of the sections in a list or map have a
 * step of their own for "any of them": `['actions', '[]', 'key']`.
 */
export type FieldPath = readonly string[];
export const LIST_STEP = '[]';
export const MAP_STEP = '{}';

/**
 * One field of a component's configuration, with what is below it. Strings are untrusted.
 * Made by `configFields`; `rows.ts` folds the tree, `defaultConfig.ts` writes it.
 */
export interface ConfigField {
  readonly path: FieldPath;
  /** Last key of the path. */
  readonly name: string;
  /** `group` has fields of its own; a list or map is one value: its children say what a section in it may have. */
  readonly shape: 'group' | 'list' | 'map' | 'value';
  /** `string`, `duration`, `integer`, `enum`, `secret`, `list of string`, `map of duration`, `group`, `any`. */
  readonly type: string;
  readonly default: FieldDefault;
  /** The component refuses a configuration without it. */
  readonly required: boolean;
  /** Never shown by the Collector, so its value belongs in an environment variable. */
  readonly secret: boolean;
  /** A section (or value) whose being there means something: leaving it out is not the same as giving it empty. */
  readonly optional: boolean;
  readonly deprecated: boolean;
  /** Values it takes, of an enum; else empty. */
  readonly choices: readonly Json[];
  /** Markdown, often one sentence; null when nobody wrote any. */
  readonly docs: string | null;
  /** Of a group, and of the sections in a list or map; in the order of the schema. */
  readonly children: readonly ConfigField[];
}

export type FieldDefault =
  /** In force when nothing is written. */
  | { readonly state: 'set'; readonly value: Json }
  /** In force once the optional section around it is given. */
  | { readonly state: 'once given'; readonly value: Json }
  /** Nothing is in force. */
  | { readonly state: 'not set' };
