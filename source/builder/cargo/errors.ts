/** What a user must see of a failed cargo command: its errors and the compiler's, not progress and warnings. */

/** `    Compiling prost v0.14.1`: a right-aligned verb, at most twelve columns. */
const PROGRESS =
  /^ *(Compiling|Checking|Downloading|Downloaded|Updating|Locking|Finished|Fresh|Building|Blocking|Adding|Removing|Downgrading|Upgrading|Unchanged|Running|Dirty|Packaging|Unpacking|Vendoring|Ignored|Replacing|Locked)\b/;
/** More than this is the same mistake again. */
const MOST = 40;

/**
 * The error blocks in what cargo printed: each from `error` up to the blank line that ends it, rustc's with their source
 * lines. Of an output that has none, its last lines.
 */
export function cargoErrors(stderr: string): string[] {
  const all = stderr.split('\n').map((text) => text.trimEnd());
  const found: string[] = [];
  let inside = false;
  for (const line of all) {
    if (/^error(\[E\d+\])?: /.test(line)) inside = !/^error: (could not compile|aborting due to|build failed)/.test(line);
    else if (/^(warning(\[|:)|For more information about)/.test(line) || PROGRESS.test(line)) inside = false;
    if (inside && line !== '') found.push(line);
  }
  const lines = found.length > 0 ? found : all.filter((line) => line !== '' && !PROGRESS.test(line)).slice(-MOST);
  return lines.length <= MOST ? lines : [...lines.slice(0, MOST), `and ${lines.length - MOST} more lines`];
}

export interface MissingCrate {
  /** `prost 0.14.9`, `nosuchcrate`. */
  readonly crate: string;
  /** `no matching package`, `403`, `candidate versions found which didn't match: 1.0.19, 1.0.18`. */
  readonly because: string;
  readonly requiredBy: string | null;
}

/** The crate that cargo could not get, when that is what failed. */
export function missingCrate(stderr: string): MissingCrate | null {
  const requiredBy = /^\s*required by package `(\S+ v\S+)/m.exec(stderr)?.[1] ?? null;
  const unknown = /no matching package (?:named )?`([^`]+)` found/.exec(stderr);
  if (unknown) return { crate: unknown[1] ?? '', because: 'there is no crate of that name', requiredBy };
  const version = /failed to select a version for the requirement `([^`]+)`/.exec(stderr);
  if (version) {
    const there = /^\s*(?:candidate versions found which didn't match: |version \S+ is yanked)(.*)$/m.exec(stderr)?.[1];
    return {
      crate: (version[1] ?? '').replace(/ = "\^?=?(.*)"$/, ' $1'),
      because: there ? `there is no such version; there are ${there}` : 'there is no such version',
      requiredBy,
    };
  }
  const index = /failed to get `([^`]+)` as a dependency/.exec(stderr)?.[1];
  const file = /failed to download from `\S*?\/([\w-]+)\/(\d+\.\d+\.\d+[^`/]*)\/download`/.exec(stderr);
  const named = /failed to download (?:replaced source )?`?([\w-]+) v(\d[^`\s]*)/.exec(stderr);
  const found = file ?? named;
  const crate = found ? `${found[1]} ${found[2]}` : index;
  if (crate === undefined) return null;
  const [because = 'the registry did not give it'] =
    /got \d{3}\b|Could not resolve host[^)\n]*|Could not connect to server|[Tt]imed? ?out[^\n]*/.exec(stderr) ?? [];
  return { crate, because: because.replace(/^got /, 'HTTP '), requiredBy };
}
