import { NOTHING, type Rule } from '../context.js';
import { finding } from '../finding.js';

/** A host without a usable manifest is compared by build info, and that is said. */
export const hostManifest: Rule = ({ host }) => {
  if (!host) return NOTHING;
  if (!host.manifest) {
    return {
      ...NOTHING,
      findings: [
        finding('OCX0606', {
          subject: 'host',
          host: 'no manifest',
          evidence: 'the host file',
          message: 'the host carries no manifest: compared by build info, nothing is refused by policy',
        }),
      ],
    };
  }
  return {
    ...NOTHING,
    findings: host.manifest.faults.slice(0, 1).map(({ field, problem, value }) =>
      finding('OCX0607', {
        subject: field === '' ? 'manifest' : field,
        host: value ?? 'missing',
        evidence: 'manifest of the host',
        message: `the host's manifest: ${field === '' ? 'the text' : field} ${problem}; compared by build info instead`,
        fix: 'build the host again with a valid manifest',
      }),
    ),
  };
};
