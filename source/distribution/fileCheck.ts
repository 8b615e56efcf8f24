import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { FileSource } from '../binary/reader/byteSource.js';
import { FormatError } from '../binary/reader/errors.js';
import type { Evidence } from '../evidence/evidence.js';
import { gatherEvidence } from '../evidence/gather.js';
import { type Artifact, type DeliveredFile, DISTRIBUTION_FILE } from '../trust/distribution.js';
import { finding } from '../verdict/finding.js';
import type { Finding } from '../verdict/judgement.js';
import { type Found, lookAt } from './folder.js';

/** One file, listed or found. */
export interface FileCheck {
  readonly path: string;
  /** As listed; null for what is not. */
  readonly kind: string | null;
  readonly state: 'ok' | 'changed' | 'missing' | 'added';
  readonly listed: { readonly size: number; readonly sha256: string } | null;
  /** Null when it is not there, or is no file that can be read. */
  readonly found: { readonly size: number; readonly sha256: string } | null;
  readonly findings: readonly Finding[];
}

/** What became of a file that is listed. `artifact` is its entry, when it was compiled. */
export function listedCheck(
  directory: string,
  { path, kind, sha256: wanted, size }: DeliveredFile,
  artifact: Artifact | null,
): FileCheck {
  const found = lookAt(join(directory, path));
  const base = { path, kind, listed: { size, sha256: wanted }, found: hashesOf(found) };
  const evidence = `${DISTRIBUTION_FILE}, ${path}`;
  if (found === null)
    return {
      ...base,
      state: 'missing',
      findings: [
        finding('OCX0907', {
          subject: path,
          evidence,
          message: 'it is listed, and not there',
          fix: 'copy the distribution again',
        }),
      ],
    };
  const inside = artifact && found.kind === 'file' ? contentFindings(join(directory, path), artifact, evidence) : [];
  const findings = [...changes(path, found, { size, sha256: wanted }, evidence), ...inside];
  return { ...base, state: findings.length > 0 ? 'changed' : 'ok', findings };
}

function changes(
  path: string,
  found: Found,
  listed: { readonly size: number; readonly sha256: string },
  evidence: string,
): Finding[] {
  const fix = 'copy the file again from where the distribution was built';
  if (found.kind === 'other') return [finding('OCX0905', { subject: path, evidence, message: found.because, fix })];
  if (found.sha256 === listed.sha256 && found.size === listed.size) return [];
  const sizes = found.size === listed.size ? 'of the same size' : `${bytes(found.size)}, listed ${bytes(listed.size)}`;
  return [
    finding('OCX0905', {
      subject: path,
      plugin: found.sha256,
      host: listed.sha256,
      evidence,
      message: `it was changed: another sha256, ${sizes}`,
      fix,
    }),
  ];
}

const bytes = (n: number) => `${n.toLocaleString('en')} bytes`;

/** The manifest and the descriptors within must be those that are listed. */
function contentFindings(file: string, artifact: Artifact, evidence: string): Finding[] {
  const inside = evidenceOf(file);
  const compared = [
    { what: 'manifest', text: inside?.manifest.found?.text ?? null, listed: artifact.manifest_sha256 },
    { what: 'descriptors', text: inside?.manifest.descriptors?.text ?? null, listed: artifact.components_sha256 },
  ];
  return compared.flatMap(({ what, text, listed }) => {
    const digest = text === null ? null : sha256(Buffer.from(text));
    if (digest === listed) return [];
    return [
      finding('OCX0908', {
        subject: what,
        plugin: digest ?? 'none',
        host: listed ?? 'none',
        evidence: `${evidence}; the bytes of the file`,
        message:
          text === null
            ? `it has no ${what} within`
            : `the ${what} within it ${what === 'manifest' ? 'is' : 'are'} not what the distribution lists`,
        fix: 'take file and distribution.json from one build',
      }),
    ];
  });
}

/** Null for what is no object file: then it is another file, and that is said. */
function evidenceOf(file: string): Evidence | null {
  let source: FileSource | null = null;
  try {
    source = new FileSource(file);
    return gatherEvidence(source, { sidecar: null });
  } catch (error) {
    if (error instanceof FormatError || (error instanceof Error && 'code' in error)) return null;
    throw error;
  } finally {
    source?.close();
  }
}

/** A file that is not listed. */
export function addedCheck(directory: string, path: string): FileCheck {
  const found = lookAt(join(directory, path));
  return {
    path,
    kind: null,
    state: 'added',
    listed: null,
    found: hashesOf(found),
    findings: [
      finding('OCX0906', {
        subject: path,
        plugin: found?.kind === 'file' ? found.sha256 : null,
        evidence: DISTRIBUTION_FILE,
        message: `it is not listed${found?.kind === 'other' ? `, and ${found.because}` : ''}`,
        fix: 'take it out, if nobody knows it',
      }),
    ],
  };
}

/** The list itself, when it is none. @param because in words that follow the name of a file: `it is no JSON`. */
export function unreadableList(
  path: string,
  found: { readonly size: number; readonly sha256: string },
  because: string,
): FileCheck {
  return {
    path,
    kind: 'distribution',
    state: 'changed',
    listed: null,
    found,
    findings: [
      finding('OCX0905', {
        subject: path,
        plugin: found.sha256,
        evidence: path,
        message: `it can't be understood: ${because}`,
        fix: 'copy the distribution again, with its signature',
      }),
    ],
  };
}

function hashesOf(found: Found | null) {
  return found?.kind === 'file' ? { size: found.size, sha256: found.sha256 } : null;
}

/** In hex. */
export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
