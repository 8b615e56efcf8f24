import type { GoBuildInfo } from '../../evidence/evidence.js';
import type { BuildFacts } from '../../manifest/buildFacts.js';
import type { Difference } from '../../manifest/differences.js';
import { quotedValue } from '../shellWord.js';
import { type Cause, NO_CURE } from './cause.js';

/** What the environment decides, and build info records (cmd/go/internal/load/pkg.go: setBuildInfo). */
const ENVIRONMENT = ['GOEXPERIMENT', 'GOFIPS140'] as const;

/**
 * Toolchain, flags and environment: what changes packages of every module, the standard library's among them.
 * One cause for all of them together, since their packages can't be told apart.
 */
export function settingsCause(
  all: readonly Difference[],
  mismatched: number,
  mine: GoBuildInfo | null,
  theirs: GoBuildInfo | null,
  host: BuildFacts,
): Cause | null {
  const differs = (kind: Difference['kind']) => all.find((one) => one.kind === kind && one.state === 'differs');
  const [flags, toolchain] = [differs('flags'), differs('toolchain')];
  const environment = ENVIRONMENT.flatMap((name) => {
    const [plugin, wanted] = [setting(mine, name), setting(theirs, name)];
    return mine && theirs && plugin !== wanted ? [{ name, plugin, wanted }] : [];
  });
  const built: string[] = [];
  if (flags) {
    const [with_, wanted] = [flags.plugin ?? 'none', flags.host ?? 'none'];
    const [missing, extra] = [without(wanted, with_), without(with_, wanted)];
    if (missing !== '') built.push(`without ${missing}`);
    if (extra !== '') built.push(`with ${extra}`);
  }
  for (const { name, plugin, wanted } of environment) {
    if (plugin !== '') built.push(`with ${name}=${plugin}`);
    else built.push(`without ${name}=${wanted}`);
  }
  const release = toolchain ? withoutExperiments(toolchain) : null;
  if (built.length === 0 && !release) return null;
  const words =
    built.length > 0
      ? `built ${built.join(', ')}${release ? `, and with ${release.plugin}` : ''}`
      : `built with ${release?.plugin}, host with ${release?.host}`;
  const profile = mine && setting(mine, '-pgo') !== '' && !host.flags?.has('-pgo');
  return {
    words,
    explains: mismatched,
    folder: null,
    cure: {
      ...NO_CURE,
      // Said even when it is to be empty: what the shell or `go env -w` has set would stay.
      environment: environment.map(({ name, wanted }) => `${name}=${quotedValue(wanted)}`),
      // -pgo=auto would take the default.pgo beside the main package again.
      flags: profile ? ['-pgo=off'] : [],
    },
  };
}

function setting(info: GoBuildInfo | null, name: string): string {
  return info?.settings.find(({ key }) => key === name)?.value ?? '';
}

/** `go1.26.8 X:jsonv2` (`go1.26.8-X:jsonv2` from 1.26 on) beside `go1.26.8`: the experiment is said as such; null when nothing else differs. */
function withoutExperiments({ plugin, host }: Difference): { readonly plugin: string; readonly host: string } | null {
  const plain = (text: string | null) => (text ?? 'none').replace(/[ -]X:\S+/g, '');
  return plain(plugin) === plain(host) ? null : { plugin: plain(plugin), host: plain(host) };
}

function without(a: string, b: string): string {
  const other = new Set(b.split(' '));
  return a
    .split(' ')
    .filter((flag) => flag !== 'none' && !other.has(flag))
    .join(' ');
}
