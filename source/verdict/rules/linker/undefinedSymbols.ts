import { type Context, checked, NOTHING, notChecked, type Ruling } from '../../context.js';
import { finding } from '../../finding.js';
import type { Scope } from './scope.js';

/**
 * dlopen(RTLD_NOW) binds every symbol (elf/dl-reloc.c), of the libraries that come with the plugin too: those without a version are looked for in the
 * host, its libraries, the plugin and its libraries (elf/dl-lookup.c). Where this system could run the host, what is nowhere fails.
 */
export function undefinedSymbols({ plugin, host, before }: Context, { found, added, isHere }: Scope): Ruling {
  if (!plugin.linker || !host) return NOTHING;
  const libraries = [...found.values()];
  const lacks = (name: string) =>
    !host.defines(name) && !libraries.some((library) => library.defines(name)) && !before.defines(name);
  const missing = plugin.linker.unversionedUndefined.filter(lacks);
  const [first] = missing;
  if (first === undefined) return ofLibraries(added.filter(({ undefined: wanted }) => wanted.some(lacks)));
  const what = missing.length === 1 ? `undefined symbol ${first}` : `${missing.length} undefined symbols, first ${first}`;
  const particulars = {
    subject: first,
    plugin: first,
    evidence: 'dynamic symbols, undefined and without a version',
    message: `${what}: not in the host${isHere ? ', nor in a library' : ''}`,
    loaderMessage: isHere ? `${plugin.path}: undefined symbol: ${first}` : `undefined symbol: ${first}`,
    items: missing.map((subject) => ({ subject, plugin: null, host: null })),
    fix: 'link the library that defines it into the plugin',
  };
  return isHere
    ? checked('undefined symbols', [finding('OCX0213', particulars)])
    : notChecked('undefined symbols that a library may provide', [finding('OCX0203', particulars)]);
}

/** The plugin itself may define what its library wants: its symbols are not looked up. */
function ofLibraries(wanting: readonly { readonly path: string; readonly undefined: readonly string[] }[]): Ruling {
  const [first] = wanting;
  if (!first) return checked('undefined symbols');
  return notChecked('undefined symbols of needed libraries', [
    finding('OCX0203', {
      subject: first.path,
      plugin: first.path,
      evidence: `dynamic symbols of ${first.path}`,
      message: `${first.path}, which it needs, wants symbols that neither the host nor a library has`,
      fix: 'link that library against what it needs',
    }),
  ]);
}
