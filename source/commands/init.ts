import { basename, relative, resolve } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { type CI_SYSTEMS, ciFiles } from '../builder/init/ciFiles.js';
import { buildFileIn, ciOf, ciOfProject, projectTarget } from '../builder/init/ciProject.js';
import { CRATE_FOLDER } from '../builder/init/crateFiles.js';
import {
  buildCommand,
  defaultModule,
  filesOf,
  KINDS,
  type LANGUAGES,
  moduleFault,
  nameFault,
  type Project,
  type ProjectTarget,
  writeFiles,
} from '../builder/init/project.js';
import { shellWord } from '../builder/init/shellWord.js';
import { PlaceError } from '../catalog/discovery.js';
import { clean, cleaned } from '../terminal/clean.js';
import { EXIT, type Shell } from './options.js';
import { VERSION } from './version.js';

export interface InitOptions {
  readonly dir: string | undefined;
  readonly name: string | undefined;
  readonly module: string | undefined;
  readonly kind: (typeof KINDS)[number] | undefined;
  readonly lang: (typeof LANGUAGES)[number];
  readonly ci: (typeof CI_SYSTEMS)[number] | undefined;
  /** What the plugins are built against: `distribution.json` or a profile of a Collector that is there. */
  readonly against: string | undefined;
}

/**
 * `ocx init [dir]`: a project that builds: a Collector, and a plugin of one's own. With `--ci` the files of its CI too; where a build
 * file is there already, those alone.
 */
export async function initCommand(options: InitOptions, shell: Shell): Promise<number> {
  if (options.lang === 'rust' && options.module !== undefined)
    throw new PlaceError('--module is for Go: a crate has no Go module');
  const directory = resolve(options.dir ?? '.');
  const there = options.ci && options.name === undefined ? buildFileIn(directory) : null;
  if (there !== null) {
    const files = writeFiles(directory, ciFiles(ciOf(there, directory, options.against), VERSION));
    await shell.out.lines(files.map((path) => cleaned`+ ${path}`));
    return EXIT.ok;
  }
  const target = options.against === undefined ? null : targetOf(directory, options.against);
  const project = { ...(options.name === undefined ? await asked(options, directory) : named(options, options.name)), target };
  const ocx = calledAs(shell.env, directory);
  const ci = options.ci ? ciFiles(ciOfProject(project, directory, options.against), VERSION) : [];
  const files = writeFiles(directory, [...filesOf(project, ocx), ...ci]);
  const enter = options.dir === undefined ? '' : `cd ${shellWord(options.dir)} && `;
  await shell.out.lines([
    ...shown(files).map((path) => cleaned`+ ${path}`),
    clean(''),
    cleaned`Now: ${enter}${ocx} ${buildCommand(project)}   (README.md says what comes after)`,
  ]);
  return EXIT.ok;
}

/**
 * `npx ocx` where it was called so and will be found again: below the package that npx took it from (npm sets both for it). Elsewhere npx
 * would ask a registry for the name.
 */
function calledAs(env: NodeJS.ProcessEnv, directory: string): 'npx ocx' | 'ocx' {
  const { npm_command: command, npm_config_local_prefix: prefix } = env;
  const isBelow = prefix !== undefined && !/^(\.\.(\/|$)|\/)/.test(relative(prefix, directory));
  return command === 'exec' && isBelow ? 'npx ocx' : 'ocx';
}

/** Its title was written by others, and goes into files that are read line by line. */
function targetOf(directory: string, against: string): ProjectTarget {
  const target = projectTarget(directory, against);
  return { ...target, title: clean(target.title) };
}

type NewProject = Omit<Project, 'target'>;

/** The crate that comes along is one line. */
function shown(files: readonly string[]): string[] {
  const inside = (path: string) => path.startsWith(`${CRATE_FOLDER}/`);
  return [...files.filter((path) => !inside(path)), ...(files.some(inside) ? [`${CRATE_FOLDER}/`] : [])];
}

function named({ module, kind = KINDS[0], lang: language }: InitOptions, name: string): NewProject {
  const project = { name, kind, language, module: module ?? defaultModule({ name, kind }) };
  const fault = nameFault(project.name);
  if (fault !== null) throw new PlaceError(`--name ${fault}, is ${JSON.stringify(project.name)}`);
  const wrong = moduleFault(project.module);
  if (wrong !== null) throw new PlaceError(`--module ${wrong}, is ${JSON.stringify(project.module)}`);
  return project;
}

/** Asks for what no flag gives; only where somebody can answer. */
async function asked({ module, kind = KINDS[0], lang: language }: InitOptions, directory: string): Promise<NewProject> {
  if (!process.stdin.isTTY || !process.stdout.isTTY)
    throw new PlaceError('init needs --name NAME where nobody can be asked: the type of your component, such as greeter');
  const lines = createInterface({ input: process.stdin, output: process.stdout });
  try {
    const guess = basename(directory).toLowerCase().replace(/\W+/g, '_');
    const name = await ask(lines, 'Name of your processor', nameFault(guess) === null ? guess : 'greeter', nameFault);
    if (language === 'rust') return { name, kind, language, module: defaultModule({ name, kind }) };
    return {
      name,
      kind,
      language,
      module: module ?? (await ask(lines, 'Its Go module', defaultModule({ name, kind }), moduleFault)),
    };
  } catch (error) {
    // Ctrl-C, or the end of the input.
    if (error instanceof Error && error.name === 'AbortError') throw new PlaceError('nothing was written');
    throw error;
  } finally {
    lines.close();
  }
}

async function ask(
  lines: ReturnType<typeof createInterface>,
  question: string,
  suggestion: string,
  faultOf: (answer: string) => string | null,
): Promise<string> {
  const closed = new AbortController();
  lines.once('close', () => closed.abort());
  for (;;) {
    const answer = (await lines.question(`${question} (${suggestion}): `, { signal: closed.signal })).trim() || suggestion;
    const fault = faultOf(answer);
    if (fault === null) return answer;
    process.stdout.write(`It ${fault}.\n`);
  }
}
