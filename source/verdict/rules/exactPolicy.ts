import { factsOfManifest } from '../../manifest/buildFacts.js';
import { differences } from '../../manifest/differences.js';
import { checked, NOTHING, type Rule } from '../context.js';
import { policyFindings } from './policyFindings.js';
import { rust } from './rustPolicy.js';

/** How plugin and host were built, by their manifests: policy `exact`, and of Rust plugins the one that was chosen. */
export const exact: Rule = (context) => {
  const { manifest, host } = context;
  const mine = manifest?.manifest;
  const theirs = host?.manifest?.manifest;
  if (!mine || !theirs) return NOTHING;
  if (mine.language === 'rust') return rust(context, mine, theirs);
  const wanted = factsOfManifest(theirs);
  const found = differences(factsOfManifest(mine), wanted);
  return checked('manifest against the host', policyFindings(context, wanted, found));
};
