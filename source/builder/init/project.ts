import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { PlaceError, reason } from '../../catalog/discovery.js';
import { crateFiles } from './crateFiles.js';
import { processorFiles } from './processorFiles.js';
import { projectFiles } from './projectFiles.js';
import { readme } from './readme.js';
import { rustFiles } from './rustFiles.js';
import { shellWord } from './shellWord.js';

/** The Collector release a new project starts with: stable modules and the rest have numbers of their own. */
export const COLLECTOR = { beta: 'v0.165.0', stable: 'v1.71.0' } as const;

/** Kinds of component `ocx init` can start. */
export const KINDS = ['processor'] as const;

/** What the Collector of a new project has built in, kind to type: a plugin can't bring that once more. */
export const BUILT_IN = { receiver: 'otlp', processor: 'batch', exporter: 'debug' } as const;

/** Languages it can be in. */
export const LANGUAGES = ['go', 'rust'] as const;

export interface Project {
  /** `greeter`: the type of the component, and the name of the plugin. */
  readonly name: string;
  /** `example.com/greeterprocessor`: path of its Go module; of Rust what the distribution's is made of. */
  readonly module: string;
  readonly language: (typeof LANGUAGES)[number];
  readonly kind: (typeof KINDS)[number];
  /** The Collector of others that the plugin is for; null where the project has one of its own. */
  readonly target: ProjectTarget | null;
}

/** What a plugin is built for and judged against. Paths are relative to the project. */
export interface ProjectTarget {
  /** `otelcol-custom 1.2.0`. */
  readonly title: string;
  /** `--against` of the build. */
  readonly against: string;
  /** Its binary or profile; null where neither is at hand. */
  readonly judge: string | null;
}

/** What `ocx build` is given in a project. */
export function buildCommand({ target }: Pick<Project, 'target'>): string {
  return target === null ? 'build' : `build --against ${shellWord(target.against)}`;
}

/** One file to write: path relative to the project, and its text, or bytes that are none. */
export interface ProjectFile {
  readonly path: string;
  readonly text: string | Uint8Array;
}

/** A component's type, a folder, a part of a Go package name: so it must be good as each of them. */
export function nameFault(name: string): string | null {
  if (!/^[a-z][a-z0-9_]{0,62}$/.test(name)) return 'must be lower-case letters, digits and _, beginning with a letter';
  if (GO_WORDS.has(name)) return 'is a word of the Go language';
  return BUILT_IN[KINDS[0]] === name ? `is taken: the Collector of a new project has a ${KINDS[0]} ${name} built in` : null;
}

const GO_WORDS = new Set(
  'break case chan const continue default defer else fallthrough for func go goto if import interface map package range return select struct switch type var'.split(
    ' ',
  ),
);

/** The rules of golang.org/x/mod/module for a path that can be imported, as far as a slip is likely. */
export function moduleFault(module: string): string | null {
  const parts = module.split('/');
  if (!/^[a-z0-9.-]+\.[a-z0-9.-]+$/.test(parts[0] ?? '')) return 'must begin with a domain: example.com/greeterprocessor';
  return parts.every((part) => /^[\w.~-]+$/.test(part) && !part.startsWith('.') && !part.endsWith('.'))
    ? null
    : 'must be a Go module path: example.com/greeterprocessor';
}

/** `example.com/greeterprocessor`. */
export function defaultModule({ name, kind }: Pick<Project, 'name' | 'kind'>): string {
  return `example.com/${folderOf({ name, kind })}`;
}

/** The folder of the component's module or crate: `greeterprocessor`. */
export function folderOf({ name, kind }: Pick<Project, 'name' | 'kind'>): string {
  return `${name.replaceAll('_', '')}${kind}`;
}

/**
 * All files of a new project.
 * @param ocx how whoever makes it calls ocx: `npx ocx`.
 */
export function filesOf(project: Project, ocx: string): ProjectFile[] {
  const component = project.language === 'rust' ? [...rustFiles(project), ...crateFiles()] : processorFiles(project);
  return [...projectFiles(project), { path: 'README.md', text: readme(project, ocx) }, ...component];
}

/**
 * Writes new files. One that is there already is never touched: then nothing is written at all.
 * @returns their paths.
 * @throws PlaceError when a file is in the way, or can't be written.
 */
export function writeFiles(directory: string, files: readonly ProjectFile[]): string[] {
  const inTheWay = files.map(({ path }) => path).filter((path) => existsSync(join(directory, path)));
  if (inTheWay.length > 0)
    throw new PlaceError(`${inTheWay.join(', ')} ${inTheWay.length === 1 ? 'is' : 'are'} there already: nothing was written`);
  try {
    for (const { path, text } of files) {
      mkdirSync(dirname(join(directory, path)), { recursive: true });
      writeFileSync(join(directory, path), text, { flag: 'wx' });
    }
  } catch (error) {
    throw new PlaceError(`${directory}: ${reason(error)}`);
  }
  return files.map(({ path }) => path);
}
