import { setTimeout as sleep } from 'node:timers/promises';
import { BuildError } from './buildError.js';
import { type ListedPackage, parseGoList } from './closure.js';
import { type Configuration, goPlugins } from './configuration.js';
import { goErrors, isTransient, type MissingModule, missingModules } from './goErrors.js';
import { type ComponentEntry, placeOfModule } from './moduleEntries.js';
import type { Workshop } from './sources.js';

const ATTEMPTS = 3;
const BETWEEN_ATTEMPTS = 3000;

/**
 * Finds every module the build needs, downloads it, checks it against go.sum, and completes go.mod: `go list -mod=mod`.
 *
 * Not `go mod tidy`: that also wants the modules of the tests of everything imported, for every system there is. They are
 * many, and where a proxy lacks one of them a build would fail that doesn't need it.
 * @throws BuildError naming each module that can't be had, and which component of the build file needs it.
 */
export async function fetchModules(configuration: Configuration, tags: readonly string[], workshop: Workshop): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const ended = await list(workshop, tags, ['-f', '']);
    if (ended.code === 0) return;
    const missing = missingModules(ended.stderr);
    if (missing.length === 0 && attempt < ATTEMPTS && isTransient(ended.stderr)) {
      await sleep(BETWEEN_ATTEMPTS);
      continue;
    }
    if (missing.length === 0) throw new BuildError('the modules of this build could not be settled', goErrors(ended.stderr));
    throw unavailable(missing, await wantedBy(missing, configuration, tags, workshop), configuration);
  }
}

/** Every main package there is: the Collector, the plugins, what else is generated beside them. */
function list({ children, environment, folder, go }: Workshop, tags: readonly string[], flags: readonly string[]) {
  const tagged = tags.length > 0 ? [`-tags=${tags.join(',')}`] : [];
  return children.run({
    argv: [go, 'list', '-mod=mod', '-deps', ...flags, ...tagged, './...'],
    directory: folder,
    environment,
    limit: null,
  });
}

function unavailable(
  missing: readonly MissingModule[],
  wanted: ReadonlyMap<MissingModule, readonly string[]>,
  configuration: Configuration,
): BuildError {
  const [first] = missing;
  const alone = missing.length === 1;
  // What the build file asks for by name is a mistake at that line of it, most often.
  const asked = ({ module }: MissingModule) => {
    const entry = configuration.modules.find((candidate) => candidate.module === module);
    return entry ? `${placeOfModule(configuration, entry)}: ` : '';
  };
  return new BuildError(
    first && alone
      ? `${asked(first)}${first.module} ${first.version} can't be downloaded: ${first.because}`
      : `${missing.length} modules can't be downloaded`,
    missing.flatMap((each) => {
      const { module, version, because, importedBy } = each;
      const by = importedBy === null || importedBy === module ? [] : [`${module} is imported by ${importedBy}`];
      const forWhom = (wanted.get(each) ?? []).map((component) => `needed by ${component}`);
      return [...(alone ? [] : [`${asked(each)}${module} ${version}: ${because}`]), ...by, ...forWhom];
    }),
  );
}

/** The components of the build file that a missing module is for: what their owner can change. */
async function wantedBy(
  missing: readonly MissingModule[],
  configuration: Configuration,
  tags: readonly string[],
  workshop: Workshop,
): Promise<Map<MissingModule, string[]>> {
  const ended = await list(workshop, tags, ['-e', '-json=ImportPath,Deps']);
  const packages = new Map(parseGoList(ended.stdout).map((pkg) => [pkg.ImportPath, pkg]));
  const ofPlugins = goPlugins(configuration).flatMap(({ components: own }) => own);
  const components = [...configuration.builtIn, ...ofPlugins];
  return new Map(
    missing.map((each) => [
      each,
      components
        .filter((component) => isFor(component, each, packages))
        .map(({ field, importPath }) => `${field}: ${importPath}`),
    ]),
  );
}

function isFor({ importPath }: ComponentEntry, { module }: MissingModule, packages: ReadonlyMap<string, ListedPackage>): boolean {
  const inside = (path: string) => path === module || path.startsWith(`${module}/`);
  return !inside(importPath) && (packages.get(importPath)?.Deps ?? []).some(inside);
}
