import { PlaceError } from '../catalog/discovery.js';
import { POLICY_NAMES, type PolicyName } from '../verdict/policyName.js';

/** What `--policy` says. */
export interface AskedPolicy {
  readonly name: PolicyName;
  /** That there must be a trusted key: none is no accident that goes unseen. */
  readonly signed: boolean;
}

/**
 * Reads the words that the Collector's `--plugin-policy` has, with commas between (runtime/go/loader, ParsePolicy), but for `skip`, which
 * changes no verdict.
 * @throws PlaceError for any other word, and for two policies.
 */
export function policyWords(text: string | readonly string[]): AskedPolicy {
  const words = String(text).split(',');
  const signed = words.filter((word) => word === 'signed').length;
  const names = POLICY_NAMES.filter((name) => words.includes(name));
  const [name = 'exact', ...others] = names;
  if (words.includes('skip'))
    throw new PlaceError('--policy has skip, which is for a Collector that starts: no verdict depends on it');
  if (others.length > 0 || signed > 1 || names.length + signed !== words.length)
    throw new PlaceError(
      `--policy is ${JSON.stringify(String(text))}, must be exact, abi or environment, or signed, or two with a comma between: abi,signed`,
    );
  return { name, signed: signed === 1 };
}
