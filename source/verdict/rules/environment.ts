import { carrierText } from '../../manifest/carrierText.js';
import type { BuildEnvironment } from '../../manifest/manifest.js';
import { checked, NOTHING, type Rule } from '../context.js';
import { finding } from '../finding.js';

/**
 * Where host and plugin were built, for a host of a hermetic build. It refuses nothing, but under policy `environment`: what a
 * container decides, toolchain, flags, dependencies, is compared by itself.
 */
export const environment: Rule = ({ plugin, manifest, host }) => {
  const mine = manifest?.manifest;
  const hostManifest = host?.manifest?.manifest;
  const { found } = plugin.manifest;
  if (!mine || !hostManifest || !found) return NOTHING;
  const { build_environment: own } = mine;
  const { build_environment: theirs } = hostManifest;
  const asked = host.policy === 'environment';
  if (!theirs) return asked ? checked('build environment', [nothingToCompare]) : NOTHING;
  if (own?.digest === theirs.digest) return checked('build environment');
  const items = own ? differingParts(own, theirs) : [];
  const names = items.map(({ subject }) => subject).join(', ');
  const what = names === '' ? '' : `: ${names} ${items.length === 1 ? 'differs' : 'differ'}`;
  return checked('build environment', [
    finding(asked ? 'OCX0808' : 'OCX0608', {
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

const nothingToCompare = finding('OCX0808', {
  subject: 'build_environment',
  host: 'none',
  evidence: 'manifest of the host',
  message: 'the host was not built in a container: policy environment has nothing to compare with',
  fix: 'build the host with ocx build --hermetic, or ask for policy exact',
});

function differingParts({ parts: mine }: BuildEnvironment, { parts: theirs }: BuildEnvironment) {
  return [...new Set([...Object.keys(mine), ...Object.keys(theirs)])]
    .filter((name) => mine[name] !== theirs[name])
    .map((name) => ({ subject: name, plugin: mine[name] ?? null, host: theirs[name] ?? null }));
}
