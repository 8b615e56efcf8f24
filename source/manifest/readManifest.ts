import type { FoundManifest } from '../evidence/evidence.js';
import type { Manifest } from './manifest.js';
import { isDeeperThan, MAX_DEPTH } from './nesting.js';

/** What is wrong with one field. `value` is the offending value as JSON, cut; null when the field is missing. */
export interface ManifestFault {
  /** `build_flags[2]`, `dependency_hashes["go.uber.org/zap"]`; empty for the document itself. */
  readonly field: string;
  /** `is missing`, `must be a string, is a number`. */
  readonly problem: string;
  readonly value: string | null;
}

export interface ManifestReading {
  /** Null when a required field is missing or of the wrong kind: a half manifest is no claim to compare. */
  readonly manifest: Manifest | null;
  /** What could be made out, for display, valid or not. */
  readonly fields: Readonly<Record<string, unknown>> | null;
  readonly faults: readonly ManifestFault[];
}

/**
 * Parses manifest text and says what is wrong with it, field by field. Never throws.
 * The rules are those of `spec/manifest.schema.json`; `test/manifest` holds the two together.
 */
export function readManifest(text: string): ManifestReading {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return {
      manifest: null,
      fields: null,
      faults: [{ field: '', problem: `is not JSON: ${jsonProblem(error, text)}`, value: cut(text) }],
    };
  }
  if (!isRecord(value)) {
    return {
      manifest: null,
      fields: null,
      faults: [{ field: '', problem: `must be a JSON object, is ${kindOf(value)}`, value: cut(text) }],
    };
  }
  if (isDeeperThan(value, MAX_DEPTH)) {
    return {
      manifest: null,
      fields: null,
      faults: [{ field: '', problem: `is nested deeper than ${MAX_DEPTH} levels`, value: cut(text) }],
    };
  }
  const faults = checkFields(value, [...REQUIRED, ...OPTIONAL], '');
  return { manifest: faults.length === 0 ? (value as unknown as Manifest) : null, fields: value, faults };
}

/** Readings of manifests found in files: judged, compared and listed, each is parsed once. */
const readings = new WeakMap<FoundManifest, ManifestReading>();

/** `readManifest` of a manifest found in a file; null when there is none. */
export function readFound(found: FoundManifest | null): ManifestReading | null {
  if (!found) return null;
  let reading = readings.get(found);
  if (!reading) {
    reading = readManifest(found.text);
    readings.set(found, reading);
  }
  return reading;
}

type Check = (value: unknown, field: string) => ManifestFault[];

interface FieldRule {
  readonly name: string;
  readonly required: boolean;
  readonly check: Check;
}

const text: Check = (value, field) => {
  if (typeof value !== 'string') return [wrongKind(value, field, 'a string')];
  return value.trim() === '' ? [{ field, problem: 'must not be empty', value: cut(JSON.stringify(value)) }] : [];
};

const oneOf =
  (...allowed: readonly string[]): Check =>
  (value, field) => {
    if (typeof value !== 'string') return [wrongKind(value, field, 'a string')];
    const words = allowed.map((word) => `"${word}"`).join(' or ');
    return allowed.includes(value) ? [] : [{ field, problem: `must be ${words}`, value: cut(JSON.stringify(value)) }];
  };

const naturalNumber: Check = (value, field) =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 1
    ? []
    : [wrongKind(value, field, 'a whole number from 1')];

const textList: Check = (value, field) => {
  if (!Array.isArray(value)) return [wrongKind(value, field, 'a list of strings')];
  return value.flatMap((item, index) => (typeof item === 'string' ? [] : [wrongKind(item, `${field}[${index}]`, 'a string')]));
};

const textMap: Check = (value, field) => {
  if (!isRecord(value)) return [wrongKind(value, field, 'an object of strings')];
  return Object.entries(value).flatMap(([key, item]) => text(item, `${field}[${JSON.stringify(key)}]`));
};

/** RFC 3339, as `date-time` in JSON Schema; `new Date` alone would take far more. */
const RFC3339 =
  /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d+)?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/i;

const time: Check = (value, field) => {
  if (typeof value !== 'string') return [wrongKind(value, field, 'a string')];
  return RFC3339.test(value)
    ? []
    : [{ field, problem: 'must be a time as in RFC 3339 (2025-07-03T12:34:56Z)', value: cut(JSON.stringify(value)) }];
};

const REQUIRED: readonly FieldRule[] = [
  { name: 'language', required: true, check: oneOf('go', 'rust') },
  { name: 'toolchain_version', required: true, check: text },
  { name: 'build_profile', required: true, check: text },
  { name: 'dependency_hashes', required: true, check: textMap },
  { name: 'build_flags', required: true, check: textList },
  { name: 'target', required: true, check: text },
  { name: 'build_time', required: true, check: time },
];

const RUST_ACCEPTANCE: readonly FieldRule[] = [
  { name: 'toolchain_version', required: false, check: text },
  { name: 'abi_version', required: false, check: naturalNumber },
  { name: 'target', required: false, check: text },
  { name: 'build_profile', required: false, check: text },
  { name: 'build_flags', required: false, check: textList },
  { name: 'dependency_hashes', required: false, check: textMap },
  { name: 'dependency_versions', required: false, check: textMap },
];

const accepts: Check = (value, field) => {
  if (!isRecord(value)) return [wrongKind(value, field, 'an object')];
  if (value.rust === undefined) return [];
  return isRecord(value.rust)
    ? checkFields(value.rust, RUST_ACCEPTANCE, `${field}.rust.`)
    : [wrongKind(value.rust, `${field}.rust`, 'an object')];
};

const BUILD_ENVIRONMENT: readonly FieldRule[] = [
  { name: 'digest', required: true, check: text },
  { name: 'parts', required: true, check: textMap },
];

const buildEnvironment: Check = (value, field) =>
  isRecord(value) ? checkFields(value, BUILD_ENVIRONMENT, `${field}.`) : [wrongKind(value, field, 'an object')];

const OPTIONAL: readonly FieldRule[] = [
  { name: 'schema_version', required: false, check: naturalNumber },
  { name: 'name', required: false, check: text },
  { name: 'version', required: false, check: text },
  { name: 'goamd64', required: false, check: text },
  { name: 'entry_symbol', required: false, check: text },
  { name: 'abi_version', required: false, check: naturalNumber },
  { name: 'dependency_versions', required: false, check: textMap },
  { name: 'accepts', required: false, check: accepts },
  { name: 'build_environment', required: false, check: buildEnvironment },
];

function checkFields(value: Record<string, unknown>, rules: readonly FieldRule[], prefix: string): ManifestFault[] {
  return rules.flatMap(({ name, required, check }) => {
    const field = value[name];
    if (field === undefined) return required ? [{ field: `${prefix}${name}`, problem: 'is missing', value: null }] : [];
    return check(field, `${prefix}${name}`);
  });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function wrongKind(value: unknown, field: string, wanted: string): ManifestFault {
  return { field, problem: `must be ${wanted}, is ${kindOf(value)}`, value: cut(JSON.stringify(value) ?? 'null') };
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'an object';
  return typeof value === 'number' ? `the number ${value}` : `a ${typeof value}`;
}

/** V8 quotes the whole text in its message; the place is what helps. */
function jsonProblem(error: unknown, text: string): string {
  const message = error instanceof Error ? error.message : String(error);
  const place = /at position (\d+)/.exec(message);
  if (/end of JSON input|Unterminated/.test(message) || Number(place?.[1]) >= text.length) return 'it ends too early';
  return place ? `unexpected text at byte ${place[1]}` : 'unexpected text';
}

function cut(value: string): string {
  return value.length > 80 ? `${value.slice(0, 77)}...` : value;
}
