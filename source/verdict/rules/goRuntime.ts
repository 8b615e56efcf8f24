import type { Evidence, GoEvidence, RuntimeLayout } from '../../evidence/evidence.js';
import { factsOfBuildInfo, factsOfBytes } from '../../manifest/buildFacts.js';
import { goMinor } from '../../manifest/normalise.js';
import { checked, type Host, NOTHING, notChecked, type Rule } from '../context.js';
import { finding } from '../finding.js';
import type { Finding } from '../judgement.js';
import { ocxBuildOf, rebuildCommand } from '../ocxBuild.js';

/** plugin/plugin_stubs.go: a host without cgo answers every Open with an error, before it looks at the file. */
export const hostHasCgo: Rule = ({ opener, host }) => {
  if (!host || !withoutCgo(host)) return NOTHING;
  return checked('host can load plugins', [
    finding('OCX0402', {
      subject: 'host',
      host: 'CGO_ENABLED=0',
      evidence: 'build info of the host',
      message: 'the host has no plugin loader: built with CGO_ENABLED=0, like every release binary',
      loaderMessage: opener === 'plugin.Open' ? 'plugin: not implemented' : null,
      fix: 'build a Collector with CGO_ENABLED=1 that imports the package plugin',
    }),
  ]);
};

/** Built with CGO_ENABLED=0. */
export function withoutCgo({ evidence }: Host): boolean {
  return evidence.go?.buildInfo?.settings.some(({ key, value }) => key === 'CGO_ENABLED' && value === '0') ?? false;
}

/** cmd/link exports package hashes from programs that link the package plugin: a host without has nothing to compare with. */
export const hostExportsHashes: Rule = ({ plugin, opener, host }) => {
  if (!host || opener !== 'plugin.Open') return NOTHING;
  const { go } = host.evidence;
  if (go?.providesHashes) return checked('host can load plugins');
  if (withoutCgo(host)) return NOTHING; // Said by `hostHasCgo`.
  // With the runtime's own symbols among its dynamic ones (--dynamic-list) a plugin's module is found, and meets no hash of the host's.
  if (go?.loaderWithoutHashes && !host.defines('runtime.lastmoduledatap'))
    return checked('host can load plugins', [diesOnOpening(plugin, host)]);
  return notChecked('whether the host can load Go plugins', [
    finding('OCX0403', {
      subject: 'host',
      host: go ? 'no go:link.pkghashbytes symbol' : 'not a Go program',
      evidence: 'dynamic symbols of the host',
      message: go
        ? 'the host exports no link hashes: it was not built to load Go plugins'
        : 'the host is not a Go program: it opens no Go plugin',
      fix: 'name the Collector that loads the plugins with --collector',
    }),
  ]);
};

/**
 * Without dynamic symbols of the host the plugin's code finds only its own runtime: it links its module into a list of its own, and the
 * host's runtime finds none and throws (runtime/plugin.go: lastmoduleinit), if nothing dies before that.
 */
function diesOnOpening({ go }: Evidence, { evidence: { linker } }: Host): Finding {
  const how = linker?.interpreter == null ? 'is linked statically' : 'exports none of its symbols';
  return finding('OCX0405', {
    subject: 'host',
    host: linker?.interpreter == null ? 'linked statically' : 'no go:link.pkghashbytes symbol',
    evidence: 'Go function names of the host (plugin._Cfunc_pluginOpen), its PT_INTERP and dynamic symbols',
    message: `the host has the package plugin, and ${how}: opening any plugin kills it`,
    // The runtime of a c-shared library dies earlier, with a signal.
    loaderMessage: go && !go.linkHashes ? null : 'fatal error: runtime: no plugin module data',
    fix: 'build the host without -extldflags=-static, -static-pie and -linkmode=internal',
  });
}

/** runtime/plugin.go: lastmoduleinit walks the last module's pkghashes; a module without a table makes the runtime throw. */
export const packageHashTable: Rule = ({ plugin, opener }) => {
  if (opener !== 'plugin.Open') return NOTHING;
  if (plugin.go?.linkHashes) return checked('package hash table');
  const unreadable = plugin.problems.length > 0;
  if (unreadable) {
    return notChecked('package hash table', [
      finding('OCX0404', {
        subject: 'package hash table',
        evidence: 'dynamic section',
        message: 'the package hash table could not be found: parts of the file are malformed',
        fix: 'copy or build the file again',
      }),
    ]);
  }
  const mode = plugin.go?.buildInfo?.settings.find(({ key }) => key === '-buildmode')?.value ?? null;
  return checked('package hash table', [
    finding('OCX0301', {
      subject: 'package hash table',
      plugin: mode ? `none (-buildmode=${mode})` : 'none',
      evidence: mode ? 'build info, -buildmode' : 'moduledata',
      message: `no package hash table${mode && mode !== 'plugin' ? `: built with -buildmode=${mode}` : ''}; opening it kills the Collector`,
      loaderMessage: 'fatal error: runtime: no plugin module data',
      fix: 'build it with go build -buildmode=plugin',
    }),
  ]);
};

/**
 * The plugin's own code links its module into the host's list through `runtime.lastmoduledatap` (cmd/link: addmoduledata). Bound to a
 * copy of its own (-Bsymbolic, a version script) it links into nothing, and the host finds no module: it throws.
 */
export const moduleLinked: Rule = ({ plugin, opener }) => {
  if (opener !== 'plugin.Open' || !plugin.go?.linkHashes || plugin.problems.length > 0) return NOTHING;
  const symbolic = plugin.linker?.symbolic === true;
  if (plugin.go.exportsLastModule && !symbolic) return checked('module list');
  return checked('module list', [
    finding('OCX0304', {
      subject: 'runtime.lastmoduledatap',
      plugin: symbolic ? 'bound to its own (-Bsymbolic)' : 'no dynamic symbol',
      evidence: symbolic ? 'dynamic section, DT_SYMBOLIC' : 'dynamic symbols',
      message: `${symbolic ? 'linked with -Bsymbolic' : 'runtime.lastmoduledatap is hidden'}: the runtime finds no module, opening it kills the Collector`,
      loaderMessage: 'fatal error: runtime: no plugin module data',
      fix: 'link it without -Bsymbolic and without a version script',
    }),
  ]);
};

/** runtime/symtab.go: the host reads the plugin's moduledata with its own struct. */
export const runtimeLayout: Rule = ({ plugin, opener, host }) => {
  if (opener !== 'plugin.Open' || !host || !plugin.go?.linkHashes) return NOTHING;
  const theirs = host.evidence.go;
  if (!theirs) return NOTHING;
  const mine = plugin.go;
  const versions = { plugin: mine.version, host: theirs.version };
  const differing = differs(mine.layout, theirs.layout);
  const fix = theirs.buildInfo
    ? rebuildCommand(ocxBuildOf(plugin), factsOfBytes(plugin), factsOfBuildInfo(theirs.buildInfo))
    : `build it with ${theirs.version ?? "the host's Go"}`;
  if (differing === true) {
    return checked('runtime layout', [
      finding('OCX0302', {
        subject: 'runtime.moduledata',
        plugin: `${mine.version ?? 'unknown Go'}: ${layoutText(mine.layout)}`,
        host: `${theirs.version ?? 'unknown Go'}: ${layoutText(theirs.layout)}`,
        evidence: 'runtime.firstmoduledata, pkghashes in moduledata',
        message: `runtime layout of ${release(mine.version)}, the host has that of ${release(theirs.version)}: opening it kills the Collector`,
        fix,
      }),
    ]);
  }
  // Layouts that agree prove nothing across releases: 1.22 and 1.26 have one size, and other fields may have moved.
  if (differing === false && (sameMinor(versions.plugin, versions.host) || sameRuntime(mine, host)))
    return checked('runtime layout');
  return notChecked('runtime layout', [
    finding('OCX0303', {
      subject: 'runtime.moduledata',
      plugin: versions.plugin,
      host: versions.host,
      evidence: 'build info, moduledata',
      message:
        differing === null
          ? `no runtime layout is known for ${release(mine.layout ? versions.host : versions.plugin)}`
          : `${release(versions.plugin)} and ${release(versions.host)} are different Go releases of one layout size`,
      fix,
    }),
  ]);
};

/** True or false when both sides tell; null when nothing can be compared. */
function differs(a: RuntimeLayout | null, b: RuntimeLayout | null): boolean | null {
  if (!a || !b) return null;
  const compare = (x: number | null, y: number | null) => (x === null || y === null ? null : x !== y);
  const results = [compare(a.moduledataSize, b.moduledataSize), compare(a.pkghashesOffset, b.pkghashesOffset)];
  if (results.includes(true)) return true;
  return results.every((result) => result === false) ? false : null;
}

/**
 * Where one has no build info: the export data of `runtime`, of which the link hash is taken, has moduledata and all that changes with a release
 * (cmd/link/internal/ld/lib.go: loadobjfile keeps the fingerprint of each package).
 */
function sameRuntime({ version, linkHashes }: GoEvidence, { evidence, hashOf }: Host): boolean {
  if (version !== null && evidence.go?.version != null) return false;
  return linkHashes?.some(({ package: name, hash }) => name === 'runtime' && hashOf(name) === hash) ?? false;
}

function sameMinor(a: string | null, b: string | null): boolean {
  const [left, right] = [a && goMinor(a), b && goMinor(b)];
  return !!left && !!right && left.major === right.major && left.minor === right.minor;
}

function release(version: string | null): string {
  const minor = version ? goMinor(version) : null;
  return minor ? `Go ${minor.major}.${minor.minor}` : (version ?? 'an unknown Go release');
}

function layoutText(layout: RuntimeLayout | null): string {
  if (!layout) return 'unknown';
  return `moduledata ${layout.moduledataSize ?? '?'} bytes, pkghashes at ${layout.pkghashesOffset ?? '?'}`;
}
