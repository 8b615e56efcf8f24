import type { Host } from '../verdict/context.js';
import { withoutCgo } from '../verdict/rules/goRuntime.js';
import type { HostOpens } from './candidate.js';

/** The module that is compiled into Collectors of `ocx build` (runtime/go): its loader judges before it opens. */
const RUNTIME = 'ocx.dev/runtime';

/** What this host does with a plugin that can't load, by its build info and its manifest. */
export function hostOpens(host: Host): HostOpens {
  const { go } = host.evidence;
  if (withoutCgo(host) || !go?.providesHashes) return 'nothing';
  const modules = [...(go.buildInfo?.main ? [go.buildInfo.main] : []), ...(go.buildInfo?.deps ?? [])];
  if (modules.some(({ path }) => path === RUNTIME)) return 'what loads';
  return host.manifest?.manifest ? 'what is not refused' : 'everything';
}
