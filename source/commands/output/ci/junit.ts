import { dirname, relative } from 'node:path';
import type { JudgedRecord } from '../../../catalog/record.js';
import { type CleanText, clean, cleaned } from '../../../terminal/clean.js';
import { findingLines } from '../findings.js';
import { probeText } from '../probes.js';
import { type Checked, failedProbe, judgedIn } from './checked.js';

/**
 * JUnit XML of what `check-all` found, as CI systems read it (the elements that Jenkins, GitLab and their like share): one test
 * case a plugin. What is refused, fails or crashes is a failure; unknown is an error, for it was not shown to be good.
 * Ignored files are no plugins and no tests; a directory without plugins is an error, for a report of nothing is green.
 */
export function junitLines(checked: Checked): CleanText[] {
  const cases = [...judgedIn(checked).map((record) => testCase(record, checked)), ...checked.unanswered.map(emptyPlace)];
  const count = (kind: TestCase['kind']) => cases.filter((each) => each.kind === kind).length;
  const counts = { tests: cases.length, failures: count('failure'), errors: count('error'), skipped: 0 };
  return [
    clean('<?xml version="1.0" encoding="UTF-8"?>'),
    tag('testsuites', { name: 'ocx', ...counts }, ''),
    tag('testsuite', { name: 'ocx plugins check-all', ...counts }, '  '),
    ...cases.flatMap(({ lines }) => lines),
    clean('  </testsuite>'),
    clean('</testsuites>'),
  ];
}

function emptyPlace(sentence: CleanText): TestCase {
  const attributes = { classname: 'ocx plugins check-all', name: sentence, time: 0 };
  return {
    kind: 'error',
    lines: [
      tag('testcase', attributes, '    '),
      tag('error', { type: 'no plugin', message: sentence }, '      '),
      clean('      </error>'),
      clean('    </testcase>'),
    ],
  };
}

interface TestCase {
  readonly kind: 'passed' | 'failure' | 'error';
  readonly lines: readonly CleanText[];
}

function testCase(record: JudgedRecord, checked: Checked): TestCase {
  const { name, path, judgement, cause } = record;
  const { verdict, findings } = judgement;
  const entry = checked.entryLine(
    path,
    findings.flatMap(({ subject, items }) => [subject, ...items.map((item) => item.subject)]),
  );
  const seen = (file: string) => relative(checked.root, file) || file;
  const open = tag(
    'testcase',
    {
      classname: seen(dirname(path)),
      name,
      file: seen(entry?.file ?? path),
      ...(entry ? { line: entry.line } : {}),
      time: 0,
    },
    '    ',
  );
  const close = clean('    </testcase>');
  const probe = failedProbe(record, checked.probes);
  if (verdict === 'loads' && !probe) return { kind: 'passed', lines: [open, close] };
  const kind = verdict === 'unknown' && !probe ? 'error' : 'failure';
  const reasons = findings.flatMap((finding) => findingLines(finding, name, (text) => text));
  return {
    kind,
    lines: [
      open,
      tag(kind, probe ? { type: probe.outcome, message: probeText(probe) } : { type: verdict, message: cause }, '      '),
      ...(probe ? [escaped(probeText(probe))] : []),
      ...reasons.map(escaped),
      cleaned`      </${kind}>`,
      close,
    ],
  };
}

function tag(name: string, attributes: Readonly<Record<string, string | number>>, indent: string): CleanText {
  const texts = Object.entries(attributes).map(([key, value]) => ` ${key}="${escaped(String(value))}"`);
  return `${indent}<${name}${texts.join('')}>` as CleanText;
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' };

/** Text and attribute values; what XML can't hold at all (controls, lone surrogates) is no clean text to begin with. */
function escaped(text: string): CleanText {
  return clean(text).replace(/[&<>"']/g, (sign) => ENTITIES[sign] ?? sign) as CleanText;
}
