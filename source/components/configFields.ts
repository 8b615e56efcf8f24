import { type ConfigField, type FieldDefault, type FieldPath, LIST_STEP, MAP_STEP } from './configField.js';
import type { Descriptor } from './descriptor.js';
import { choicesOf, hasFields, isDuration, isMap, isSecret, typeText } from './fieldType.js';
import { isObject, type Json, type JsonObject, member } from './json.js';
import { schemaNode } from './schemaNode.js';

/** Real trees are 10 deep and have up to 1,500 fields; a schema that refers to itself has no end. */
const MAX_DEPTH = 24;
const MAX_FIELDS = 10_000;

const trees = new WeakMap<object, readonly ConfigField[]>();

/**
 * The fields of a component's configuration as a tree: those of its schema in their order, then those that only its default
 * configuration has. Null when its file has neither. The same descriptor gives the same tree.
 */
export function configFields(descriptor: Pick<Descriptor, 'configSchema' | 'defaultConfig'>): readonly ConfigField[] | null {
  const { configSchema, defaultConfig } = descriptor;
  if (!configSchema && !defaultConfig) return null;
  let tree = trees.get(descriptor);
  if (!tree) {
    const walk: Walk = { root: configSchema ?? {}, left: MAX_FIELDS };
    const { keywords } = schemaNode(walk.root, configSchema ?? undefined);
    tree = fieldsOf(walk, keywords, defaultConfig ?? undefined, [], true);
    trees.set(descriptor, tree);
  }
  return tree;
}

interface Walk {
  readonly root: JsonObject;
  left: number;
}

/** @param given whether the section around is in force: every optional section on the way is part of the default. */
function fieldsOf(walk: Walk, keywords: JsonObject, value: Json | undefined, path: FieldPath, given: boolean): ConfigField[] {
  if (path.length >= MAX_DEPTH) return [];
  const properties = isObject(keywords.properties) ? keywords.properties : {};
  const values = isObject(value) ? value : {};
  const required = Array.isArray(keywords.required) ? keywords.required : [];
  const names = [...Object.keys(properties), ...Object.keys(values).filter((name) => !Object.hasOwn(properties, name))];
  const fields: ConfigField[] = [];
  for (const name of names) {
    if (--walk.left < 0) break;
    const field = fieldOf(walk, member(properties, name), member(values, name), [...path, name], given);
    fields.push(required.includes(name) ? { ...field, required: true } : field);
  }
  return fields;
}

function fieldOf(walk: Walk, schema: Json | undefined, value: Json | undefined, path: FieldPath, given: boolean): ConfigField {
  const node = schema === undefined ? { keywords: shapeOf(value), nullable: false } : schemaNode(walk.root, schema);
  const { keywords } = node;
  const optional = keywords['x-optional'] === true || node.nullable;
  const inForce = given && (value !== undefined || !optional);
  const grouped = isGroup(keywords);
  return {
    path,
    name: path.at(-1) ?? '',
    shape: grouped ? 'group' : keywords.type === 'array' ? 'list' : isMap(keywords) ? 'map' : 'value',
    type: typeText(walk.root, keywords),
    default: defaultOf(keywords, value, given, optional, grouped),
    required: false,
    secret: isSecret(keywords),
    optional,
    deprecated: keywords.deprecated === true,
    choices: choicesOf(keywords),
    docs: typeof keywords.description === 'string' && keywords.description.trim() !== '' ? keywords.description.trim() : null,
    children: grouped ? fieldsOf(walk, keywords, value, path, inForce) : fieldsOfItems(walk, keywords, path),
  };
}

/** Sections in a list or map have fields too: those of each of them. */
function fieldsOfItems(walk: Walk, keywords: JsonObject, path: FieldPath): ConfigField[] {
  const [step, below] = keywords.type === 'array' ? [LIST_STEP, keywords.items] : [MAP_STEP, keywords.additionalProperties];
  if (!isObject(below) || isSecret(keywords)) return [];
  const items = schemaNode(walk.root, below).keywords;
  return isGroup(items) ? fieldsOf(walk, items, undefined, [...path, step], false) : [];
}

function isGroup(keywords: JsonObject): boolean {
  if (isSecret(keywords) || isDuration(keywords)) return false;
  return hasFields(keywords.properties);
}

function defaultOf(
  keywords: JsonObject,
  value: Json | undefined,
  given: boolean,
  optional: boolean,
  grouped: boolean,
): FieldDefault {
  if (value !== undefined) return { state: 'set', value };
  const said = member(keywords, 'default');
  if (said !== undefined && said !== null) return { state: given && !optional ? 'set' : 'once given', value: said };
  // A group that always is there is in force without a value of its own.
  return grouped && given && !optional ? { state: 'set', value: {} } : { state: 'not set' };
}

/** A schema for what a default configuration has, and the schema does not know. */
function shapeOf(value: Json | undefined): JsonObject {
  if (value === null || value === undefined) return {};
  if (Array.isArray(value)) return { type: 'array' };
  if (!isObject(value)) return { type: typeof value === 'number' && Number.isInteger(value) ? 'integer' : typeof value };
  return Object.keys(value).length === 0
    ? { type: 'object', additionalProperties: {} }
    : { type: 'object', properties: properties(value) };
}

function properties(value: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, shapeOf(item)]));
}
