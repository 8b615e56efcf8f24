import type { Json, JsonObject } from './json.js';
import { isObject, member } from './json.js';
import { schemaNode } from './schemaNode.js';

/** Lists of maps of lists: deeper says nothing more. */
const MAX_NESTING = 4;

/** The type of a field in a word or a few: `duration`, `list of string`, `map of integer`. */
export function typeText(root: JsonObject, keywords: JsonObject, nesting = 0): string {
  if (isSecret(keywords)) return 'secret';
  if (isDuration(keywords)) return 'duration';
  if (choicesOf(keywords).length > 0) return 'enum';
  const { type } = keywords;
  if (Array.isArray(type)) return type.join(' or ');
  if (type === 'array') return `list of ${below(root, member(keywords, 'items'), nesting)}`;
  if (isMap(keywords)) return `map of ${below(root, member(keywords, 'additionalProperties'), nesting)}`;
  if (type === 'object' || isObject(keywords.properties)) return 'group';
  return typeof type === 'string' && type !== '' ? type : 'any';
}

function below(root: JsonObject, schema: Json | undefined, nesting: number): string {
  if (!isObject(schema) || nesting >= MAX_NESTING) return 'any';
  return typeText(root, schemaNode(root, schema).keywords, nesting + 1);
}

/** `writeOnly` is JSON Schema's word for what goes in and never comes out. */
export function isSecret({ writeOnly, format }: JsonObject): boolean {
  return writeOnly === true || format === 'password';
}

/** Go's duration text (`1m30s`). Ours is marked; contrib's own files say it by a format, or by Go's type. */
export function isDuration(keywords: JsonObject): boolean {
  const { format } = keywords;
  return keywords['x-duration'] === true || format === 'duration' || keywords['x-customType'] === 'time.Duration';
}

/** An object of keys that nobody knows beforehand. */
export function isMap({ type, properties, additionalProperties }: JsonObject): boolean {
  return (type === undefined || type === 'object') && !hasFields(properties) && isObject(additionalProperties);
}

export function hasFields(properties: Json | undefined): properties is JsonObject {
  return isObject(properties) && Object.keys(properties).length > 0;
}

export function choicesOf({ enum: choices }: JsonObject): readonly Json[] {
  return Array.isArray(choices) ? choices : [];
}
