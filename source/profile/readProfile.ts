import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { isDeeperThan, MAX_DEPTH } from '../manifest/nesting.js';
import { readFound } from '../manifest/readManifest.js';
import type { Host } from '../verdict/context.js';
import { FORMAT_VERSION, isPlain, KIND, type ProfiledHost, profileShape } from './hostProfile.js';
import { unpackNames } from './nameSet.js';
import { ShapeError } from './shape.js';

/** Ten times the profile of a Collector with everything in it; what inflates to more is an attack. */
export const MAX_BYTES = 32 * 1024 * 1024;

/** A file that looks like a profile and can't be used as one: a sentence, without the file's name. */
export class ProfileError extends Error {
  override readonly name = 'ProfileError';
}

export interface ReadProfile {
  readonly profile: ProfiledHost;
  readonly host: Host;
}

/** Whether the first bytes are those of JSON or gzip: of no object file. */
export function looksLikeProfile(head: Uint8Array): boolean {
  if (head[0] === 0x1f && head[1] === 0x8b) return true;
  return /^\ufeff?\s*\{/.test(Buffer.from(head).toString('utf8'));
}

/**
 * The host that a profile describes.
 * @param bytes the file, gzipped or not.
 * @throws ProfileError when it is no profile, a damaged one, or one of a later format.
 */
export function readProfile(bytes: Uint8Array): ReadProfile {
  const value = parsed(inflated(bytes));
  if (!isObject(value) || value.kind !== KIND) {
    throw new ProfileError('is JSON, but no host profile; make one: ocx collector profile BINARY -o host.json');
  }
  if (isDeeperThan(value, MAX_DEPTH)) throw new ProfileError('is a damaged host profile: it is nested too deeply; make it again');
  if (typeof value.format_version === 'number' && value.format_version > FORMAT_VERSION) {
    throw new ProfileError(
      `is a host profile of format ${value.format_version}, and this ocx reads ${FORMAT_VERSION}: update ocx, or make the profile with this one`,
    );
  }
  try {
    const { sha256, host: profile } = profileShape.read(value, '');
    if (sha256 !== createHash('sha256').update(JSON.stringify(value.host)).digest('hex')) {
      throw new ProfileError('is a host profile that was changed after it was made: its sha256 is another; make it again');
    }
    return { profile, host: hostOf(profile) };
  } catch (error) {
    if (!(error instanceof ShapeError)) throw error;
    throw new ProfileError(`is a damaged host profile: ${error.message}; make it again`);
  }
}

/** What rules ask, answered from the profile as from the binary. */
function hostOf({ evidence, packages, symbols }: ProfiledHost): Host {
  const plain = new Set(symbols.plain);
  const others = unpackNames(symbols.others, 'host.symbols.others');
  return {
    evidence,
    manifest: readFound(evidence.manifest.found),
    policy: 'exact',
    hashOf: (packagePath) => packages.get(packagePath) ?? null,
    defines: (symbol) => (isPlain(symbol) ? plain.has(symbol) : others.has(symbol)),
    surelyDefines: (symbol) => isPlain(symbol) && plain.has(symbol),
  };
}

function inflated(bytes: Uint8Array): string {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return Buffer.from(bytes).toString('utf8');
  try {
    return gunzipSync(bytes, { maxOutputLength: MAX_BYTES }).toString('utf8');
  } catch (error) {
    const large = error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';
    throw new ProfileError(large ? 'is too large to be a host profile' : 'is gzipped and damaged: make the host profile again');
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\ufeff/, ''));
  } catch {
    throw new ProfileError(
      text.includes(KIND)
        ? 'is a damaged host profile: its JSON breaks off or is changed; make it again'
        : 'is neither a Collector nor a host profile',
    );
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
