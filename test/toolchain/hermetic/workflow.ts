import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';
import { type Ran, run } from '../project.js';

/** Who runs the workflow: a user without rights, as in CI (runner/id). */
const RUNNER = '1001:1001';

/** A repository in CI: the steps of the workflow that `ocx init --ci` wrote, run as they are written, one after the other. */
export class Workflow {
  readonly #repository: string;
  readonly #temp: string;

  /** @param temp a folder of the runner, outside of the repository. */
  constructor(repository: string, temp: string) {
    this.#repository = repository;
    this.#temp = temp;
  }

  /** Puts the repository under git, and gives it and the runner's folder to the runner. */
  async checkOut(): Promise<void> {
    mkdirSync(join(this.#temp, 'cache'), { recursive: true });
    await this.#shell(`git init --quiet && git add --all &&
      git -c user.name=x -c user.email=x@example.com commit --quiet --date '2026-01-01T00:00:00Z' --message first`);
    await this.giveToRunner();
  }

  /** What was written here by another since. */
  async giveToRunner(): Promise<void> {
    for (const folder of [this.#repository, this.#temp]) await run(['chown', '--recursive', RUNNER, folder], folder);
  }

  /** Runs the step of that name, by the shell and the files that GitHub's runner has for it. */
  step(name: string): Promise<Ran> {
    const workflow = parse(readFileSync(join(this.#repository, '.github/workflows/plugin.yml'), 'utf8'));
    const steps: { name?: string; run?: string }[] = workflow.jobs.plugins.steps;
    const text = steps.find((step) => step.name === name)?.run;
    if (text === undefined) throw new Error(`the workflow has no step ${name} that runs something`);
    return this.#shell(text);
  }

  /** Runs one more command in the container of the workflow. */
  inContainer(command: string): Promise<Ran> {
    return this.#shell(`$IN_CONTAINER ${command}`);
  }

  #shell(text: string): Promise<Ran> {
    const file = join(this.#temp, 'environment');
    const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : [];
    const earlier = Object.fromEntries(
      lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
    );
    return run(['bash', '-e', '-c', text], this.#repository, {
      ...earlier,
      GITHUB_ENV: file,
      RUNNER_TEMP: this.#temp,
      PATH: `${resolve('test/toolchain/hermetic/runner')}:${process.env.PATH}`,
      // The suite is root, and the repository the runner's.
      GIT_CONFIG_COUNT: '1',
      GIT_CONFIG_KEY_0: 'safe.directory',
      GIT_CONFIG_VALUE_0: '*',
    });
  }
}
