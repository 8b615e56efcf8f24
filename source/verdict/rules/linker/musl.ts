import { type Context, checked, type Host, NOTHING, notChecked, type Ruling } from '../../context.js';
import { finding } from '../../finding.js';
import { asanRuntime } from './sanitizer.js';

/** Hosts for Alpine: their dynamic linker is musl's own (ldso/dynlink.c), and checks far less than glibc's. */
export function isMusl(host: Host | null): boolean {
  return /\/ld-musl-[-\w]+\.so\.1$/.test(host?.evidence.linker?.interpreter ?? '');
}

/** ldso/dynlink.c, load_library: these names mean musl itself, whatever stands behind them: `libc.so.6`. */
const RESERVED = /^lib(c|pthread|rt|m|dl|util|xnet)\./;

/**
 * musl binds every symbol when a library is opened, by name alone: versions are passed over (ldso/dynlink.c: find_sym, do_relocs). What is
 * defined neither in the host, nor in musl, nor by what was opened before, fails. Asked of musl as this system has it.
 */
export function muslLinker(context: Context): Ruling {
  const { plugin, host, libraries, before } = context;
  const { linker } = plugin;
  if (!host || !linker) return NOTHING;
  const interpreter = host.evidence.linker?.interpreter ?? '';
  const isHere = host.evidence.object.machine === libraries.machine;
  const musl = isHere ? libraries.find(interpreter, null) : null;
  const wanted = isHere ? libraries.undefinedIn(plugin.path) : null;
  const others = linker.needed.filter((name) => !RESERVED.test(name));
  if (linker.needed.some((name) => asanRuntime.test(name))) return undecided(interpreter, 'which can take no sanitizer of glibc');
  if (others.length > 0) return undecided(interpreter, `where ${others.join(', ')} is found is not decided here`);
  // A Go plugin's thread-local variable is the host's (runtime.tlsg); another file's own is refused, if it comes too late (do_relocs: TPOFF).
  if (linker.staticTls > 0 && !plugin.go?.linkHashes)
    return undecided(interpreter, 'which gives static thread-local storage at its start only');
  if (linker.hasRelr) return undecided(interpreter, 'of which only releases from 1.2.4 on read packed relocations (DT_RELR)');
  if (!musl || 'fault' in musl || !wanted)
    return undecided(interpreter, 'which is not on this system: its symbols are not known');
  const missing = wanted.filter((name) => !host.defines(name) && !musl.defines(name) && !before.defines(name));
  const [first] = missing;
  if (first === undefined) return checked(`undefined symbols (${musl.path} of this system)`);
  return checked('undefined symbols', [
    finding('OCX0213', {
      subject: first,
      plugin: first,
      evidence: `dynamic symbols, undefined; ${musl.path} of this system`,
      message: `${missing.length === 1 ? `undefined symbol ${first}` : `${missing.length} undefined symbols, first ${first}`}: neither in the host nor in musl`,
      loaderMessage: `Error relocating ${plugin.path}: ${first}: symbol not found`,
      items: missing.map((subject) => ({ subject, plugin: null, host: null })),
      fix: 'build its C code against musl, or without what glibc alone has',
    }),
  ]);
}

function undecided(interpreter: string, why: string): Ruling {
  return notChecked('the dynamic linker of the host', [
    finding('OCX0207', {
      subject: interpreter,
      host: interpreter,
      evidence: 'PT_INTERP of the host',
      message: `the host asks for ${interpreter}, ${why}`,
      fix: 'try it in a child process on the machine of the host',
    }),
  ]);
}
