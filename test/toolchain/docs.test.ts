import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { emptyFolder, run } from './project.js';

// Types what the two documents say, block after block, into one shell in an empty folder, with ocx installed from its package.
// A block of `text` behind a block of `sh` is what must be seen: each of its lines is part of one that was printed.

const DOCUMENTS = ['docs/plugin-development.md', 'docs/distribution.md'];

interface Block {
  readonly commands: string;
  readonly expected: readonly string[];
}

function blocksOf(document: string): Block[] {
  const text = readFileSync(document, 'utf8');
  return [...text.matchAll(/^```sh\n([\s\S]*?)^```\n(?:```text\n([\s\S]*?)^```$)?/gm)].map(
    ([, commands = '', expected = '']) => ({
      commands,
      expected: expected.split('\n').filter((line) => line.trim() !== ''),
    }),
  );
}

const { folder, remove } = emptyFolder('docs');
let shell: ChildProcess;
let said = '';
let count = 0;

/** Types a block, and gives all that was printed and the exit code of its last command. */
async function type(commands: string): Promise<{ printed: string; status: number }> {
  const ending = `--- block ${++count} ended with `;
  said = '';
  shell.stdin?.write(`${commands}\necho "${ending}$?."\n`);
  for (;;) {
    const at = said.indexOf(ending);
    const end = said.indexOf('.\n', at);
    if (at >= 0 && end >= 0) return { printed: said.slice(0, at), status: Number(said.slice(at + ending.length, end)) };
    if (shell.exitCode !== null) throw new Error(`the shell ended\n${said}`);
    await new Promise((later) => setTimeout(later, 20));
  }
}

const words = (line: string) => line.trim().replace(/\s+/g, ' ');

beforeAll(async () => {
  const packed = await run(['npm', 'pack', '--silent', '--pack-destination', folder], resolve('.'));
  if (packed.status !== 0) throw new Error(packed.stderr);
  const prefix = join(folder, 'npm');
  mkdirSync(prefix);
  // Global is a folder of the test's own. What a machine sets must not lead elsewhere.
  const env: NodeJS.ProcessEnv = { ...process.env, npm_config_prefix: prefix, PATH: `${prefix}/bin:${process.env.PATH}` };
  for (const name of ['OCX_COLLECTOR', 'OTELCOL_PLUGIN_DIR', 'SOURCE_DATE_EPOCH']) delete env[name];
  shell = spawn('bash', ['--noprofile', '--norc'], { cwd: folder, env, stdio: ['pipe', 'pipe', 'pipe'] });
  for (const stream of [shell.stdout, shell.stderr])
    stream?.on('data', (data: Buffer) => {
      said += data.toString('utf8');
    });
});

afterAll(() => {
  shell.stdin?.end('kill $(jobs -p) 2>/dev/null\n');
  remove();
});

describe.each(DOCUMENTS)('%s', (document) => {
  it.each(blocksOf(document).map((block) => [block.commands.trim().split('\n')[0] ?? '', block] as const))(
    '%s',
    async (_first, { commands, expected }) => {
      const { printed, status } = await type(commands);
      if (process.env.OCX_DOCS_LOG) writeFileSync(process.env.OCX_DOCS_LOG, `$ ${commands}\n${printed}\n`, { flag: 'a' });
      expect(status, `${commands}\n${printed}`).toBe(0);
      const lines = printed.split('\n').map(words);
      for (const line of expected)
        expect(
          lines.some((one) => one.includes(words(line))),
          `${line}\n--- is not in\n${printed}`,
        ).toBe(true);
    },
  );
});
