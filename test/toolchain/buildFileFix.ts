import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseDocument } from 'yaml';
import { ocxIn, run } from './project.js';

/** A plugin of a build as `ocx plugins validate` has it, opened by the Collector if it would load. */
export interface Judged {
  readonly verdict: string;
  readonly findings: readonly {
    readonly code: string;
    readonly severity: string;
    readonly fix: string | null;
    readonly cause: string | null;
  }[];
  readonly probe?: { readonly outcome: string };
}

/** The project of a user whose plugin is built from `mine.yaml` into `mine`, for the Collector in `dist`. */
export class MendedProject {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  at(file: string): string {
    return join(this.folder, file);
  }

  /** `ocx` in `bin`, and the Collector of the project's own build file. */
  async buildCollector(): Promise<void> {
    mkdirSync(this.at('bin'));
    writeFileSync(this.at('bin/ocx'), `#!/bin/sh\nexec '${process.execPath}' '${resolve('dist/cli.js')}' "$@"\n`);
    chmodSync(this.at('bin/ocx'), 0o755);
    const built = await ocxIn(this.folder, ['build']);
    if (built.status !== 0) throw new Error(`${built.stdout}\n${built.stderr}`);
  }

  async validated(plugin: string, collector: string): Promise<Judged> {
    const file = this.at(`mine/plugins/${plugin}.so`);
    const { stdout } = await ocxIn(this.folder, ['plugins', 'validate', file, '--collector', this.at(collector), '-o', 'json']);
    return JSON.parse(stdout).plugins[0];
  }

  /** In a shell, as a user runs it; `ocx` is found on PATH. */
  async shell(line: string, folder = this.folder): Promise<void> {
    const { status, stdout, stderr } = await run(['sh', '-c', line], folder, { PATH: `${this.at('bin')}:${process.env.PATH}` });
    if (status !== 0) throw new Error(`${line}\n${stdout}\n${stderr}`);
  }

  /**
   * Does a fix as it stands: lines of the build file, commands in the folder of a component or crate, and `ocx build`.
   * @param crate the folder of a Rust plugin, which a fix does not name.
   */
  async applyFix(fix: string, crate = ''): Promise<void> {
    const steps = fix.split('; then: ');
    for (const step of steps.slice(0, -1)) {
      const [, lines] = /^in its build file: (.*)$/.exec(step) ?? [];
      const [, component, command] = /^in the folder of (its crate|\S+): (.*)$/.exec(step) ?? [];
      if (lines !== undefined) for (const line of lines.split(', ')) this.#edit(line);
      else if (component !== undefined && command !== undefined)
        await this.shell(command, this.at(component === 'its crate' ? crate : (component.split('/').at(-1) ?? '')));
      else throw new Error(`nothing that can be done here: ${step}`);
    }
    await this.shell(`${steps.at(-1)} mine.yaml`);
  }

  #edit(line: string): void {
    const file = this.at('mine.yaml');
    const text = readFileSync(file, 'utf8');
    const [, key, value] = /^(\w+): (.*) \(dist\)$/.exec(line) ?? [];
    const [, family = '', release = ''] = /^every gomod of (\S+)\.\.\. at (\S+)$/.exec(line) ?? [];
    const document = parseDocument(text);
    const [, replaced] = /^replaces: (.*)$/.exec(line) ?? [];
    if (replaced !== undefined) {
      const [module] = replaced.split(' ');
      const others: string[] = (document.toJS().replaces ?? []).filter((each: string) => each.split(' ')[0] !== module);
      document.set('replaces', [...others, replaced]);
      writeFileSync(file, document.toString());
      return;
    }
    if (key !== undefined) document.setIn(['dist', key], parseDocument(value ?? '').toJS());
    writeFileSync(
      file,
      key === undefined ? text.replace(new RegExp(`(gomod: ${family}\\S+) \\S+`, 'g'), `$1 ${release}`) : document.toString(),
    );
  }
}
