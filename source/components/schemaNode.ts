import { isObject, type Json, type JsonObject, member } from './json.js';

/** One place of a schema with its references followed: everything that is said of it, in one object. */
export interface SchemaNode {
  /** Keywords, without `$ref`, `allOf`, and the null of `anyOf` and `oneOf`. */
  readonly keywords: JsonObject;
  /** Null is allowed, by `type` or by one of several alternatives. */
  readonly nullable: boolean;
}

/** References that lead on to references, and parts of parts. */
const MAX_STEPS = 20;

/**
 * Brings what generators write (ours, schemars, Go's invopop) to one form: a local `$ref` (`#`, `#/$defs/x`) is followed,
 * parts of `allOf` are laid over each other, `anyOf: [X, null]` is X. Any other `$ref` says nothing, and nothing is fetched.
 */
export function schemaNode(root: JsonObject, schema: Json | undefined): SchemaNode {
  const seen = { steps: 0, nullable: false };
  const keywords = flatten(root, schema, seen);
  const { type } = keywords;
  if (!Array.isArray(type)) return { keywords, nullable: seen.nullable };
  const others = type.filter((name: Json) => name !== 'null');
  return {
    keywords: { ...keywords, type: others.length === 1 ? (others[0] ?? null) : others },
    nullable: seen.nullable || others.length < type.length,
  };
}

function flatten(root: JsonObject, schema: Json | undefined, seen: { steps: number; nullable: boolean }): JsonObject {
  if (!isObject(schema) || ++seen.steps > MAX_STEPS) return {};
  const { $ref: ref, allOf, anyOf, oneOf, ...own } = schema;
  let keywords: JsonObject = {};
  const lay = (more: JsonObject) => {
    keywords = merged(keywords, more);
  };
  if (typeof ref === 'string') lay(flatten(root, pointed(root, ref), seen));
  for (const part of Array.isArray(allOf) ? allOf : []) lay(flatten(root, part, seen));
  for (const alternatives of [anyOf, oneOf]) {
    if (!Array.isArray(alternatives)) continue;
    const some = alternatives.filter((part: Json) => !(isObject(part) && part.type === 'null'));
    if (some.length < alternatives.length) seen.nullable = true;
    const [only] = some;
    if (some.length === 1) lay(flatten(root, only, seen));
    else lay(choiceOf(some));
  }
  // What stands beside a reference is said of this place, and counts more.
  lay(own);
  return keywords;
}

function merged(under: JsonObject, over: JsonObject): JsonObject {
  const properties = { ...objectOf(under.properties), ...objectOf(over.properties) };
  const required = [...listOf(under.required), ...listOf(over.required)];
  return {
    ...under,
    ...over,
    ...(Object.keys(properties).length > 0 ? { properties } : {}),
    ...(required.length > 0 ? { required } : {}),
  };
}

/** `oneOf: [{const: "a"}, {enum: ["b"]}]`, as schemars writes documented enums; other alternatives have no one form. */
function choiceOf(alternatives: readonly Json[]): JsonObject {
  const choices: Json[][] = [];
  for (const part of alternatives) {
    if (!isObject(part)) return {};
    const constant = member(part, 'const');
    if (constant !== undefined) choices.push([constant]);
    else if (Array.isArray(part.enum)) choices.push(part.enum);
    else return {};
  }
  return { enum: choices.flat() };
}

function pointed(root: JsonObject, ref: string): Json | undefined {
  if (ref === '#') return root;
  if (!ref.startsWith('#/')) return undefined;
  let place: Json | undefined = root;
  for (const step of ref.slice(2).split('/')) {
    const key = step.replaceAll('~1', '/').replaceAll('~0', '~');
    if (!isObject(place)) return undefined;
    place = member(place, key);
  }
  return place;
}

function objectOf(value: Json | undefined): JsonObject {
  return isObject(value) ? value : {};
}

function listOf(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : [];
}
