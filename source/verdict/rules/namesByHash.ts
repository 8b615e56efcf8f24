import { NOTHING, notChecked, type Rule } from '../context.js';
import { finding } from '../finding.js';

/**
 * Undefined symbols that only a profile's hashes say the host defines. A hash may be another name's, so this is no proof; with the
 * binary, `surelyDefines` is `defines` and there is nothing to say.
 */
export const namesByHash: Rule = ({ plugin, host }) => {
  if (!plugin.linker || !host) return NOTHING;
  const unsure = plugin.linker.unversionedUndefined.filter((name) => host.defines(name) && !host.surelyDefines(name));
  const [first] = unsure;
  if (first === undefined) return NOTHING;
  return notChecked('undefined symbols that the profile of the host knows by hash', [
    finding('OCX0220', {
      subject: first,
      plugin: first,
      host: 'a hash of that name',
      evidence: 'dynamic symbols, undefined and without a version; profile of the host',
      message: `wants ${first} of the host, whose profile has only a hash of it`,
      fix: 'judge it against the binary: --collector BINARY',
      items: unsure.map((subject) => ({ subject, plugin: null, host: null })),
    }),
  ]);
};
