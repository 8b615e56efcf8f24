import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FileSource } from '../../source/binary/reader/byteSource.js';
import { deliveredFiles } from '../../source/builder/distribution.js';
import { gatherEvidence } from '../../source/evidence/gather.js';
import { type Artifact, distributionText } from '../../source/trust/distribution.js';
import { readSecretKey, type SecretKey, unlock } from '../../source/trust/minisign/secretKey.js';
import { signatureOf } from '../../source/trust/minisign/sign.js';

const PLUGINS = ['go-match.so', 'rust-match.so'];
export const MINE = 'test/trust/minisign/plain.pub';
export const THEIRS = 'test/trust/minisign/locked.pub';

const digest = (algorithm: string, bytes: Uint8Array | string) => createHash(algorithm).update(bytes).digest();

/** A folder as `ocx build` leaves it, of the compiled fixtures: the Collector, two plugins, and their manifests beside them. */
export function distribution(folder: string): string {
  mkdirSync(join(folder, 'plugins'), { recursive: true });
  copyFileSync('fixtures/otelcol', join(folder, 'otelcol'));
  for (const name of PLUGINS) copyFileSync(`fixtures/plugins/${name}`, join(folder, 'plugins', name));
  list(folder);
  return folder;
}

/** Writes `distribution.json` for what lies in the folder by now. */
export function list(folder: string): void {
  const artifacts = ['otelcol', ...PLUGINS.map((name) => `plugins/${name}`)].map((path) => artifactOf(folder, path));
  const build = { go: 'go1.26.8', ocb: 'v0.165.0', ocx: '0.1.0', target: 'x86_64-unknown-linux-gnu', flags: [], environment: {} };
  const files = deliveredFiles(folder, artifacts);
  const text = distributionText({ format_version: 1, name: 'otelcol', version: '1.0.0', artifacts, files, build });
  writeFileSync(join(folder, 'distribution.json'), text);
}

function artifactOf(folder: string, path: string): Artifact {
  const file = join(folder, path);
  const source = new FileSource(file);
  const { manifest } = gatherEvidence(source, { sidecar: null });
  source.close();
  writeFileSync(`${file}.manifest.json`, manifest.found?.text ?? '');
  const hex = (text: Uint8Array | string) => digest('sha256', text).toString('hex');
  return {
    path,
    kind: path === 'otelcol' ? 'collector' : 'plugin',
    sha256: hex(readFileSync(file)),
    size: statSync(file).size,
    manifest_sha256: hex(manifest.found?.text ?? ''),
    components_sha256: manifest.descriptors ? hex(manifest.descriptors.text) : null,
  };
}

/** The key of `MINE`, which has no password. */
export function myKey(): SecretKey {
  return unlock(readSecretKey(readFileSync('test/trust/minisign/plain.key')), '');
}

/** Signs a file, beside it. */
export function signed(file: string, comment = 'test'): void {
  writeFileSync(`${file}.minisig`, signatureOf(myKey(), digest('blake2b512', readFileSync(file)), comment));
}

/** Changes one byte of a file, in place, at a share of its length. */
export function flip(file: string, at: number): void {
  const bytes = readFileSync(file);
  const offset = Math.floor(bytes.length * at);
  bytes.writeUInt8(bytes.readUInt8(offset) ^ 1, offset);
  writeFileSync(file, bytes);
}
