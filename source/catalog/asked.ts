import type { PublicKey } from '../trust/minisign/publicKey.js';
import type { PolicyName } from '../verdict/policyName.js';

/** What the host asks of plugins that its file does not tell: whoever runs it says so. */
export interface Asked {
  /** `exact` where nobody says. */
  readonly policy?: PolicyName;
  /** Names it looks up in a Go plugin, of which one must be there; null or absent: the RFC's. A manifest's `entry_symbol` comes first. */
  readonly entryNames?: readonly string[] | null;
  /** Keys of which one must vouch for each plugin; none or absent: nobody need to. */
  readonly trusted?: readonly PublicKey[];
}
