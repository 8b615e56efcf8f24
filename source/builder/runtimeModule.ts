import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The Go module that is compiled into every Collector and plugin: plugin API, loader, commands. */
export const RUNTIME_MODULE = 'ocx.dev/runtime';

/** Where it is put in the sources of a build, and what go.mod replaces it by. */
export const RUNTIME_FOLDER = 'runtime';

/** `runtime/go` of this package: beside `dist` when installed, beside `source` in the repository. */
export function findRuntime(): string {
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    const candidate = join(folder, 'runtime', 'go');
    if (existsSync(join(candidate, 'go.mod'))) return candidate;
    if (dirname(folder) === folder) throw new Error('runtime/go is not in this package');
  }
}

/**
 * Copies the runtime module, without its tests. Of what its go.mod requires only what is no part of the Collector is
 * kept: the versions of all else are those of the Collector that is built, and fetching the modules finds them there.
 */
export function copyRuntime(from: string, to: string): void {
  rmSync(to, { recursive: true, force: true });
  cpSync(from, to, { recursive: true, filter: (path) => isNeeded(path.slice(from.length)) });
  writeFileSync(join(to, 'go.mod'), slimGoMod(readFileSync(join(from, 'go.mod'), 'utf8')));
}

/** go.mod of the copy: no indirect requirements, and none of `go.opentelemetry.io`. */
export function slimGoMod(text: string): string {
  const [, version = '1.25'] = /^go (\S+)$/m.exec(text) ?? [];
  const kept = [...text.matchAll(/^(?:require )?\t?([\w.-]+\.[\w./-]+ v\S+)$/gm)]
    .map(([, requirement = '']) => requirement)
    .filter((requirement) => !requirement.startsWith('go.opentelemetry.io/'));
  const requires = kept.map((requirement) => `require ${requirement}\n`).join('');
  return `module ${RUNTIME_MODULE}\n\ngo ${version}\n${requires === '' ? '' : `\n${requires}`}`;
}

const NOT_COPIED = new Set(['go.mod', 'go.sum', 'testdata', '.git']);

function isNeeded(path: string): boolean {
  return !path.endsWith('_test.go') && !path.split(sep).some((part) => NOT_COPIED.has(part));
}
