import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BuildError } from './buildError.js';
import { type Described, describeMain } from './describeMain.js';
import { goErrors, seenFrom } from './goErrors.js';
import type { Workshop } from './sources.js';

/** Folder of the program among the generated sources. */
export const DESCRIBE_FOLDER = 'describe';

/** Seconds the program may take: a real Collector takes less than one. */
const PATIENCE = 60;

/** The descriptors of a Collector without a component. */
const NONE = '{"format_version":1,"components":[]}\n';

export interface DescribeRequest {
  readonly artifacts: readonly (Described & { readonly title: string })[];
  /** Folder of each package of the build, for its sources and what its module ships. */
  readonly folders: ReadonlyMap<string, string>;
  /** Those of the Collector, so that what is compiled for it is not compiled again. */
  readonly flags: readonly string[];
  /** The build is for another system: the program is for this one. */
  readonly cross: boolean;
}

/**
 * Builds and runs the program that describes components: all artifacts in one.
 * @returns path of each artifact to the text of its descriptors.
 * @throws BuildError naming the artifact whose components can't be described, and the component.
 */
export async function describeComponents(request: DescribeRequest, workshop: Workshop): Promise<ReadonlyMap<string, string>> {
  const artifacts = request.artifacts.filter(({ components }) => components.length > 0);
  const nothing = request.artifacts.filter(({ components }) => components.length === 0).map(({ path }) => [path, NONE] as const);
  if (artifacts.length === 0) return new Map(nothing);
  try {
    return new Map([...nothing, ...(await describeTogether({ ...request, artifacts }, workshop))]);
  } catch (error) {
    if (!(error instanceof BuildError) || artifacts.length === 1) throw error;
    // A package that does not compile, or ends the process, takes all others with it: alone it is known whose it is.
    for (const artifact of artifacts) await describeTogether({ ...request, artifacts: [artifact] }, workshop);
    throw error;
  }
}

async function describeTogether(request: DescribeRequest, workshop: Workshop): Promise<ReadonlyMap<string, string>> {
  const { artifacts, flags, cross, folders } = request;
  const { children, folder, go } = workshop;
  const room = join(folder, DESCRIBE_FOLDER);
  mkdirSync(room, { recursive: true });
  try {
    writeFileSync(join(room, 'main.go'), describeMain(artifacts));
    writeFileSync(join(room, 'folders.json'), JSON.stringify(Object.fromEntries(folders)));
    const environment = cross
      ? { ...workshop.environment, GOOS: undefined, GOARCH: undefined, CC: undefined }
      : workshop.environment;
    const program = join(room, 'describe');
    const built = await children.run({
      argv: [go, 'build', ...flags, '-o', program, `./${DESCRIBE_FOLDER}`],
      directory: folder,
      environment,
      limit: null,
    });
    const what = artifacts.map(({ title }) => title).join(', ');
    if (built.code !== 0)
      throw new BuildError(`${what} does not compile`, seenFrom(process.cwd(), goErrors(built.stderr), folder));
    const ran = await children.run({
      argv: [program, join(room, 'folders.json')],
      directory: folder,
      // A default that a component takes from a variable is that of whoever runs the Collector; it may be a secret, too.
      environment: {},
      limit: PATIENCE * 1000,
    });
    if (ran.code !== 0) throw new BuildError(`${what} ${ending(ran)} when its components are described`, saidOf(ran.stderr));
    return new Map(Object.entries(JSON.parse(ran.stdout)));
  } finally {
    // It is no part of what is built: the next `go list` must not see it.
    rmSync(room, { recursive: true, force: true });
  }
}

function ending({ overtime, signal, stderr }: { overtime: boolean; signal: NodeJS.Signals | null; stderr: string }): string {
  if (overtime) return `takes longer than ${PATIENCE} s`;
  if (/^describe: failed: /m.test(stderr)) return 'fails';
  if (/^(panic|fatal error): /m.test(stderr)) return 'panics';
  return signal ? `crashes (${signal})` : 'ends the process';
}

/** What the program says of a component that fails; of one that ended it, the one it was at and Go's own words. */
function saidOf(stderr: string): string[] {
  const lines = stderr.split('\n');
  const failed = lines
    .filter((line) => line.startsWith('describe: failed: '))
    .map((line) => line.slice('describe: failed: '.length));
  if (failed.length > 0) return failed;
  const at = lines.findLast((line) => line.startsWith('describe: '))?.slice('describe: '.length);
  return [
    ...(at === undefined ? [] : [`at ${at}`]),
    ...goErrors(lines.filter((line) => !line.startsWith('describe: ')).join('\n')),
  ];
}
