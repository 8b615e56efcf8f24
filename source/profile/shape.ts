/**
 * What a value of a JSON file must look like: one definition that reads it, and that the published JSON Schema is made of.
 * `read` gives the value with nothing in it that the shape does not name.
 */
export interface Shape<T> {
  /** @throws ShapeError naming the place. */
  read(value: unknown, at: string): T;
  /** JSON Schema 2020-12. */
  readonly schema: Readonly<Record<string, unknown>>;
}

export type Of<S> = S extends Shape<infer T> ? T : never;

/** A value that is not what the shape asks for. */
export class ShapeError extends Error {
  override readonly name = 'ShapeError';

  constructor(at: string, problem: string) {
    super(`${at === '' ? 'the text' : at} ${problem}`);
  }
}

export const text: Shape<string> = {
  schema: { type: 'string' },
  read: (value, at) => (typeof value === 'string' ? value : fail(at, value, 'text')),
};

/** Text of this form; `what` says it in words. */
export function form(pattern: RegExp, what: string): Shape<string> {
  return {
    schema: { type: 'string', pattern: pattern.source },
    read: (value, at) => (typeof value === 'string' && pattern.test(value) ? value : fail(at, value, what)),
  };
}

export const flag: Shape<boolean> = {
  schema: { type: 'boolean' },
  read: (value, at) => (typeof value === 'boolean' ? value : fail(at, value, 'true or false')),
};

/** A count, size or offset. */
export const whole: Shape<number> = {
  schema: { type: 'integer', minimum: 0 },
  read: (value, at) =>
    typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : fail(at, value, 'a whole number'),
};

export function oneOf<const T extends string | number>(...allowed: readonly T[]): Shape<T> {
  return {
    schema: { enum: allowed },
    read: (value, at) => allowed.find((one) => one === value) ?? fail(at, value, allowed.join(' or ')),
  };
}

export function orNull<T>(shape: Shape<T>): Shape<T | null> {
  return {
    schema: { anyOf: [{ type: 'null' }, shape.schema] },
    read: (value, at) => (value === null ? null : shape.read(value, at)),
  };
}

export function listOf<T>(shape: Shape<T>): Shape<readonly T[]> {
  return {
    schema: { type: 'array', items: shape.schema },
    read: (value, at) =>
      Array.isArray(value) ? value.map((item: unknown, index) => shape.read(item, `${at}[${index}]`)) : fail(at, value, 'a list'),
  };
}

/** An object whose keys are data: package paths. */
export function mapOf<T>(shape: Shape<T>): Shape<ReadonlyMap<string, T>> {
  return {
    schema: { type: 'object', additionalProperties: shape.schema },
    read: (value, at) =>
      new Map(Object.entries(objectAt(value, at)).map(([key, item]) => [key, shape.read(item, `${at}.${key}`)])),
  };
}

type Fields = Readonly<Record<string, Shape<unknown>>>;

export function record<F extends Fields>(fields: F): Shape<{ readonly [K in keyof F]: Of<F[K]> }> {
  const names = Object.keys(fields);
  return {
    schema: {
      type: 'object',
      properties: Object.fromEntries(names.map((name) => [name, fields[name]?.schema])),
      required: names,
      additionalProperties: false,
    },
    read: (value, at) => {
      const object = objectAt(value, at);
      const read = ([name, shape]: [string, Shape<unknown>]) => [
        name,
        shape.read(object[name], at === '' ? name : `${at}.${name}`),
      ];
      return Object.fromEntries(Object.entries(fields).map(read)) as { readonly [K in keyof F]: Of<F[K]> };
    },
  };
}

function objectAt(value: unknown, at: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return fail(at, value, 'an object');
  return value as Readonly<Record<string, unknown>>;
}

function fail(at: string, value: unknown, wanted: string): never {
  throw new ShapeError(at, value === undefined ? `is missing (${wanted})` : `is not ${wanted}`);
}
