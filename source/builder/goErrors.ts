import { relative, resolve } from 'node:path';

/** What a user must see of a failed Go command: the compiler's own lines, not the log around them. */

/** `source/x.go:12:3: undefined: foo`, with continuation lines (indented) behind it. */
const AT_A_PLACE = /^(?:vet: )?[^\s:][^:\n]*\.(?:go|s|S|c|h|mod|sum|work):\d+(?::\d+)?:? /;
/** Said by the go command, the linkers, or gcc about no file. */
const ABOUT_NO_FILE =
  /^(?:go: (?!downloading |finding |found |added |upgraded |downgraded |extracting |warning)|# runtime\/cgo|ld: |collect2: |\S*(?:link|cgo|gcc|ld): |package \S+ is not in std|no required module|cannot find |build constraints exclude|panic: |fatal error: |error obtaining )/;
/** `# example.com/x`: the package that the lines below belong to. */
const PACKAGE = /^# \S+/;

/** More than this is the same mistake again. */
const MOST = 20;

/**
 * The error lines in what `go build` printed. Of an output that has none of a known form, its last lines.
 */
export function goErrors(stderr: string): string[] {
  const found: string[] = [];
  let inside = false;
  for (const line of stderr.split('\n').map((text) => text.trimEnd())) {
    const starts = AT_A_PLACE.test(line) || ABOUT_NO_FILE.test(line);
    const continues: boolean = inside && /^\s+\S/.test(line);
    inside = starts || continues;
    if (inside) found.push(line);
  }
  const lines =
    found.length > 0
      ? found
      : stderr
          .split('\n')
          .map((text) => text.trimEnd())
          .filter((line) => line !== '' && !PACKAGE.test(line) && !line.startsWith('go: downloading '))
          .slice(-MOST);
  if (lines.length <= MOST) return lines;
  return [...lines.slice(0, MOST), `and ${lines.length - MOST} more lines`];
}

/** Go names files from where it runs; whoever reads the error stands elsewhere. */
export function seenFrom(directory: string, lines: readonly string[], ranIn: string): string[] {
  return lines.map((line) =>
    line.replace(/^(\s*)(\.{0,2}[^\s:]*\/?[^\s:]+\.(?:go|s|S|c|h)):(?=\d)/, (_all, indent: string, file: string) => {
      const absolute = resolve(ranIn, file);
      const near = relative(directory, absolute);
      return `${indent}${near.startsWith('../../') ? absolute : near}:`;
    }),
  );
}

export interface MissingModule {
  readonly module: string;
  readonly version: string;
  /** `403 Forbidden`, `404 Not Found`, `unknown revision v0.165.1`, `no route to host`. */
  readonly because: string;
  /** `processor/filterprocessor`: what imports it, when go says so. */
  readonly importedBy: string | null;
}

/** Modules that the go command could not get: `M@V: reading URL: 403 Forbidden`, each once. */
export function missingModules(stderr: string): MissingModule[] {
  const found = new Map<string, MissingModule>();
  for (const line of stderr.split('\n')) {
    const match = /(?:^|\s)(?:go: )?([\w.~/-]+\.[\w.~/-]+)@(v[\w.+-]+): (.*)$/.exec(line);
    if (!match) continue;
    const [, module = '', version = '', problem = ''] = match;
    const because = unavailable(problem);
    if (because !== null && !found.has(`${module}@${version}`))
      found.set(`${module}@${version}`, { module, version, because, importedBy: importer(line) });
  }
  return [...found.values()];
}

/** The package of the line's file, where that lies in the module cache: `.../example.com/m@v1.0.0/p/file.go:21:2: `. */
function importer(line: string): string | null {
  const match = /^\S*?\/((?:[\w-]+\.)+[a-z]+(?:\/[^\s/@]+)*)@v[^\s/]+((?:\/[^\s/:]+)*)\/[^\s/:]+\.go:\d+/.exec(line);
  return match ? `${match[1]}${match[2]}` : null;
}

function unavailable(problem: string): string | null {
  const status = /(?:reading|Get) "?(https?:\/\/\S+?)"?: (.+)$/.exec(problem);
  if (status) return status[2] ?? null;
  if (/^module lookup disabled by GOPROXY=off/.test(problem))
    return 'GOPROXY is off; ocx build --fetch-only gets it, with a network';
  const revision =
    /^invalid version: (unknown revision .+)$/.exec(problem) ?? /^(invalid version: .+|not found: .+)$/.exec(problem);
  return revision?.[1] ?? null;
}

/** A failure that may be gone a moment later: the network's, not the module's. */
export function isTransient(stderr: string): boolean {
  return /: 5\d\d |i\/o timeout|connection reset|TLS handshake timeout|temporary failure|EOF$|unexpected EOF/im.test(stderr);
}
