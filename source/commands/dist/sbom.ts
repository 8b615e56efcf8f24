import { basename } from 'node:path';
import { FileSource } from '../../binary/reader/byteSource.js';
import { FormatError } from '../../binary/reader/errors.js';
import { type Bill, sbomText } from '../../builder/sbom.js';
import { PlaceError, reason } from '../../catalog/discovery.js';
import { readSidecar } from '../../catalog/sidecar.js';
import { lookAt } from '../../distribution/folder.js';
import type { Evidence } from '../../evidence/evidence.js';
import { gatherEvidence } from '../../evidence/gather.js';
import { factsOfBytes } from '../../manifest/buildFacts.js';
import { flagsText } from '../../manifest/normalise.js';
import { readFound } from '../../manifest/readManifest.js';
import { type CleanText, escapeJson } from '../../terminal/clean.js';
import { EXIT, type Shell } from '../options.js';
import { VERSION } from '../version.js';

/** `ocx dist sbom FILE`: the bill of materials of a plugin or Collector that is there, by its manifest, else by what its bytes say. */
export async function sbomCommand({ file }: { readonly file: string }, shell: Shell): Promise<number> {
  const evidence = evidenceOf(file);
  const found = lookAt(file);
  if (found?.kind !== 'file') throw new PlaceError(`${file}: ${found?.because ?? 'no such file or directory'}`);
  const about = readFound(evidence.manifest.found)?.manifest ?? ofBytes(evidence);
  if (about === null)
    throw new PlaceError(`${file} says nothing of what it was built from: no manifest, no Go build info, no list of crates`);
  const name = basename(file);
  const kind = evidence.object.kind === 'shared object' && !evidence.linker?.pie ? 'plugin' : 'collector';
  const text = sbomText({ kind, name, manifest: about, sha256: found.sha256, replaced: [], ocxVersion: VERSION });
  await shell.out.lines(escapeJson(text.trimEnd()).split('\n') as CleanText[]);
  return EXIT.ok;
}

function evidenceOf(file: string): Evidence {
  let source: FileSource;
  try {
    source = new FileSource(file);
  } catch (error) {
    throw new PlaceError(`${file}: ${reason(error)}`);
  }
  try {
    return gatherEvidence(source, { sidecar: readSidecar(file) });
  } catch (error) {
    if (error instanceof FormatError) throw new PlaceError(`${file}: ${error.field} ${error.problem}`);
    throw error;
  } finally {
    source.close();
  }
}

/** What Go's build info or the crates of cargo-auditable tell; null when there is neither. */
function ofBytes(evidence: Evidence): Bill['manifest'] | null {
  const facts = factsOfBytes(evidence);
  if (!facts?.language || !facts.dependencies) return null;
  const dependencies = [...facts.dependencies];
  return {
    language: facts.language,
    toolchain_version: facts.toolchain ?? '',
    build_flags: facts.flags ? [flagsText(facts.flags)] : [],
    target: facts.target ?? '',
    dependency_hashes: Object.fromEntries(dependencies.map(([name, { hash }]) => [name, hash ?? ''])),
    dependency_versions: Object.fromEntries(
      dependencies.flatMap(([name, { version }]) => (version === null ? [] : [[name, version]])),
    ),
  };
}
