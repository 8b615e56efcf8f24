import { componentsOf } from '../../catalog/cause.js';
import type { CatalogSnapshot, HostRecord, PluginRecord } from '../../catalog/record.js';
import { readFound } from '../../manifest/readManifest.js';
import type { LoadPlan } from '../../plan/plan.js';
import type { Finding } from '../../verdict/judgement.js';
import { aloneReport, planReport, stepReport } from './planReport.js';

/** The JSON every `ocx plugins` command prints (spec/plugins-output.schema.json). Fields are added, never renamed or dropped. */
export const FORMAT_VERSION = 1;

export function report(snapshot: CatalogSnapshot) {
  const { host, plugins, plan } = snapshot;
  const noHostBecause = host.state === 'read' ? null : host.because;
  return {
    format_version: FORMAT_VERSION,
    host: hostReport(host),
    no_host_because: noHostBecause,
    plan: planReport(snapshot),
    plugins: plugins.map((record) => pluginReport(record, plan)),
  };
}

function hostReport(host: HostRecord) {
  if (host.state !== 'read') return null;
  const { path, title, toolchain, platform, flags, hasManifest, cannotLoad } = host;
  return {
    path,
    title,
    toolchain_version: toolchain,
    platform,
    build_flags: flags,
    has_manifest: hasManifest,
    cannot_load: cannotLoad,
  };
}

export function pluginReport(record: PluginRecord, plan: LoadPlan | null) {
  if (record.state !== 'judged') {
    const because = record.state === 'ignored' ? record.because : 'not read';
    return { path: record.path, order: null, state: 'ignored' as const, because };
  }
  const { path, order, judgement, evidence, size, language, builtBy, cause } = record;
  const manifest = evidence?.manifest.found ?? null;
  return {
    path,
    order,
    state: 'judged' as const,
    verdict: judgement.verdict,
    policy: judgement.policy,
    load: judgement.load,
    cause,
    alone: aloneReport(record),
    plan: stepReport(record, plan),
    checked: judgement.checked,
    not_checked: judgement.notChecked,
    size,
    language,
    built_by: builtBy,
    manifest: readFound(manifest)?.fields ?? null,
    carrier: manifest && { kind: manifest.carrier, offset: manifest.offset, size: manifest.size },
    components: evidence ? componentsOf(evidence).map(componentReport) : [],
    findings: judgement.findings.map(findingReport),
  };
}

function componentReport(text: string) {
  const [kind = '', type = ''] = text.split(' ');
  return { kind, type };
}

/** A finding as every JSON of ocx has it. */
export function findingReport({
  code,
  severity,
  subject,
  plugin,
  host,
  evidence,
  message,
  cause,
  loaderMessage,
  fix,
  items,
}: Finding) {
  return { code, severity, subject, plugin, host, evidence, message, cause, loader_message: loaderMessage, fix, items };
}
