import { factsOfBytes } from '../../manifest/buildFacts.js';
import { carrierText } from '../../manifest/carrierText.js';
import { contradictions } from '../../manifest/claim.js';
import { checked, NOTHING, notChecked, type Rule, together } from '../context.js';
import { finding } from '../finding.js';

/** What the manifest claims, held against the bytes. */
export const claim: Rule = ({ plugin, manifest }) => {
  if (!manifest?.manifest || !plugin.manifest.found) return NOTHING;
  const { carrier, offset } = plugin.manifest.found;
  const found = contradictions(manifest.manifest, plugin).map(({ field, item, claimed, bytes, source }) =>
    finding('OCX0602', {
      subject: item ?? field,
      plugin: claimed,
      host: null,
      evidence: `${carrierText(carrier, offset)}, field ${field}; ${source}`,
      message: `manifest claims ${field}${item === null || item.startsWith('-') ? '' : ` of ${item}`} ${claimed}, the ${source} says ${bytes}`,
      fix: 'build again, so that the manifest and the code come from one run',
      items: [
        { subject: `manifest ${item ?? field}`, plugin: claimed, host: null },
        { subject: source, plugin: bytes, host: null },
      ],
    }),
  );
  const bytes = factsOfBytes(plugin);
  const unrecorded = [bytes?.toolchain ? null : 'the toolchain', bytes?.dependencies ? null : 'the dependencies'].filter(
    (claimed) => claimed !== null,
  );
  const what = checked('manifest against the bytes', found);
  return unrecorded.length === 0
    ? what
    : together(what, notChecked(`${unrecorded.join(' and ')} that the manifest claims: the file records none`));
};
