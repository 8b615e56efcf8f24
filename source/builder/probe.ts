import { BuildError } from './buildError.js';
import type { GoEnvironment } from './goManifest.js';
import type { Workshop } from './sources.js';

/** Seconds a plugin may take to open: longer than any sane init. */
const PATIENCE = 20;

/** What `plugins probe` of a Collector prints (runtime/go/commands/probe.go). */
interface ProbeReport {
  readonly outcome: string;
  readonly message: string | null;
  readonly components: readonly { readonly kind: string; readonly type: string }[] | null;
}

/**
 * Lets the Collector that was built open a plugin for real, in a child of its own.
 * @returns what it registered: `processor redaction`.
 */
export async function probe(
  name: string,
  plugin: string,
  host: string,
  { GOOS, GOARCH }: GoEnvironment,
  { children, environment, folder }: Workshop,
): Promise<string> {
  if (`${GOOS}/${GOARCH}` !== thisPlatform()) return `not tried: it is for ${GOOS}/${GOARCH}`;
  const ended = await children.run({
    argv: [host, 'plugins', 'probe', `--timeout=${PATIENCE}s`, plugin],
    directory: folder,
    environment,
    limit: (PATIENCE + 10) * 1000,
  });
  const report = readReport(ended.stdout);
  if (report?.outcome === 'loads') return (report.components ?? []).map(({ kind, type }) => `${kind} ${type}`).join(', ');
  throw new BuildError(
    `plugin ${name} ${report ? (OUTCOMES[report.outcome] ?? report.outcome) : 'could not be tried'} when the Collector opens it`,
    report?.message ? report.message.split('\n') : ended.stderr.trim().split('\n').slice(0, 20),
  );
}

const OUTCOMES: Readonly<Record<string, string>> = {
  fails: 'fails',
  panics: 'panics',
  exits: 'ends the process',
  crashes: 'crashes',
  hangs: 'hangs',
};

function readReport(text: string): ProbeReport | null {
  try {
    const value: ProbeReport = JSON.parse(text);
    return typeof value.outcome === 'string' ? value : null;
  } catch {
    return null;
  }
}

/** In Go's words. */
function thisPlatform(): string {
  const architectures: Readonly<Record<string, string>> = { x64: 'amd64', ia32: '386' };
  return `${process.platform}/${architectures[process.arch] ?? process.arch}`;
}
