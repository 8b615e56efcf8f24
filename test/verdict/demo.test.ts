import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { causeOf } from '../../source/catalog/cause.js';
import { placeOf } from '../../source/catalog/discovery.js';
import { scan } from '../../source/catalog/scan.js';

/** What `fixtures/demo.mjs` wrote down beside the real Collector: its own word, and what opening the file did. */
interface Measured {
  readonly verdict: string;
  readonly policy: string;
  readonly load: string;
  readonly cause: string;
  readonly opened: { readonly how: string; readonly outcome: string; readonly message?: string };
}
const DEMO = 'fixtures/demo';
const expected: Record<string, Measured> = JSON.parse(readFileSync(`${DEMO}/expected.json`, 'utf8'));

describe('the demo, judged by the profile of its Collector', () => {
  const { host, plugins } = scan({
    place: placeOf([`${DEMO}/plugins`]),
    host: `${DEMO}/otelcol.profile.json`,
    recursive: false,
    now: 0,
  });
  const records = new Map(plugins.map((record) => [record.name, record]));

  it('every file was measured', () => {
    expect(host.state).toBe('read');
    expect(readdirSync(`${DEMO}/plugins`).sort()).toEqual(Object.keys(expected));
  });

  it.each(Object.entries(expected))('%s: what the Collector says, and what opening it did', (name, { opened, ...said }) => {
    const record = records.get(name);
    if (record?.state !== 'judged') throw new Error(`${name} was not judged`);
    const { verdict, policy, load } = record.alone;
    expect({ verdict, policy, load, cause: causeOf(record.alone, record.evidence) }).toEqual(said);
    expect(load).toBe(opened.outcome);
  });

  it("the first mismatched package is the one the Collector's loader named", () => {
    const record = records.get('greeter-other-dep.so');
    const [found] = record?.state === 'judged' ? record.alone.findings : [];
    const message = expected['greeter-other-dep.so']?.opened.message ?? '';
    expect(found?.code).toBe('OCX0410');
    expect(message.endsWith(`built with a different version of package ${found?.subject}`), message).toBe(true);
  });

  it('it shows each of the verdicts that decide, and components of three real plugins', () => {
    const verdicts = new Set(Object.values(expected).map(({ verdict }) => verdict));
    expect([...verdicts].sort()).toEqual(['crashes', 'fails', 'loads', 'refused']);
    const loads = plugins.flatMap((record) =>
      record.state === 'judged' && record.judgement.verdict === 'loads' ? [record.name] : [],
    );
    expect(loads).toEqual(['batch.so', 'greeter.so', 'stamp.so']);
  });
});
