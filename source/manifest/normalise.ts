/**
 * Readings of one thing in several spellings. The raw value is what is shown; these decide whether two are the same.
 */

/** `go version go1.26.8 linux/amd64`, `1.26.8`, `go1.26.8 X:rangefunc` all mean `go1.26.8` (with its experiments). */
export function goToolchain(version: string): string {
  const text = version
    .trim()
    .replace(/^go version /, '')
    .replace(/ [a-z]+\/[a-z0-9]+$/, '');
  // A development tree is the commit and date that follow, all of it.
  if (text.startsWith('devel')) return text;
  const words = text.split(/\s+/);
  // `go version` appends the platform, which is compared as `target`; build info appends experiments.
  const experiments = words.slice(1).filter((word) => word.startsWith('X:'));
  return [(words[0] ?? '').replace(/^(?=\d)/, 'go'), ...experiments].join(' ');
}

/** `go1.26.8` is Go 1.26; null for what is not a release (`devel go1.27-3f1a...` is a tree of its own). */
export function goMinor(version: string): { readonly major: number; readonly minor: number } | null {
  const match = /^go(\d+)\.(\d+)(?:\.\d+|rc\d+|beta\d+)?(?:\s|$|[-+])/.exec(`${goToolchain(version)} `);
  return match ? { major: Number(match[1]), minor: Number(match[2]) } : null;
}

/** `rustc 1.95.0 (59807616e 2026-04-14)`; `.comment` says `rustc version 1.95.0 (...)`; a bare `1.95.0` has no commit to compare. */
export function rustToolchain(version: string): string {
  const trimmed = version.trim().replace(/^rustc version /, 'rustc ');
  return /^\d/.test(trimmed) ? `rustc ${trimmed}` : trimmed;
}

/**
 * The first release number in a text, `1.95.0`; null when there is none. No digit before it, or a text of digits alone would take the
 * square of its length: manifests of strangers may have one.
 */
export function releaseIn(text: string): string | null {
  return /(?<!\d)\d+\.\d+\.\d+/.exec(text)?.[0] ?? null;
}

/** What a standard library's paths tell of the compiler: `rustc (59807616e1fa...)`. */
const COMMIT_ALONE = /^rustc \(([0-9a-f]{40})\)$/;

/** The same rustc: equal, or one side gives no commit and the release is the same, or one gives nothing but the commit. */
export function sameRustToolchain(a: string, b: string): boolean {
  const [left, right] = [rustToolchain(a), rustToolchain(b)];
  if (left === right) return true;
  const [commit, other] = COMMIT_ALONE.test(left) ? [left, right] : [right, left];
  const alone = COMMIT_ALONE.exec(commit)?.[1];
  // The line of `rustc --version` has the beginning of it.
  if (alone !== undefined) return alone.startsWith(/\(([0-9a-f]{7,40})\b/.exec(other)?.[1] ?? '');
  const release = (version: string) => version.split(' ').slice(0, 2).join(' ');
  return (!left.includes('(') || !right.includes('(')) && release(left) === release(right);
}

/** A map: a manifest may call its target `constructor`, which every object has. */
const TRIPLE_OF_GO: ReadonlyMap<string, string> = new Map([
  ['linux/amd64', 'x86_64-unknown-linux-gnu'],
  ['linux/arm64', 'aarch64-unknown-linux-gnu'],
  ['linux/386', 'i686-unknown-linux-gnu'],
  ['linux/arm', 'armv7-unknown-linux-gnueabihf'],
  ['linux/ppc64le', 'powerpc64le-unknown-linux-gnu'],
  ['linux/s390x', 's390x-unknown-linux-gnu'],
  ['linux/riscv64', 'riscv64gc-unknown-linux-gnu'],
  ['linux/loong64', 'loongarch64-unknown-linux-gnu'],
  ['darwin/amd64', 'x86_64-apple-darwin'],
  ['darwin/arm64', 'aarch64-apple-darwin'],
  ['freebsd/amd64', 'x86_64-unknown-freebsd'],
  ['windows/amd64', 'x86_64-pc-windows-gnu'],
]);

/** A target as a Rust triple: `linux/amd64` (with or without `GOAMD64=v1` behind it) reads as `x86_64-unknown-linux-gnu`. */
export function targetTriple(target: string): string {
  const first = target.trim().split(/\s+/)[0] ?? '';
  return TRIPLE_OF_GO.get(first) ?? first;
}

/** `linux/amd64` for a triple, where Go has a name for it. */
export function goPlatformOf(triple: string): string | null {
  const wanted = targetTriple(triple);
  for (const [platform, name] of TRIPLE_OF_GO) if (name === wanted) return platform;
  const [cpu, , system] = wanted.split('-');
  const arch = cpu === 'x86_64' ? 'amd64' : cpu === 'aarch64' ? 'arm64' : null;
  return arch && system ? `${system}/${arch}` : null;
}

/** Flags that never decide: the mode differs by design, the output has another name, linker flags may differ. */
const IGNORED_FLAGS = new Set(['-buildmode', '-o', '-ldflags']);

/** Flags of the Go command whose value may stand in an argument of its own; rustc's and cargo's beside them. */
const TAKES_VALUE = /^(--?(tags|o|ldflags|buildmode|gcflags|asmflags|pgo|mod)|-C|--target|--profile|--features|-F|--cfg|-Z)$/;

/**
 * Build flags as a set that can be compared: `--tags` is `-tags`, `-trimpath=true` is `-trimpath`, tags are sorted, a
 * value in an element of its own belongs to the flag before it, rustc's `-C key=value` are kept apart by key, and
 * `-buildmode -o -ldflags` are left out. Of a flag that is repeated the last counts, but where cargo and rustc add up.
 */
export function comparableFlags(flags: readonly string[]): ReadonlyMap<string, string> {
  const result = new Map<string, string>();
  for (let index = 0; index < flags.length; index++) {
    let flag = (flags[index] ?? '').trim();
    const next = flags[index + 1];
    if (TAKES_VALUE.test(flag) && next !== undefined && !next.startsWith('-')) {
      flag = flag === '-C' || flag === '-Z' ? `${flag} ${next.trim()}` : `${flag}=${next.trim()}`;
      index++;
    }
    if (flag === '') continue;
    const { name, value } = splitFlag(flag);
    if (IGNORED_FLAGS.has(name) || value === 'false') continue;
    const between = ADDED_UP.get(name);
    const before = result.get(name);
    result.set(name, between !== undefined && before !== undefined ? `${before}${between}${value}` : value);
  }
  for (const name of SETS) {
    const words = result.get(name);
    if (words === undefined) continue;
    const sorted = [...new Set(words.split(/[\s,]+/).filter(Boolean))].sort().join(',');
    if (sorted === '') result.delete(name);
    else result.set(name, sorted);
  }
  return result;
}

/**
 * Flags that may be given more than once and mean all of it, with what parts their values (cargo: --features;
 * rustc_session/src/options.rs: parse_list, parse_string_push, parse_target_feature). Of Go's flags the last is recorded.
 */
const ADDED_UP: ReadonlyMap<string, string> = new Map([
  ['--features', ','],
  ['--cfg', ','],
  ['-C link-arg', ' '],
  ['-C link-args', ' '],
  ['-C llvm-args', ' '],
  ['-C target-feature', ','],
]);

/** Their values are words in any order: `-tags=a,b` and `-tags "b a"` select the same files. */
const SETS = ['-tags', '--features', '--cfg'];

function splitFlag(flag: string): { name: string; value: string } {
  const codegen = /^-C\s*([a-z-]+)(?:=(.*))?$/.exec(flag);
  if (codegen) return { name: `-C ${codegen[1]}`, value: codegen[2] ?? '' };
  const equals = flag.indexOf('=');
  const name = equals < 0 ? flag : flag.slice(0, equals);
  const value = equals < 0 ? '' : flag.slice(equals + 1);
  const goName = name.replace(/^--(?=(tags|trimpath|race|gcflags|ldflags|buildmode|asmflags|pgo|msan|asan|cover|o|mod)$)/, '-');
  return { name: goName === '-F' ? '--features' : goName, value: value === 'true' ? '' : value };
}

/** `-tags=netgo -trimpath`, sorted; `none` when there are none. */
export function flagsText(flags: ReadonlyMap<string, string>): string {
  if (flags.size === 0) return 'none';
  return [...flags]
    .map(([name, value]) => (value === '' ? name : `${name}=${value}`))
    .sort()
    .join(' ');
}
