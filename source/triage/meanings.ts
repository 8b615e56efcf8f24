import type { Meaning } from './failure.js';

interface Sentence {
  readonly pattern: RegExp;
  /** Of the finding; null with an advice of its own. */
  readonly code: string | null;
  readonly advice?: string;
}

/**
 * What glibc's dlopen (elf/dl-load.c, dl-lookup.c, dl-version.c, dl-tls.c), Go's plugin package (plugin/plugin_dlopen.go,
 * runtime/plugin.go) and hosts say when a plugin does not load. The first group is the subject. The first that matches counts.
 */
const SENTENCES: readonly Sentence[] = [
  { pattern: /plugin was built with a different version of package ([^\s\])"',;]+)/, code: 'OCX0410' },
  { pattern: /plugin already loaded/, code: 'OCX0305' },
  { pattern: /could not find symbol (\S+?): /, code: 'OCX0501' },
  { pattern: /plugin: symbol (\S+) not found in plugin/, code: 'OCX0501' },
  { pattern: /symbol (\S+) is an? .{1,200}?, not an? /, code: 'OCX0502' },
  { pattern: /realpath failed/, code: 'OCX0109' },
  { pattern: /plugin: not implemented/, code: 'OCX0402' },
  { pattern: /version `([^'`]+)' not found \(required by/, code: 'OCX0202' },
  { pattern: /symbol (\S+)(?:, |:? )version \S+ not defined in file/, code: 'OCX0202' },
  // dlsym says of the entry symbol what dlopen says of one that the plugin wants; no plugin wants this one.
  { pattern: /undefined symbol: (register_collector_plugin)(?!\w)/, code: 'OCX0501' },
  { pattern: /undefined symbol: ([^\s\])"']+)/, code: 'OCX0203' },
  { pattern: /Error relocating \S+: (\S+): symbol not found/, code: 'OCX0203' },
  // From the beginning of a name: a line may be 60 kB of base64, and each of its places would be tried to the end.
  { pattern: /(?<![^\s:"])([^\s:"]+): cannot open shared object file: Permission denied/, code: 'OCX0108' },
  { pattern: /(?<![^\s:"])([^\s:"]+): cannot open shared object file: No such file or directory/, code: 'OCX0201' },
  { pattern: /Error loading shared library ([^\s:]+):/, code: 'OCX0201' },
  { pattern: /file too short|invalid ELF header/, code: 'OCX0101' },
  { pattern: /wrong ELF class|ELF file data encoding|cannot open shared object file: Exec format error/, code: 'OCX0106' },
  { pattern: /ELF file(?:'s phentsize| OS ABI| ABI| version)|only ET_DYN and ET_EXEC|no loadable segments/, code: 'OCX0105' },
  { pattern: /cannot dynamically load (?:position-independent )?executable/, code: 'OCX0107' },
  { pattern: /shared object cannot be dlopen\(\)ed/, code: 'OCX0204' },
  { pattern: /DT_RELR without GLIBC_ABI_DT_RELR/, code: 'OCX0205' },
  { pattern: /ASan runtime does not come first/, code: 'OCX0206' },
  { pattern: /cannot allocate memory in static TLS block/, code: 'OCX0209' },
  {
    pattern: /failed to map segment from shared object/,
    code: null,
    advice: 'the directory is mounted noexec, or memory ran out: findmnt -T FILE shows the mount options',
  },
  {
    pattern: /cannot enable executable stack/,
    code: null,
    advice: 'it asks for an executable stack, which this system forbids: link it with -Wl,-z,noexecstack',
  },
];

/** `plugin.Open("/a/b"): words`: the name has lost its `.so` where a module was looked at. */
const OPEN = /plugin\.Open\("((?:[^"\\]|\\.)*)"\): ([\s\S]*)/;

/** The first load failure a text tells of; null when it tells of none. */
export function meaningOf(text: string): Meaning | null {
  const open = OPEN.exec(text);
  // logrus goes on behind the quote that ends the error: ..." mwPath="/opt/x.so".
  const words = ((open?.[2] ?? text).split('\n')[0] ?? '').replace(/"(?: [\w.]+=.*)?$/, '');
  const known = SENTENCES.find(({ pattern }) => pattern.test(words));
  if (!open && !known) return null;
  const match = known?.pattern.exec(words) ?? null;
  // `FILE: sentence` as a rule; `sentence (required by FILE)` too.
  const file = open ? (open[1] ?? null) : (fileIn(`${words.slice(0, match?.index ?? 0)} `) ?? fileIn(text));
  const message = open ? `plugin.Open("${open[1]}"): ${words}` : sentence(words, match?.index ?? 0);
  const subject = match?.[1] ?? null;
  // dlopen names the file itself when it is not there, and the library when that is what it misses.
  const itself = known?.code === 'OCX0201' && subject !== null && (subject === file || /\.so$/.test(subject) === false);
  const code = itself && subject === file ? 'OCX0109' : (known?.code ?? null);
  const advice =
    known?.advice ?? (known ? null : 'the loader says this of no file that ocx knows: look at the words after the name');
  return { code, subject, advice, message: message.trim().replace(/[\])"]+$/, trimmed), file };
}

/** What stands behind a message belongs to the logger: `]` and quotes without a partner. */
function trimmed(end: string, at: number, whole: string): string {
  const before = whole.slice(0, at);
  return [...end].filter((sign) => (sign === ')' ? before.includes('(') : false)).join('');
}

/** From the file's name, or the sentence's start, to its end. */
function sentence(words: string, at: number): string {
  const name = /(?<!\S)\S+\.so\S*: $/.exec(words.slice(0, at));
  return words.slice(name ? name.index : at);
}

/** A plugin that a text names: the last `*.so` of it that is no system library. */
export function fileIn(text: string): string | null {
  const names = [...text.matchAll(/(?:^|[\s"'=([,])((?:[^\s"'=()[\],:]*\/)?[^\s"'/=()[\],:]+\.so)(?=[\s"')\],:;]|$)/g)];
  return names.map(([, name]) => name ?? '').find((name) => !/^(?:.*\/)?(?:lib|ld-)[\w.+-]*\.so$/.test(name)) ?? null;
}
