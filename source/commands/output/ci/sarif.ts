import { createHash } from 'node:crypto';
import { isAbsolute, relative, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Invocation, Location, Log, Notification, ReportingDescriptor, Result } from 'sarif';
import type { JudgedRecord } from '../../../catalog/record.js';
import { clean } from '../../../terminal/clean.js';
import { FINDING_PAGES } from '../../../verdict/findingPages.js';
import type { Finding, Severity } from '../../../verdict/judgement.js';
import { PROBE_RULE } from '../probeRule.js';
import { probeText } from '../probes.js';
import { type Checked, failedProbe, judgedIn } from './checked.js';

const LEVEL: Readonly<Record<Severity, Result.level>> = {
  crashes: 'error',
  fails: 'error',
  refused: 'error',
  unknown: 'warning',
  warning: 'warning',
  note: 'note',
};

/**
 * SARIF 2.1.0 (OASIS Standard, 2020) of what `check-all` found: one rule a finding code that occurs, one result a finding. Notes
 * decide nothing and are left out. Names come from files: texts are clean, and nothing in them is a link or a placeholder.
 */
export function sarifLog(checked: Checked, version: string): Log {
  const found = judgedIn(checked).flatMap((record) => resultsOf(record, checked));
  const ids = [...new Set(found.map(({ ruleId }) => ruleId ?? ''))].sort();
  return {
    $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'ocx', version, rules: ids.map(ruleOf) } },
        automationDetails: { id: 'ocx/check-all/' },
        columnKind: 'utf16CodeUnits',
        invocations: [invocationOf(checked)],
        results: found.map((result) => ({ ...result, ruleIndex: ids.indexOf(result.ruleId ?? '') })),
      },
    ],
  };
}

/** 3.20: a directory without plugins is a fault of how the tool was called, not of a plugin, and has no result. */
function invocationOf({ exitCode, unanswered }: Checked): Invocation {
  if (unanswered.length === 0) return { executionSuccessful: true, exitCode };
  const toolConfigurationNotifications = unanswered.map(
    (text): Notification => ({ level: 'error', message: { text: messageText(text) } }),
  );
  return { executionSuccessful: false, exitCode, toolConfigurationNotifications };
}

function ruleOf(id: string): ReportingDescriptor {
  const kind = FINDING_PAGES.get(id) ?? PROBE_RULE;
  return {
    id,
    shortDescription: { text: kind.title },
    fullDescription: { text: kind.explain },
    help: { text: `${kind.explain} More: ocx explain ${id}`, markdown: `${kind.explain}\n\nMore: \`ocx explain ${id}\`` },
    defaultConfiguration: { level: LEVEL[kind.severity] },
  };
}

function resultsOf(record: JudgedRecord, checked: Checked): Result[] {
  const { judgement, name } = record;
  const results = judgement.findings
    .filter(({ severity }) => severity !== 'note')
    .map((finding): Result => {
      const subjects = [finding.subject, ...finding.items.map(({ subject }) => subject)];
      return {
        ruleId: finding.code,
        level: LEVEL[finding.severity],
        message: { text: messageText(`${name}: ${findingText(finding)}`) },
        ...placesOf(record, subjects, checked),
        partialFingerprints: { 'ocxFinding/v1': digest([finding.code, name, finding.subject]) },
        properties: {
          verdict: judgement.verdict,
          subject: finding.subject,
          plugin: finding.plugin,
          host: finding.host,
          evidence: finding.evidence,
        },
      };
    });
  const probe = failedProbe(record, checked.probes);
  if (!probe) return results;
  const failed: Result = {
    ruleId: PROBE_RULE.code,
    level: 'error',
    message: { text: messageText(`${name}: ${probeText(probe)}`) },
    ...placesOf(record, [], checked),
    partialFingerprints: { 'ocxFinding/v1': digest([PROBE_RULE.code, name]) },
  };
  return [failed, ...results];
}

function findingText({ message, cause, loaderMessage, fix }: Finding): string {
  return [
    message,
    ...(cause === null ? [] : [`cause: ${cause}`]),
    ...(loaderMessage === null ? [] : [`the loader will say: ${loaderMessage}`]),
    ...(fix === null ? [] : [`fix: ${fix}`]),
  ].join('; ');
}

/** SARIF 3.11.5 and 3.11.6: braces of a text are doubled, and `[text](target)` would be a link. */
function messageText(text: string): string {
  return clean(text).replace(/[{}]/g, '$&$&').replaceAll('](', '] (');
}

function placesOf(
  { path }: JudgedRecord,
  subjects: readonly string[],
  { entryLine, root }: Checked,
): Pick<Result, 'locations' | 'relatedLocations'> {
  const entry = entryLine(path, subjects);
  // Code scanning shows nothing that has no line.
  const plugin = locationAt(path, 1, root);
  if (!entry) return { locations: [plugin] };
  return {
    locations: [locationAt(entry.file, entry.line, root)],
    relatedLocations: [{ ...plugin, message: { text: 'the plugin' } }],
  };
}

function locationAt(path: string, startLine: number, root: string): Location {
  return { physicalLocation: { artifactLocation: locationOf(path, root), region: { startLine } } };
}

/** Below the root of the sources a path is relative to it, as code hosts ask; else a file URI. */
function locationOf(path: string, root: string): { uri: string; uriBaseId?: string } {
  const near = relative(root, path);
  if (near === '' || near === '..' || near.startsWith(`..${sep}`) || isAbsolute(near)) return { uri: pathToFileURL(path).href };
  return { uri: near.split(sep).map(encodeURIComponent).join('/'), uriBaseId: '%SRCROOT%' };
}

function digest(parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}
