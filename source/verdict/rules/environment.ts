import { carrierText } from '../../manifest/carrierText.js';
import type { BuildEnvironment } from '../../manifest/manifest.js';
import { checked, NOTHING, type Rule } from '../context.js';
import { finding } from '../finding.js';

/**
 * Where host and plugin were built, for a host of a hermetic build. It refuses nothing: what a container decides, toolchain, flags,
 * dependencies, is compared by itself.
 */
export const environment: Rule = ({ plugin, manifest, host }) => {
  const mine = manifest?.manifest;
  const theirs = host?.manifest?.manifest?.build_environment;
  const { found } = plugin.manifest;
  if (!mine || !theirs || !found) return NOTHING;
  const { build_environment: own } = mine;
  if (own?.digest === theirs.digest) return checked('build environment');
  const items = own ? differingParts(own, theirs) : [];
  const names = items.map(({ subject }) => subject).join(', ');
  const what = names === '' ? '' : `: ${names} ${items.length === 1 ? 'differs' : 'differ'}`;
  return checked('build environment', [
    finding('OCX0608', {
      subject: 'build_environment',
      plugin: own?.digest ?? 'none',
      host: theirs.digest,
      evidence: `${carrierText(found.carrier, found.offset)}, field build_environment`,
      message: own
        ? `built in another environment than the host${what}`
        : 'built outside of the container that the host was built in',
      fix: 'build it with the host, or with the same images: ocx build --hermetic',
      items,
    }),
  ]);
};

function differingParts({ parts: mine }: BuildEnvironment, { parts: theirs }: BuildEnvironment) {
  return [...new Set([...Object.keys(mine), ...Object.keys(theirs)])]
    .filter((name) => mine[name] !== theirs[name])
    .map((name) => ({ subject: name, plugin: mine[name] ?? null, host: theirs[name] ?? null }));
}
