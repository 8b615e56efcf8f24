import { type Context, checked, type FoundLibrary, NOTHING, notChecked, type Ruling, type WantedSymbol } from '../../context.js';
import { finding } from '../../finding.js';
import { GLIBC, type Scope } from './scope.js';

/**
 * dlopen(RTLD_NOW) binds every symbol (elf/dl-reloc.c), of the libraries that come with the plugin first: those without a version are looked for in
 * the host, its libraries, the plugin and its libraries (elf/dl-lookup.c). Where this system could run the host, what is nowhere fails.
 */
export function undefinedSymbols(context: Context, scope: Scope): Ruling {
  const { plugin, host, libraries } = context;
  if (!plugin.linker || !host) return NOTHING;
  const { added, isHere } = scope;
  const lacks = lacking(context, scope);
  const missing = plugin.linker.unversionedUndefined.filter(lacks);
  // Which is the first is asked only where several are: relocations are many.
  const firstOf = (path: string, names: readonly string[]) =>
    (isHere && names.length > 1 ? libraries.firstBoundIn(path, names) : null) ?? names[0];
  const first = firstOf(plugin.path, missing);
  // The plugin itself may define what its library wants.
  const ofLibraries = added.flatMap((library): Lack[] => {
    const names = library.undefined.filter((wanted) => lacks(wanted) && !libraries.definesIn(plugin.path, wanted));
    const name = firstOf(library.path, names);
    return name === undefined ? [] : [{ by: library.path, name, version: null, library: null }];
  });
  if (isHere) {
    const inVersion = lackingVersions(context, scope);
    // The last of a list is relocated first (elf/dl-open.c: dl_open_worker_begin).
    const findings = [
      ...[...ofLibraries, ...inVersion.filter(({ by }) => by !== plugin.path)].reverse().map(ofLibrary),
      ...(first === undefined ? [] : [own(plugin.path, first, missing)]),
      ...inVersion.filter(({ by }) => by === plugin.path).map((lack) => ofLibrary(lack)),
    ];
    return checked('undefined symbols', findings);
  }
  if (first !== undefined) return notChecked('undefined symbols that a library may provide', [elsewhere(first, missing)]);
  const [wanting] = ofLibraries;
  if (!wanting) return checked('undefined symbols');
  return notChecked('undefined symbols of needed libraries', [
    finding('OCX0203', {
      subject: wanting.by,
      plugin: wanting.by,
      evidence: `dynamic symbols of ${wanting.by}`,
      message: `${wanting.by}, which it needs, wants ${wanting.name}, which neither the host nor a library has`,
      fix: 'link that library against what it needs',
    }),
  ]);
}

/** A symbol that a file wants and nobody has. */
interface Lack {
  readonly by: string;
  readonly name: string;
  /** Null: of any. */
  readonly version: string | null;
  readonly library: FoundLibrary | null;
}

function lacking({ host, before }: Context, { found }: Scope): (name: string) => boolean {
  const libraries = [...found.values()];
  return (name) => !host?.defines(name) && !libraries.some((library) => library.defines(name)) && !before.defines(name);
}

/**
 * Symbols that are wanted in a version, of the libraries that are mapped under their names: another than the plugin was linked against may define the
 * version and not the symbol in it. One of that name elsewhere may be taken (elf/dl-lookup.c: do_lookup_x): then nothing is said.
 */
function lackingVersions({ plugin, host, libraries, before }: Context, scope: Scope): Lack[] {
  const found = [...scope.found.values()];
  const of = (name: string) => scope.found.get(name) ?? found.find(({ soname }) => soname === name) ?? null;
  const isAsked = (needs: readonly { readonly library: string }[]) => needs.some(({ library }) => !GLIBC.test(library));
  const files = [
    ...(isAsked(plugin.linker?.versionNeeds ?? []) ? [plugin.path] : []),
    ...scope.added.filter(({ versionNeeds }) => isAsked(versionNeeds)).map(({ path }) => path),
  ];
  const isElsewhere = (name: string, library: FoundLibrary) =>
    host?.defines(name) ||
    before.defines(name, library) ||
    found.some((other) => other !== library && other.defines(name)) ||
    libraries.definesIn(plugin.path, name);
  return files.flatMap((by): Lack[] => {
    const first = (libraries.wantedIn(by) ?? []).find(({ name, version, library: needed }: WantedSymbol) => {
      if (version === null || needed === null || GLIBC.test(needed)) return false;
      const library = of(needed);
      return library?.versions.has(version) && !library.satisfies(name, version) && !isElsewhere(name, library);
    });
    return first ? [{ by, name: first.name, version: first.version, library: of(first.library ?? '') }] : [];
  });
}

function ofLibrary({ by, name, version, library }: Lack) {
  const words = version === null ? name : `${name}, version ${version}`;
  return finding('OCX0213', {
    subject: name,
    plugin: words,
    evidence: `dynamic symbols of ${by}, undefined${library ? `; ${library.path} of this system` : ''}`,
    message: library
      ? `undefined symbol ${words} of ${by}: ${library.path}, which it is looked for in, has not that version of it`
      : `undefined symbol ${words} of ${by}, which it needs: not in the host, nor in a library`,
    loaderMessage: `${by}: undefined symbol: ${words}`,
    fix: library
      ? `install the ${library.soname ?? library.path} that it was linked against`
      : 'link that library against what it needs',
  });
}

function own(path: string, first: string, missing: readonly string[]) {
  return finding('OCX0213', {
    ...particulars(first, missing),
    message: `${count(first, missing)}: not in the host, nor in a library`,
    loaderMessage: `${path}: undefined symbol: ${first}`,
  });
}

function elsewhere(first: string, missing: readonly string[]) {
  return finding('OCX0203', {
    ...particulars(first, missing),
    message: `${count(first, missing)}: not in the host`,
    loaderMessage: `undefined symbol: ${first}`,
  });
}

const count = (first: string, { length }: readonly string[]): string =>
  length === 1 ? `undefined symbol ${first}` : `${length} undefined symbols, first ${first}`;

function particulars(first: string, missing: readonly string[]) {
  return {
    subject: first,
    plugin: first,
    evidence: 'dynamic symbols, undefined and without a version',
    items: missing.map((subject) => ({ subject, plugin: null, host: null })),
    fix: 'link the library that defines it into the plugin',
  };
}
