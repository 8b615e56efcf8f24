import { checked, type Rule } from '../context.js';
import { finding } from '../finding.js';

/** Names looked up after the file is open, by the way it was opened (the RFC's two Go drafts; its Rust one). */
const ENTRY = {
  'plugin.Open': ['CollectorPluginInit', 'NewFactory'],
  dlopen: ['register_collector_plugin'],
} as const;

/** plugin.Lookup, or dlsym: without the symbol nothing can be registered. */
export const entrySymbol: Rule = ({ plugin, opener, manifest }) => {
  // Without a hash table the file is no Go plugin; it has no exports in the sense of plugin.Lookup.
  if (opener === 'plugin.Open' && !plugin.go?.linkHashes) return checked('entry symbol');
  const declared = manifest?.manifest?.entry_symbol;
  const wanted: readonly string[] = declared === undefined ? ENTRY[opener] : [declared];
  if (wanted.some((name) => plugin.entrySymbols.includes(name))) return checked('entry symbol');
  const names = wanted.join(' or ');
  const go = opener === 'plugin.Open';
  return checked('entry symbol', [
    finding('OCX0501', {
      subject: wanted[0] ?? '',
      plugin: plugin.entrySymbols.length > 0 ? plugin.entrySymbols.join(', ') : 'not exported',
      host: names,
      evidence: go ? 'exports of the plugin (ptab)' : 'dynamic symbols',
      message: `no entry symbol: ${names} is not exported`,
      loaderMessage: go
        ? `plugin: symbol ${wanted[0]} not found in plugin ${plugin.go?.pluginPath ?? ''}`
        : `undefined symbol: ${wanted[0]}`,
      fix: go
        ? 'export func CollectorPluginInit from package main, and build again'
        : 'export it: #[unsafe(no_mangle)] pub extern "C" fn register_collector_plugin',
    }),
  ]);
};
