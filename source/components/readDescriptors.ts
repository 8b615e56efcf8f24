import type { FoundManifest } from '../evidence/evidence.js';
import { isDeeperThan, MAX_DEPTH } from '../manifest/nesting.js';
import type { Descriptor, DescriptorFault, DescriptorReading } from './descriptor.js';
import { isObject, type Json, type JsonObject, member } from './json.js';
import { COMPONENT_KINDS, COMPONENT_TYPE, type ComponentKind } from './kinds.js';

/** A real plugin brings one to ten, a whole contrib Collector 260. */
const MAX_COMPONENTS = 1000;
/** Characters. Longest README of contrib: 90,000; `ocx build` embeds 65,536. */
const MAX_DOCS = 262_144;
/** Characters of every other text. */
const MAX_TEXT = 4096;
/** Entries of a list or map of texts. */
const MAX_ENTRIES = 100;
/** More faults tell nothing new. */
const MAX_FAULTS = 50;

/**
 * Reads the text of a descriptors note (spec/components.schema.json: descriptors). Never throws: what can't be used is a
 * fault that names its place, and the components beside it stand.
 */
export function readDescriptors(text: string): DescriptorReading {
  const faults: DescriptorFault[] = [];
  const add: AddFault = (field, problem, value) => {
    if (faults.length < MAX_FAULTS) faults.push({ field, problem, value: value === undefined ? null : cut(value) });
  };
  return { components: readAll(text, add), faults };
}

/** Readings of notes found in files: listed, explained and drawn, each is parsed once. */
const readings = new WeakMap<FoundManifest, DescriptorReading>();

/** `readDescriptors` of the note found in a file (`Evidence.manifest.descriptors`); null when it has none. */
export function describedIn(found: FoundManifest | null): DescriptorReading | null {
  if (!found) return null;
  let reading = readings.get(found);
  if (!reading) {
    reading = readDescriptors(found.text);
    readings.set(found, reading);
  }
  return reading;
}

type AddFault = (field: string, problem: string, value?: Json) => void;

function readAll(text: string, add: AddFault): Descriptor[] {
  let value: Json;
  try {
    value = JSON.parse(text);
  } catch {
    add('', 'is not JSON', text);
    return [];
  }
  if (!isObject(value)) {
    add('', `must be a JSON object, is ${kindOf(value)}`, value);
    return [];
  }
  const version = member(value, 'format_version');
  if (version !== undefined && version !== 1) {
    add('format_version', 'must be 1: a newer ocx wrote this', version);
    return [];
  }
  const list = member(value, 'components');
  if (!Array.isArray(list)) {
    add('components', list === undefined ? 'is missing' : `must be a list, is ${kindOf(list)}`, list);
    return [];
  }
  if (list.length > MAX_COMPONENTS) add('components', `has ${list.length} entries: the first ${MAX_COMPONENTS} are read`);
  const seen = new Set<string>();
  return list.slice(0, MAX_COMPONENTS).flatMap((entry: Json, index) => {
    const descriptor = readOne(entry, `components[${index}]`, add);
    if (!descriptor) return [];
    const name = `${descriptor.kind} ${descriptor.type}`;
    if (seen.has(name)) {
      add(`components[${index}]`, `describes ${name} once more: the first counts`);
      return [];
    }
    seen.add(name);
    return [descriptor];
  });
}

function readOne(entry: Json, field: string, add: AddFault): Descriptor | null {
  if (!isObject(entry)) {
    add(field, `must be an object, is ${kindOf(entry)}`, entry);
    return null;
  }
  const at = (key: string) => `${field}.${key}`;
  const kind = member(entry, 'kind');
  const type = member(entry, 'type');
  if (!isKind(kind)) add(at('kind'), kind === undefined ? 'is missing' : `must be ${COMPONENT_KINDS.join(', ')}`, kind);
  const named = typeof type === 'string' && COMPONENT_TYPE.test(type);
  if (!named)
    add(at('type'), type === undefined ? 'is missing' : 'must be a letter, then up to 62 letters, digits and underscores', type);
  if (!isKind(kind) || !named) return null;
  const textOf = (key: string, most: number) => readText(member(entry, key), at(key), most, add);
  const objectOf = (key: string) => readObject(member(entry, key), at(key), add);
  return {
    kind,
    type,
    module: textOf('module', MAX_TEXT) ?? '',
    version: textOf('version', MAX_TEXT) ?? '',
    stability: readTextMap(member(entry, 'stability'), at('stability'), add),
    configSchema: objectOf('config_schema'),
    defaultConfig: objectOf('default_config'),
    docs: textOf('docs', MAX_DOCS),
    description: textOf('description', MAX_TEXT),
    warnings: readTextList(member(entry, 'warnings'), at('warnings'), add),
    defaultConfigFaults: readTextList(member(entry, 'default_config_faults'), at('default_config_faults'), add),
  };
}

function isKind(value: Json | undefined): value is ComponentKind {
  return COMPONENT_KINDS.some((kind) => kind === value);
}

/** Absent and null are the same: nothing is said. */
function readText(value: Json | undefined, field: string, most: number, add: AddFault): string | null {
  if (value === undefined || value === null) return null;
  if (typeof value !== 'string') {
    add(field, `must be a string, is ${kindOf(value)}`, value);
    return null;
  }
  if (value.length <= most) return value;
  add(field, `has ${value.length} characters: ${most} are read`);
  return value.slice(0, most);
}

function readObject(value: Json | undefined, field: string, add: AddFault): JsonObject | null {
  if (value === undefined || value === null) return null;
  if (!isObject(value)) {
    add(field, `must be an object, is ${kindOf(value)}`, value);
    return null;
  }
  if (!isDeeperThan(value, MAX_DEPTH)) return value;
  add(field, `is nested deeper than ${MAX_DEPTH} levels`);
  return null;
}

function readTextMap(value: Json | undefined, field: string, add: AddFault): Readonly<Record<string, string>> {
  const entries = Object.entries(readObject(value, field, add) ?? {}).slice(0, MAX_ENTRIES);
  const texts = entries.flatMap(([key, item]): [string, string][] => {
    const text = readText(item, `${field}[${cut(key)}]`, MAX_TEXT, add);
    return text === null ? [] : [[key, text]];
  });
  return Object.fromEntries(texts);
}

function readTextList(value: Json | undefined, field: string, add: AddFault): readonly string[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) {
    add(field, `must be a list of strings, is ${kindOf(value)}`, value);
    return [];
  }
  return value.slice(0, MAX_ENTRIES).flatMap((item: Json, index) => readText(item, `${field}[${index}]`, MAX_TEXT, add) ?? []);
}

function kindOf(value: Json): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'an object';
  return typeof value === 'number' ? `the number ${value}` : `a ${typeof value}`;
}

/** A list or an object may be of any depth: its kind must do. */
function cut(value: Json): string {
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? '[...]' : '{...}';
  const text = JSON.stringify(typeof value === 'string' ? value.slice(0, 100) : value);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
