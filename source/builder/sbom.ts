import { createHash } from 'node:crypto';
import type { Manifest } from '../manifest/manifest.js';
import type { ReplacedModule } from '../trust/distribution.js';

/** Ends the name of a bill of materials, beside its artifact (CycloneDX: recognised file names). */
export const SBOM_SUFFIX = '.cdx.json';

/** What a bill of materials is made from: nothing but what the build knows anyway. */
export interface Bill {
  readonly kind: 'collector' | 'plugin';
  readonly name: string;
  /** A file that carries no manifest has no name, no version and no time. */
  readonly manifest: Pick<Manifest, 'language' | 'toolchain_version' | 'target' | 'build_flags' | 'dependency_hashes'> &
    Partial<Pick<Manifest, 'name' | 'version' | 'build_time' | 'dependency_versions'>>;
  /** Of the artifact. */
  readonly sha256: string;
  readonly replaced: readonly ReplacedModule[];
  readonly ocxVersion: string;
}

interface Component {
  readonly type: 'application' | 'library';
  readonly 'bom-ref': string;
  readonly name: string;
  readonly version?: string;
  readonly hashes?: readonly { readonly alg: 'SHA-256'; readonly content: string }[];
  readonly purl?: string;
  readonly properties?: readonly { readonly name: string; readonly value: string }[];
}

/**
 * The software bill of materials of one artifact: CycloneDX 1.6, as JSON text. The same artifact gives the same text: the time is that
 * of its manifest, the serial number is made of its hash.
 *
 * A crate's checksum is the SHA-256 of the file that the registry gives out, so it is a hash of it; Go's `h1:` is one over the names and
 * hashes of a module's files, and those of folders are ours: those are properties.
 */
export function sbomText({ kind, name, manifest, sha256, replaced, ocxVersion }: Bill): string {
  const root = `${kind}:${name}`;
  const all = [...(manifest.language === 'go' ? [standardLibrary(manifest)] : []), ...libraries(manifest, replaced)];
  // A fork that stands in for one module may be there for itself, too.
  const parts = [...new Map(all.map((part) => [part['bom-ref'], part])).values()];
  const bom = {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    serialNumber: serialNumber(sha256),
    version: 1,
    metadata: {
      ...(manifest.build_time === undefined ? {} : { timestamp: manifest.build_time }),
      tools: { components: [{ type: 'application', name: 'ocx', version: ocxVersion }] },
      component: {
        type: kind === 'collector' ? 'application' : 'library',
        'bom-ref': root,
        name: manifest.name ?? name,
        ...(manifest.version === undefined ? {} : { version: manifest.version }),
        hashes: [{ alg: 'SHA-256', content: sha256 }],
        properties: [
          { name: 'ocx:language', value: manifest.language },
          { name: 'ocx:toolchain_version', value: manifest.toolchain_version },
          { name: 'ocx:target', value: manifest.target },
          { name: 'ocx:build_flags', value: manifest.build_flags.join(' ') },
        ].filter(({ value }) => value !== ''),
      } satisfies Component,
    },
    components: parts,
    dependencies: [
      { ref: root, dependsOn: parts.map((part) => part['bom-ref']) },
      ...parts.map((part) => ({ ref: part['bom-ref'] })),
    ],
  };
  return `${JSON.stringify(bom, null, 2)}\n`;
}

/** Scanners know Go's standard library by this name. */
function standardLibrary({ toolchain_version }: Bill['manifest']): Component {
  const version = /^(?:go)?(\S+)/.exec(toolchain_version)?.[1] ?? toolchain_version;
  const purl = purlOf('golang', 'stdlib', version);
  return { type: 'library', 'bom-ref': purl, name: 'stdlib', version, purl };
}

function libraries(
  { language, dependency_hashes, dependency_versions = {} }: Bill['manifest'],
  replaced: readonly ReplacedModule[],
): Component[] {
  return Object.entries(dependency_hashes).map(([key, hash]): Component => {
    const version = dependency_versions[key];
    if (language === 'rust') return component('cargo', key.replace(/@.*$/, ''), version, hash, null);
    const by = replaced.find(({ module }) => module === key)?.by ?? null;
    return component('golang', by?.module ?? key, version, hash, by === null ? null : key);
  });
}

/** @param replaces the module that this one stands in for. */
function component(
  type: 'golang' | 'cargo',
  name: string,
  version: string | undefined,
  hash: string,
  replaces: string | null,
): Component {
  const purl = purlOf(type, name, version);
  const isDigest = /^[0-9a-f]{64}$/.test(hash);
  const properties = [
    ...(isDigest || hash === ''
      ? []
      : [{ name: hash.startsWith('h1:') ? 'ocx:go.sum' : hash.startsWith('git:') ? 'ocx:git' : 'ocx:folder', value: hash }]),
    ...(replaces === null ? [] : [{ name: 'ocx:replaces', value: replaces }]),
  ];
  return {
    type: 'library',
    'bom-ref': purl,
    name,
    ...(version === undefined ? {} : { version }),
    ...(isDigest ? { hashes: [{ alg: 'SHA-256', content: hash }] } : {}),
    purl,
    ...(properties.length === 0 ? {} : { properties }),
  };
}

/** A package URL (purl-spec): golang names in lower case, every part percent-encoded. */
function purlOf(type: 'golang' | 'cargo', name: string, version: string | undefined): string {
  const path = (type === 'golang' ? name.toLowerCase() : name).split('/').map(encoded).join('/');
  return `pkg:${type}/${path}${version === undefined ? '' : `@${encoded(version)}`}`;
}

/** A name from a file may hold half a character, which has no encoding. */
function encoded(text: string): string {
  return encodeURIComponent(text.replace(/\p{Surrogate}/gu, '\ufffd'));
}

/** A UUID (RFC 9562, version 8: made of a hash of our own) that is the artifact's for ever. */
function serialNumber(sha256: string): string {
  const hex = createHash('sha256').update(`ocx sbom ${sha256}`).digest('hex');
  const variant = ((Number.parseInt(hex.slice(16, 17), 16) & 0x3) | 0x8).toString(16);
  return `urn:uuid:${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
