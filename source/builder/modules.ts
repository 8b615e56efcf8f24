import { setTimeout as sleep } from 'node:timers/promises';
import { BuildError } from './buildError.js';
import { goErrors, isTransient, missingModules } from './goErrors.js';
import type { Workshop } from './sources.js';

const ATTEMPTS = 3;
const BETWEEN_ATTEMPTS = 3000;

/** `go mod tidy`: finds every module, downloads it, checks it. A module that can't be had is named. */
export async function fetchModules({ children, environment, folder, go }: Workshop): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const ended = await children.run({ argv: [go, 'mod', 'tidy'], directory: folder, environment, limit: null });
    if (ended.code === 0) return;
    const missing = missingModules(ended.stderr);
    if (missing.length === 0 && attempt < ATTEMPTS && isTransient(ended.stderr)) {
      await sleep(BETWEEN_ATTEMPTS);
      continue;
    }
    const [first] = missing;
    if (!first) throw new BuildError('go mod tidy could not settle the modules', goErrors(ended.stderr));
    throw new BuildError(
      missing.length === 1
        ? `${first.module} ${first.version} can't be downloaded: ${first.because}`
        : `${missing.length} modules can't be downloaded`,
      [
        ...(missing.length === 1 ? [] : missing.map(({ module, version, because }) => `${module} ${version}: ${because}`)),
        ...missing.flatMap(({ module, importedBy }) =>
          importedBy === null || importedBy === module ? [] : [`${module} is imported by ${importedBy}`],
        ),
      ],
    );
  }
}
