import type {
  CatalogSnapshot,
  HostRead,
  IgnoredRecord,
  JudgedRecord,
  Language,
  PluginRecord,
  ReadingRecord,
} from '../../source/catalog/record.js';
import type { Evidence } from '../../source/evidence/evidence.js';
import type { ComparisonRow, ComparisonSign } from '../../source/manifest/comparison.js';
import type { Finding, Judgement, Verdict } from '../../source/verdict/judgement.js';

/** A directory with one plugin of each kind, with the numbers of real ones. */
const DIRECTORY = '/opt/otelcol/plugins';

const EVIDENCE: Evidence = {
  path: `${DIRECTORY}/attributesprocessor.so`,
  size: 23_824_208,
  object: {
    format: 'elf',
    bits: 64,
    endian: 'little',
    machine: 'x86-64',
    kind: 'shared object',
    goPlatform: 'linux/amd64',
    truncated: null,
    hasSymbolTable: true,
    headerFaults: [],
  },
  linker: null,
  go: {
    version: 'go1.26.8',
    linkHashes: [],
    providesHashes: false,
    loaderWithoutHashes: false,
    exportsLastModule: true,
    pluginPath: 'plugin/unnamed-5d1e02c7',
    layout: null,
    exports: null,
    buildInfo: {
      goVersion: 'go1.26.8',
      path: 'example.com/otelcol/plugins/attributesprocessor',
      main: null,
      deps: [],
      settings: [
        { key: '-buildmode', value: 'plugin' },
        { key: '-trimpath', value: 'true' },
        { key: 'CGO_ENABLED', value: '1' },
        { key: 'vcs.revision', value: '0a1b2c3d4e5f' },
        { key: 'vcs.modified', value: 'true' },
      ],
    },
  },
  rust: null,
  manifest: { found: { carrier: 'note', offset: 0x270, size: 1936, text: '{}' }, others: [], descriptors: null },
  entrySymbols: ['CollectorPluginInit'],
  problems: [],
};

export const HOST: HostRead = {
  state: 'read',
  path: '/opt/otelcol/otelcol-custom',
  form: 'binary',
  evidence: EVIDENCE,
  title: 'otelcol-custom v0.149.0',
  toolchain: 'go1.26.8',
  platform: 'linux/amd64',
  flags: ['-trimpath'],
  hasManifest: true,
  cannotLoad: null,
};

const row = (
  sign: ComparisonSign,
  group: ComparisonRow['group'],
  name: string,
  plugin: string | null,
  host: string | null,
): ComparisonRow => ({ sign, group, name, plugin, host });

const SAME_MODULES = Array.from({ length: 56 }, (_, index) =>
  row(
    '=',
    'dependency',
    `example.com/same/module${index}`,
    `v1.0.${index} h1:abcdef${index}=`,
    `v1.0.${index} h1:abcdef${index}=`,
  ),
);

const COMPARISON: readonly ComparisonRow[] = [
  row('x', 'dependency', 'go.opentelemetry.io/collector/pdata', 'v1.54.0 h1:Jm5cUxAAAAAAAAAAA=', 'v1.55.0 h1:9KqRzEBBBBBBBBBBB='),
  row(
    'x',
    'dependency',
    'go.opentelemetry.io/collector/consumer',
    'v1.54.0 h1:0rTb4wAAAAAAAAAAA=',
    'v1.55.0 h1:79dOPwBBBBBBBBBBB=',
  ),
  row('x', 'dependency', 'go.uber.org/zap', 'v1.26.0 h1:sI7k6LAAAAAAAAAAA=', 'v1.27.1 h1:08RqrIBBBBBBBBBBB='),
  row('!', 'claim', 'build_flags: claim against bytes', 'claims -tags=netgo; bytes have no tags', 'agrees'),
  row(
    '?',
    'dependency',
    'github.com/open-telemetry/opentelemetry-collector-contrib/internal/filter',
    'v0.149.0 h1:KpeSGXAAAAAAAAAAA=',
    null,
  ),
  row('?', 'dependency', 'github.com/gobwas/glob', 'v0.2.3 h1:A4xDblAAAAAAAAAAA=', null),
  row('-', 'field', 'build_flags', '-trimpath -tags=netgo', '-trimpath'),
  row('~', 'field', 'build_time', '2026-11-23T13:10:40Z', '2026-11-23T13:04:02Z'),
  row('=', 'field', 'language', 'go', 'go'),
  row('=', 'field', 'toolchain_version', 'go1.26.8', 'go1.26.8'),
  row('=', 'field', 'target', 'linux/amd64 GOAMD64=v1', 'linux/amd64 GOAMD64=v1'),
  row('=', 'field', 'build_profile', 'release', 'release'),
  ...SAME_MODULES,
  row(' ', 'about', 'carrier', 'ELF note at 0x270, 1,936 bytes', 'ELF note, 2,011 bytes'),
];

const none = { plugin: null, host: null, cause: null, loaderMessage: null, fix: null, items: [] } as const;

const HASHES: Finding = {
  code: 'OCX0410',
  severity: 'fails',
  subject: 'go.opentelemetry.io/collector/pdata',
  plugin: '5d1e02c7  go.opentelemetry.io/collector/pdata v1.54.0  h1:Jm5cUx',
  host: '91b7c3d2  go.opentelemetry.io/collector/pdata v1.55.0  h1:9KqRzE',
  evidence: 'link hash of go.opentelemetry.io/collector/pdata/pcommon, at 0x17c9a40',
  message: 'plugin was built with a different version of 24 packages',
  cause: '3 modules differ: pdata explains 14 of 24, go.uber.org/zap 9, consumer 1',
  loaderMessage:
    'plugin.Open("/opt/otelcol/plugins/attributesprocessor"): plugin was built with a different version of package go.opentelemetry.io/collector/pdata/internal',
  fix: 'go get go.opentelemetry.io/collector/pdata@v1.55.0 go.opentelemetry.io/collector/consumer@v1.55.0 go.uber.org/zap@v1.27.1',
  items: Array.from({ length: 24 }, (_, index) => ({
    subject: `go.opentelemetry.io/collector/pdata/package${index}`,
    plugin: `5d1e02${index}`,
    host: `91b7c3${index}`,
  })),
};

const CLAIM: Finding = {
  ...none,
  code: 'OCX0602',
  severity: 'warning',
  subject: 'build_flags',
  evidence: 'note OTelCol at 0x270, field build_flags; build info at 0x17bd5e0',
  message: 'manifest claims -tags=netgo, the build info has no tags',
  fix: 'rebuild with `ocx build`, which writes the manifest from the build',
};

const CUT: Finding = {
  ...none,
  code: 'OCX0104',
  severity: 'crashes',
  subject: 'truncated.so',
  evidence: 'program header 1 of 10',
  message: 'file ends inside segment 1 of 10: it has 8,011,776 bytes, its segments need 29,185,968',
  loaderMessage: 'nothing: SIGBUS while it relocates, the Collector dies',
  fix: 'copy the file again',
};

function judgement(verdict: Verdict, findings: readonly Finding[]): Judgement {
  const load = verdict === 'refused' ? 'loads' : verdict;
  return {
    verdict,
    load,
    policy: verdict === 'refused' ? 'refused' : 'ok',
    checked: ['link hashes', 'runtime layout', 'manifest'],
    notChecked: ['what init functions do when they run'],
    findings,
  };
}

function judged(
  order: number,
  name: string,
  verdict: Verdict,
  language: Language,
  builtBy: string,
  size: number,
  cause: string,
  details: Partial<JudgedRecord> = {},
): JudgedRecord {
  const findings =
    verdict === 'loads'
      ? []
      : [{ ...none, code: 'OCX0601', severity: verdict, subject: name, evidence: 'build info', message: cause }];
  return {
    state: 'judged',
    path: `${DIRECTORY}/${name}`,
    name,
    size,
    link: null,
    order,
    evidence: { ...EVIDENCE, path: `${DIRECTORY}/${name}`, size },
    opener: 'plugin.Open',
    judgement: judgement(verdict, findings),
    alone: judgement(verdict, findings),
    step: null,
    file: null,
    pin: null,
    linking: null,
    cause,
    language,
    builtBy,
    comparison: COMPARISON.filter(({ sign }) => verdict !== 'loads' || sign === '=' || sign === '~' || sign === ' '),
    readAt: 0,
    ...details,
  };
}

const reading: ReadingRecord = {
  state: 'reading',
  path: `${DIRECTORY}/zipkinexporter.so`,
  name: 'zipkinexporter.so',
  size: 24_400_000,
  link: null,
  order: 13,
};
const ignored: IgnoredRecord = {
  state: 'ignored',
  path: `${DIRECTORY}/README.md`,
  name: 'README.md',
  size: 812,
  link: null,
  order: null,
  because: 'not named *.so',
};

export const PLUGINS: readonly PluginRecord[] = [
  judged(1, 'batchprocessor.so', 'loads', 'go', '1.26.8', 12_700_000, '1 component: processor batch'),
  judged(2, 'filterprocessor.so', 'loads', 'go', '1.26.8', 29_200_000, '1 component: processor filter'),
  judged(3, 'attributesprocessor.so', 'fails', 'go', '1.26.8', 23_824_208, 'pdata v1.54.0, host has v1.55.0: explains 14 of 24', {
    judgement: judgement('fails', [HASHES, CLAIM]),
  }),
  judged(4, 'transformprocessor.so', 'refused', 'go', '1.26.7', 31_000_000, 'toolchain go1.26.7, host go1.26.8 (would load)'),
  judged(
    5,
    'logdedupprocessor.so',
    'fails',
    'go',
    '1.26.8',
    21_500_000,
    'loads alone; fails after 2: ottl v0.149.0 came first, this one has v0.148.0',
  ),
  judged(6, 'hostmetricsreceiver.so', 'fails', 'go', '1.26.8', 19_100_000, 'built without -trimpath: 198 of 199 packages differ'),
  judged(7, 'redactionprocessor.so', 'refused', 'go', '1.26.8', 14_200_000, 'manifest: GOAMD64=v3, host allows v1'),
  judged(8, 'groupbyattrsprocessor.so', 'crashes', 'go', '1.25.5', 13_900_000, 'runtime layout of Go 1.25: the Collector dies'),
  judged(9, 'librowtag.so', 'loads', 'rust', '1.95.0', 4_100_000, '1 component: processor rowtag'),
  judged(10, 'libmasker.so', 'refused', 'rust', '1.93.1', 3_800_000, 'crate opentelemetry-proto 0.30.0, host takes 0.31.0'),
  judged(11, 'vendorexporter.so', 'unknown', 'go', '1.27rc1', 16_000_000, 'no layout table for Go 1.27rc1'),
  judged(12, 'truncated.so', 'crashes', 'go', '1.26.8', 8_011_776, 'file ends inside segment 1 of 10: the Collector dies', {
    judgement: judgement('crashes', [CUT]),
    comparison: [],
  }),
  reading,
  ignored,
];

export const EXAMPLE: CatalogSnapshot = {
  place: { paths: [DIRECTORY], kind: 'directories' },
  host: HOST,
  plugins: PLUGINS,
  plan: null,
  problems: [],
};
