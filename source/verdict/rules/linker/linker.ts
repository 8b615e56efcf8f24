import { NOTHING, type Rule, together } from '../../context.js';
import { faultsAt, librariesFaultsAt } from '../loadFaults.js';
import { dynamicFlags } from './dynamicFlags.js';
import { loadTimeLimits } from './loadTimeLimits.js';
import { isMusl, muslLinker } from './musl.js';
import { neededLibraries } from './neededLibraries.js';
import { otherCLibrary } from './otherCLibrary.js';
import { place } from './place.js';
import { sanitizer } from './sanitizer.js';
import { scopeOf } from './scope.js';
import { staticTls } from './staticTls.js';
import { symbolVersions } from './symbolVersions.js';
import { undefinedSymbols } from './undefinedSymbols.js';

/** The dynamic linker's part, as far as it can be told. */
export const linker: Rule = (context) => {
  if (!context.plugin.linker) return NOTHING;
  if (isMusl(context.host)) return muslLinker(context);
  const scope = scopeOf(context);
  // ld.so maps all libraries before it looks at a version or a symbol.
  const isMapped = !scope.isHere || scope.missing.length === 0;
  return together(
    otherCLibrary(context),
    place(context, scope),
    dynamicFlags(context, scope),
    neededLibraries(context, scope),
    isMapped ? symbolVersions(context, scope) : NOTHING,
    isMapped && scope.isHere ? librariesFaultsAt('relocation', scope.added) : NOTHING,
    isMapped ? faultsAt('relocation', context) : NOTHING,
    isMapped ? staticTls(context, scope) : NOTHING,
    isMapped ? undefinedSymbols(context, scope) : NOTHING,
    sanitizer(context, scope),
    loadTimeLimits(context),
    isMapped && scope.isHere ? librariesFaultsAt('init', scope.added) : NOTHING,
    isMapped ? faultsAt('init', context) : NOTHING,
  );
};
