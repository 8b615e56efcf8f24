import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { configFields } from '../../source/components/configFields.js';
import { defaultConfigLines, keyLines } from '../../source/components/defaultConfig.js';
import type { Descriptor } from '../../source/components/descriptor.js';
import { allFields, pathText } from '../../source/components/fieldRows.js';
import { readDescriptors } from '../../source/components/readDescriptors.js';

// Made by `ocx build` of core and contrib 0.165.0: otlp, batch, debug; redaction.
const readings = ['otelcol', 'redaction'].map((name) =>
  readDescriptors(readFileSync(`test/components/built/${name}.json`, 'utf8')),
);
const components = readings.flatMap((reading) => reading.components).map((one) => [one.type, one] as const);

const text = (descriptor: Descriptor, fields: 'in force' | 'all') =>
  defaultConfigLines(descriptor, { fields, top: 'component', width: 100 });

describe('descriptors of a real build', () => {
  it('have no fault', () => {
    expect(readings.flatMap(({ faults }) => faults)).toEqual([]);
    expect(components.map(([type]) => type)).toEqual(['otlp', 'batch', 'debug', 'redaction']);
  });

  it.each(components)('%s: its default configuration as text is that configuration', (type, descriptor) => {
    for (const fields of ['in force', 'all'] as const) {
      const yaml = text(descriptor, fields).map((line) => line.text);
      expect(parse(yaml.join('\n'))).toEqual({ [type]: descriptor.defaultConfig });
    }
  });

  it.each(components)('%s: each field stands somewhere in the text with all fields', (_type, descriptor) => {
    const lines = text(descriptor, 'all');
    const fields = allFields(configFields(descriptor) ?? []).filter(({ path }) => !path.includes('[]') && !path.includes('{}'));
    expect(fields.length).toBeGreaterThan(4);
    const keys = keyLines(lines);
    for (const { path, name } of fields) {
      expect(lines[keys.get(pathText(path)) ?? -1]?.text.replaceAll(/^[ #]*/g, ''), pathText(path)).toMatch(
        new RegExp(`^${name}:`),
      );
    }
  });

  it('uncommented, what is not set is what would be in force', () => {
    const otlp = components[0]?.[1];
    if (!otlp) throw new Error('the Collector has an otlp receiver');
    const yaml = text(otlp, 'all').map((line) =>
      line.text.replace(/^( *)# (?=(?:grpc|http| +[a-z_]+):)/, '$1').replace('protocols: {}', 'protocols:'),
    );
    const { protocols } = parse(yaml.join('\n')).otlp;
    expect(protocols.grpc.endpoint ?? protocols.grpc.net_addr.endpoint).toBe('localhost:4317');
  });
});
