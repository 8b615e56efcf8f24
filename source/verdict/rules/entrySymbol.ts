import type { GoExport } from '../../evidence/evidence.js';
import { type Context, checked, type Host, NOTHING, notChecked, type Rule, type Ruling } from '../context.js';
import { finding } from '../finding.js';
import { withoutCgo } from './goRuntime.js';
import { scopeOf, searchedBy } from './linker/scope.js';

/** Names looked up after the file is open, by the way it was opened (the RFC's two Go drafts; its Rust one). */
const ENTRY = {
  'plugin.Open': ['CollectorPluginInit', 'NewFactory'],
  dlopen: ['register_collector_plugin'],
} as const;

/** plugin.Lookup, or dlsym: without the symbol nothing can be registered. */
export const entrySymbol: Rule = (context) => {
  const { plugin, opener, manifest, host, entryNames } = context;
  // A host without hashes may die before it looks anything up (`hostExportsHashes`): what it would find decides nothing.
  if (opener === 'plugin.Open' && host && !host.evidence.go?.providesHashes && !withoutCgo(host)) return NOTHING;
  // Without a hash table the file is no Go plugin; it has no exports in the sense of plugin.Lookup.
  if (opener === 'plugin.Open' && !plugin.go?.linkHashes) return checked('entry symbol');
  const declared = manifest?.manifest?.entry_symbol;
  const asked = opener === 'plugin.Open' && declared === undefined ? entryNames : null;
  const wanted: readonly string[] = declared === undefined ? (asked ?? ENTRY[opener]) : [declared];
  const found = wanted.find((name) => plugin.entrySymbols.includes(name));
  if (found !== undefined && asked?.includes(found) && !SIGNATURES.has(found)) return foreign(found);
  if (found !== undefined) return signature(found, context);
  if (opener === 'dlopen' && searchedBy(plugin, scopeOf(context)).some((library) => wanted.some(library.defines)))
    return checked('entry symbol');
  const hidden = wanted.find((name) => plugin.go?.exports?.some((exported) => exported.name === name));
  if (opener === 'plugin.Open' && hidden !== undefined) return hiddenSymbol(hidden, context);
  const names = wanted.join(' or ');
  const go = opener === 'plugin.Open';
  return checked('entry symbol', [
    finding('OCX0501', {
      subject: wanted[0] ?? '',
      plugin: asked ? exportedBy(context) : plugin.entrySymbols.length > 0 ? plugin.entrySymbols.join(', ') : 'not exported',
      host: names,
      evidence: go ? 'exports of the plugin (ptab)' : 'dynamic symbols',
      message: `no entry symbol: ${names} is not exported`,
      loaderMessage: go
        ? `plugin: symbol ${wanted[0]} not found in plugin ${plugin.go?.pluginPath ?? ''}`
        : `undefined symbol: ${wanted[0]}`,
      fix: go
        ? `export ${asked ? names : 'func CollectorPluginInit'} from package main, and build again`
        : plugin.rust
          ? 'export it: #[unsafe(no_mangle)] pub extern "C" fn register_collector_plugin'
          : 'export it: int32_t register_collector_plugin(const otc_host_api *), as spec/otelcol_plugin.h has it',
    }),
  ]);
};

/** Of another program than a Collector nothing is known but the name: what it asserts (often an interface) is in its code. */
function foreign(name: string): Ruling {
  return { findings: [], checked: ['entry symbol'], notChecked: [`whether the host takes ${name} as the type it has`] };
}

/** To see what the author may have meant; more would be no help. */
const MOST_EXPORTS = 10;

function exportedBy({ plugin }: Context): string {
  const names = (plugin.go?.exports ?? []).map(({ name }) => name).sort();
  if (names.length === 0) return 'exports nothing';
  const more = names.length - MOST_EXPORTS;
  return `exports ${names.slice(0, MOST_EXPORTS).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** The plugin's value in an OCX0501 of a symbol that plugin.Open itself looks for in vain, when the init functions have run. */
export const HIDDEN = 'exported, without a dynamic symbol';

/** plugin/plugin_dlopen.go looks up the symbol of each export before plugin.Open returns, and after the init functions ran. */
function hiddenSymbol(name: string, { plugin }: Context): Ruling {
  const symbol = `${plugin.go?.pluginPath ?? ''}.${name}`;
  return checked('entry symbol', [
    finding('OCX0501', {
      subject: name,
      plugin: HIDDEN,
      host: symbol,
      evidence: 'exports of the plugin (ptab), dynamic symbols',
      message: `${name} is exported, but ${symbol} is not among the dynamic symbols, where plugin.Open looks`,
      // Go looks them up in the order of a map, which is another each time.
      loaderMessage:
        plugin.go?.exports?.length === 1 ? `could not find symbol ${name}: ${plugin.path}: undefined symbol: ${symbol}` : null,
      fix: 'build it without -ldflags=-pluginpath, and link it without a version script',
    }),
  ]);
}

/** As `%T` prints them; the package of the registry is the host's affair. A NewFactory returns some factory. */
const SIGNATURES: ReadonlyMap<string, RegExp> = new Map([
  ['CollectorPluginInit', /^func\([\w.]+\.Registry\) error$/],
  ['NewFactory', /^func\(\) [\w.*]*Factory$/],
]);

const USUAL: Readonly<Record<string, string>> = {
  CollectorPluginInit: 'func(...Registry) error',
  NewFactory: 'func() ...Factory',
};

/** What the RFC's types can't be without, however a host spells them: a type that has no such word is none of them. */
const NAMED_BY: ReadonlyMap<string, RegExp> = new Map([
  ['CollectorPluginInit', /^func\(.*Registry.*\)/],
  ['NewFactory', /^func\(.*\) .*Factory/],
]);

/** A Collector that has this package opens plugins with it: what it takes, by whatever name, is known (runtime/go/loader/open.go: call). */
const OUR_LOADER = 'ocx.dev/runtime/loader';
const TAKEN = /^func\((pluginapi\.Registry\) error|\) (component|receiver|processor|exporter|connector|extension)\.Factory)$/;
const OUR_TYPES = 'func(pluginapi.Registry) error, or func() of a Factory';

/** A host asserts the type of what plugin.Lookup gives; which one it asserts is in its code, so another than usual is not decided. */
function signature(name: string, { plugin, opener, host }: Context): Ruling {
  const isOurs = host !== null && host.hashOf(OUR_LOADER) !== null;
  const expected = isOurs ? TAKEN : SIGNATURES.get(name);
  if (opener === 'dlopen' || !expected) return checked('entry symbol');
  const exported = plugin.go?.exports?.find((candidate) => candidate.name === name);
  const type = exported?.type ?? null;
  const unasserted = exported && host?.evidence.go?.providesHashes ? neverAsserted(exported, host) : null;
  if (unasserted !== null && type !== null) return wrongType(name, type, unasserted, isOurs);
  if (exported && type !== null && expected.test(type)) {
    return checked('entry symbol and its type');
  }
  if (isOurs && type !== null) return wrongType(name, type, `${type}, which this Collector does not take`, isOurs);
  const usual = USUAL[name] ?? '';
  if (host && type !== null && !NAMED_BY.get(name)?.test(type)) return otherThanTheRfc(name, type, usual);
  return notChecked('type of the entry symbol', [
    finding('OCX0502', {
      subject: name,
      plugin: type ?? 'type unknown',
      host: usual,
      evidence: 'exports of the plugin (ptab)',
      message: type === null ? `the type of ${name} can't be told from the file` : `${name} is ${type}, hosts expect ${usual}`,
      fix: `let ${name} be ${usual}`,
    }),
  ]);
}

/**
 * Why no assertion in the host can hold: it would compare with its own description of the type (cmd/compile: walkDotType), of a package it
 * links, under the type's symbol. Null where one can.
 */
function neverAsserted({ type, packages, typeSymbol }: GoExport, host: Host): string | null {
  const strange = packages.find((path) => host.hashOf(path) === null);
  if (strange !== undefined) return `${type} of package ${strange}, which the host does not have`;
  return typeSymbol !== null && !host.defines(typeSymbol) ? `${type}, a type that is nowhere in the host` : null;
}

/** A host asks for the RFC's names because it takes the RFC's types; one that asks for others is judged by the names it asks for (`--entry-symbol`). */
function otherThanTheRfc(name: string, type: string, usual: string): Ruling {
  return checked('entry symbol and its type', [
    finding('OCX0505', {
      subject: name,
      plugin: type,
      host: usual,
      evidence: 'exports of the plugin (ptab)',
      message: `${name} is ${type}, and hosts that ask for it take ${usual}: their type assertion fails`,
      fix: `let ${name} be ${usual} of the host's own plugin API`,
    }),
  ]);
}

function wrongType(name: string, type: string, why: string, isOurs: boolean): Ruling {
  return checked('entry symbol and its type', [
    finding('OCX0505', {
      subject: name,
      plugin: type,
      host: isOurs ? OUR_TYPES : 'has no such type',
      evidence: 'exports of the plugin (ptab), symbols of types (type:...) in both',
      message: `${name} is ${why}: its type assertion fails`,
      // What another host says of it are its own words.
      loaderMessage: isOurs
        ? `symbol ${name} is a ${type}, not a func(pluginapi.Registry) error of this Collector's ocx.dev/runtime/pluginapi`
        : null,
      fix: `let ${name} be what the host asks for: func(...Registry) error of the host's own plugin API`,
    }),
  ]);
}
