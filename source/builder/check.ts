import { openHost } from '../catalog/host.js';
import { listFile } from '../catalog/listing.js';
import type { JudgedRecord } from '../catalog/record.js';
import { scanFile } from '../catalog/scan.js';
import { type BuildFacts, factsOfManifest, factsOfRustAcceptance } from '../manifest/buildFacts.js';
import { differences } from '../manifest/differences.js';
import type { Manifest } from '../manifest/manifest.js';
import { BuildError } from './buildError.js';

/** More than this is one cause that shows everywhere. */
const MOST = 20;

/** What was written for an artifact, to be found in its bytes; null when it was built earlier. */
export type WrittenNotes = { readonly manifest: string; readonly descriptors: string | null } | null;

/** Looks at a built Collector with our own reader: it must be a host, and carry exactly these notes. */
export function checkHost(path: string, notes: WrittenNotes): void {
  const { record, close } = openHost(path);
  close();
  if (record.cannotLoad !== null) throw new BuildError(`the Collector that was built can load no plugin: ${record.cannotLoad}`);
  checkNotes('the Collector', record.evidence, notes);
}

/** Judges a built plugin against the new host: it must load, and carry exactly these notes. */
export function checkPlugin(name: string, path: string, host: string, notes: WrittenNotes, now: number): JudgedRecord {
  const [record] = scanFile(listFile(path), host, now).plugins;
  if (record?.state !== 'judged') throw new BuildError(`plugin ${name}: what was built is no plugin`);
  const { verdict, findings } = record.judgement;
  if (verdict !== 'loads')
    throw new BuildError(
      `plugin ${name} was built, but would not load: ${verdict}`,
      findings.map(({ code, message, cause }) => `${code} ${message}${cause === null ? '' : ` (${cause})`}`),
    );
  if (record.evidence) checkNotes(`plugin ${name}`, record.evidence, notes);
  return record;
}

function checkNotes(
  what: string,
  { manifest: { found, descriptors } }: Pick<NonNullable<JudgedRecord['evidence']>, 'manifest'>,
  written: WrittenNotes,
): void {
  if (found?.carrier !== 'note')
    throw new BuildError(
      `${what} carries no manifest: the linker left it out, or a Rust crate does not export it (otelcol-plugin does)`,
    );
  if (written === null) return;
  if (found.text !== written.manifest) throw new BuildError(`${what} carries another manifest than the one written for it`);
  if (written.descriptors !== null && descriptors?.text !== written.descriptors)
    throw new BuildError(`${what} carries other descriptors than those written for it`);
}

/** What a host asks of plugins of this language. */
function acceptedBy(host: Manifest, { language }: Manifest, name: string): BuildFacts {
  if (language === 'go') return factsOfManifest(host);
  if (host.accepts?.rust?.toolchain_version === undefined)
    throw new BuildError(`plugin ${name} is Rust, and the Collector there was built without a Rust plugin: build all of it`);
  return factsOfRustAcceptance(host.accepts.rust, host);
}

/**
 * Whether a plugin with this manifest can match a host that is there already.
 * @throws BuildError with every field and module that differs.
 */
export function checkMatches(plugin: Manifest, name: string, hostPath: string): void {
  const { host, close } = openHost(hostPath);
  close();
  const claimed = host.manifest?.manifest;
  if (!claimed) throw new BuildError(`${hostPath} carries no manifest, so nothing tells what plugin ${name} must match`);
  const reasons = differences(factsOfManifest(plugin), acceptedBy(claimed, plugin, name))
    .filter(({ decides, state }) => decides && state === 'differs')
    .map(({ name: field, plugin: mine, host: theirs }) => `${field}: plugin ${mine ?? 'none'}, Collector ${theirs ?? 'none'}`);
  if (reasons.length === 0) return;
  const shown = reasons.length > MOST ? [...reasons.slice(0, MOST), `and ${reasons.length - MOST} more modules`] : reasons;
  throw new BuildError(`plugin ${name} can't match the Collector in ${hostPath}: build all of it, without --only`, shown);
}
