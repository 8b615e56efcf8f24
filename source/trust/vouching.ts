import { finding } from '../verdict/finding.js';
import type { Finding } from '../verdict/judgement.js';
import { type Artifact, DISTRIBUTION_FILE, DistributionError, parseDistribution, SIGNATURE_SUFFIX } from './distribution.js';
import type { PublicKey } from './minisign/publicKey.js';
import { type Beside, SIGN_IT, signatureState, trusts, unsignedList } from './signed.js';

/** A plugin that trusted keys must vouch for. */
export interface Candidate {
  /** Its file name: `greeter.so`. */
  readonly name: string;
  /** Digests of its bytes: SHA-256 in hex, BLAKE2b-512. Asked for when a signature makes them matter. */
  sha256(): string;
  blake2b512(): Uint8Array;
  /** What lies under a path relative to its folder: `distribution.json`, `../distribution.json.minisig`. */
  beside(path: string): Beside;
  /** BLAKE2b-512 of other bytes. */
  digestOf(bytes: Uint8Array): Uint8Array;
  /** SHA-256 of other bytes, in hex. */
  sha256Of(bytes: Uint8Array): string;
  /** Whether its manifest is a file beside it, and not in its bytes. */
  readonly hasOnlySidecar: boolean;
  /** RPATH or RUNPATH; null when it has none, or needs no library. */
  readonly libraryPath: string | null;
}

/** Where the list of a plugin's distribution may lie: in its own folder, or in the one above. */
const LISTS = [DISTRIBUTION_FILE, `../${DISTRIBUTION_FILE}`] as const;

/** Every file that is looked at beside a plugin of this name, relative to its folder. */
export function vouchingFiles(name: string): string[] {
  return [
    `${name}${SIGNATURE_SUFFIX}`,
    `${name}.manifest.json`,
    ...LISTS.flatMap((list) => [list, `${list}${SIGNATURE_SUFFIX}`]),
  ];
}

/**
 * Whether trusted keys vouch for a plugin: by a signature of its own (`greeter.so.minisig`), or by that of a `distribution.json`
 * that lists it. One of them is enough; if none is, what is wrong with the first that is there is why. The Collector has the
 * same rule (runtime/go/trust).
 * @param keys at least one.
 * @returns nothing when they do.
 */
export function unvouched(plugin: Candidate, keys: readonly PublicKey[]): Finding[] {
  const own = signatureState(plugin.name, plugin.beside(`${plugin.name}${SIGNATURE_SUFFIX}`), keys, () => plugin.blake2b512());
  if (own.state === 'good') return [...sidecarUncovered(plugin), ...libraries(plugin)];
  let first: Finding[] | null = own.state === 'bad' ? [own.finding] : null;
  for (const path of LISTS) {
    const found = byList(plugin, path, keys);
    if (found === null) continue;
    if (found.length === 0) return libraries(plugin);
    first ??= found;
  }
  return first ?? [unsigned(plugin, keys)];
}

/** What a list says; null when there is none. */
function byList(plugin: Candidate, path: string, keys: readonly PublicKey[]): Finding[] | null {
  const list = plugin.beside(path);
  const signature = plugin.beside(`${path}${SIGNATURE_SUFFIX}`);
  if (list === null && signature === null) return null;
  if (!(list instanceof Uint8Array)) {
    const because = list === null ? 'no such file or directory' : list.because;
    return [listed('OCX0905', plugin, path, { message: `${path} can't be read: ${because}` })];
  }
  const state = signatureState(path, signature, keys, () => plugin.digestOf(list));
  if (state.state === 'bad') return [state.finding];
  if (state.state === 'none') return [unsignedList(path, keys)];
  try {
    const { artifacts } = parseDistribution(Buffer.from(list).toString('utf8'));
    return asListed(plugin, path, artifacts);
  } catch (error) {
    if (error instanceof DistributionError)
      return [listed('OCX0905', plugin, path, { message: `${path} is signed, and can't be understood` })];
    throw error;
  }
}

function asListed(plugin: Candidate, path: string, artifacts: readonly Artifact[]): Finding[] {
  const artifact = artifacts.find(({ kind, path: of }) => kind === 'plugin' && of.split('/').at(-1) === plugin.name);
  if (!artifact) return [listed('OCX0906', plugin, path, { message: `the signed ${path} does not list it` })];
  const { sha256: wanted, manifest_sha256: manifest } = artifact;
  const actual = plugin.sha256();
  if (actual !== wanted)
    return [
      listed('OCX0905', plugin, `${path}, ${artifact.path}`, {
        subject: 'sha256',
        plugin: actual,
        host: wanted,
        message: `sha256 is not the one that the signed ${path} lists`,
      }),
    ];
  const sidecar = `${plugin.name}.manifest.json`;
  const beside = plugin.beside(sidecar);
  if (beside === null) return [];
  const digest = beside instanceof Uint8Array ? plugin.sha256Of(beside) : null;
  if (digest === manifest) return [];
  return [
    listed('OCX0905', plugin, `${path}, ${artifact.path}`, {
      subject: sidecar,
      plugin: digest,
      host: manifest,
      message: `the manifest beside it is not the one that the signed ${path} lists`,
    }),
  ];
}

function listed(code: string, plugin: Candidate, evidence: string, what: Pick<Finding, 'message'> & Partial<Finding>): Finding {
  return finding(code, {
    subject: plugin.name,
    evidence,
    fix: 'restore the distribution as it was delivered, or have this one signed: ocx dist sign',
    ...what,
  });
}

function unsigned({ name }: Candidate, keys: readonly PublicKey[]): Finding {
  return finding('OCX0902', {
    subject: 'signature',
    plugin: 'none',
    host: trusts(keys),
    evidence: `${[`${name}${SIGNATURE_SUFFIX}`, ...LISTS].join(', ')}: none there`,
    message: 'not signed, and trusted keys are asked for',
    fix: SIGN_IT,
  });
}

function sidecarUncovered({ name, hasOnlySidecar }: Candidate): Finding[] {
  if (!hasOnlySidecar) return [];
  return [
    finding('OCX0908', {
      subject: 'manifest',
      plugin: `${name}.manifest.json`,
      evidence: `${name}${SIGNATURE_SUFFIX}`,
      message: 'its manifest lies beside it, where the signature of the plugin does not reach',
      fix: 'embed the manifest, or sign the distribution that lists both',
    }),
  ];
}

/** It is opened as a copy in another folder (runtime/go/loader), and what lies in its own is under no signature. */
function libraries({ libraryPath }: Candidate): Finding[] {
  if (libraryPath === null || !/\$(ORIGIN\b|\{ORIGIN\})/.test(libraryPath)) return [];
  return [
    finding('OCX0909', {
      subject: '$ORIGIN',
      plugin: libraryPath,
      evidence: 'DT_RPATH or DT_RUNPATH',
      message: 'it looks for libraries in its own folder, where no signature covers them',
      fix: 'link them statically, or install them as libraries of the system',
    }),
  ];
}
