import type { FoundManifest } from '../../evidence/evidence.js';
import { carrierText } from '../../manifest/carrierText.js';
import { checked, NOTHING, type Rule } from '../context.js';
import { count, finding } from '../finding.js';
import type { Finding } from '../judgement.js';

/** The manifest is there, valid and embedded. Applies only where the host has one to hold it against. */
export const manifestPresent: Rule = ({ plugin, manifest, host }) => {
  const { found, others } = plugin.manifest;
  const asked = host?.manifest?.manifest ? 'refused' : 'note';
  if (!found || !manifest) {
    if (asked === 'note') return NOTHING;
    return checked('manifest', [
      finding('OCX0601', {
        subject: 'manifest',
        plugin: 'none',
        host: 'carries one',
        evidence: 'note OTelCol, symbol collector_plugin_manifest, section .otelcol.manifest, sidecar: none there',
        message: 'no manifest, and the host refuses plugins without one',
        fix: 'embed a manifest when you build: an ELF note OTelCol of type 1 (docs/manifest.md)',
      }),
    ]);
  }
  const where = carrierText(found.carrier, found.offset);
  const findings: Finding[] = manifest.faults.map(({ field, problem, value }) =>
    finding('OCX0603', {
      subject: field === '' ? 'manifest' : field,
      plugin: value ?? 'missing',
      evidence: where + (field === '' ? '' : `, field ${field}`),
      message: `manifest: ${field === '' ? 'the text' : field} ${problem}`,
      fix: 'write the manifest as spec/manifest.schema.json says, and build again',
    }),
  );
  if (found.carrier === 'sidecar') {
    findings.push(
      finding('OCX0604', {
        subject: 'manifest',
        plugin: 'sidecar',
        evidence: where,
        message: 'the manifest lies beside the file, not in it: nothing ties it to these bytes',
        fix: 'embed it as an ELF note when you build (docs/manifest.md)',
      }),
    );
  }
  findings.push(...severalManifests(found, others));
  return checked('manifest', findings);
};

/**
 * The same manifest as a note and as the RFC's symbol is how Rust plugins are built, and `ocx build` writes a copy beside each; two notes, or
 * two texts, are not meant.
 */
function severalManifests(found: FoundManifest, others: readonly FoundManifest[]): Finding[] {
  const odd = others.filter(({ carrier, text }) => carrier === found.carrier || text !== found.text);
  if (odd.length === 0) return [];
  const where = carrierText(found.carrier, found.offset);
  const number = count(others.length + 1, 'manifest');
  const isBeside = odd.every(({ carrier }) => carrier === 'sidecar');
  return [
    finding('OCX0605', {
      subject: 'manifest',
      plugin: number,
      evidence: [found, ...others].map(({ carrier, offset }) => carrierText(carrier, offset)).join('; '),
      message: isBeside
        ? `the manifest beside the file is not the one in it, which counts (${where})`
        : `${number} in one file: the first counts (${where})`,
      fix: isBeside ? 'remove the .manifest.json beside it, or write it anew' : 'link one manifest only',
    }),
  ];
}
