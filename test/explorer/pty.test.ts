import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type IPty, spawn } from '@lydell/node-pty';
import { buildSync } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Emulator } from '../terminal/emulator.js';

const directory = mkdtempSync(join(tmpdir(), 'ocx-pty-'));
const program = join(directory, 'explorer.mjs');
let count = 0;

beforeAll(() => {
  buildSync({
    entryPoints: { explorer: 'test/explorer/ptyMain.ts' },
    outdir: directory,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    format: 'esm',
    platform: 'node',
    logLevel: 'error',
    // As in the real bundle: Ink's devtools sit in a chunk that is never loaded.
    splitting: true,
    define: { 'process.env.NODE_ENV': '"production"', 'process.env.DEV': '"false"' },
    external: ['react-devtools-core'],
    banner: { js: "import{createRequire as r}from'node:module';const require=r(import.meta.url);" },
  });
});

afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** Modes that a terminal starts with: cursor shown, lines wrapped. */
const DEFAULTS: Readonly<Record<string, string>> = { '7': 'h', '25': 'h' };
/** Those that bash itself sets at its prompt, whatever ran before. */
const OF_THE_SHELL = new Set(['2004']);

function modesAfter(bytes: string): Map<string, string> {
  const modes = new Map<string, string>();
  for (const [, numbers = '', value = ''] of bytes.matchAll(/\x1b\[\?([0-9;]+)([hl])/g))
    for (const mode of numbers.split(';')) if (!OF_THE_SHELL.has(mode)) modes.set(mode, value);
  return modes;
}

/** A shell in a pseudo-terminal of its own, with the explorer to be started in it. */
class Shell {
  readonly emulator = new Emulator(100, 30);
  readonly pty: IPty;
  readonly #pidFile = join(directory, `pid${count++}`);
  #pending: Promise<void> = Promise.resolve();
  raw = '';
  #modes: unknown = null;
  #opened = 0;

  constructor() {
    // CI would make a stock Ink silent; nobody runs the explorer with it set.
    const { CI: _, ...env } = process.env;
    this.pty = spawn('bash', ['--norc', '--noprofile', '-i'], {
      cols: 100,
      rows: 30,
      env: { ...env, PS1: '$ ', TERM: 'xterm-256color', LC_ALL: 'C.UTF-8' } as Record<string, string>,
    });
    this.pty.onData((data) => {
      this.raw += data;
      this.#pending = this.#pending.then(() => this.emulator.write(data));
    });
  }

  /** The terminal's own screen, as a person resizes the window. */
  async resizeScreen(columns: number, rows: number): Promise<void> {
    await this.#pending;
    this.emulator.resize(columns, rows);
  }

  async see(text: string | RegExp): Promise<void> {
    const seen = () => (typeof text === 'string' ? this.screen.includes(text) : text.test(this.screen));
    for (let wait = 0; wait < 800; wait++) {
      // Of all that has come by now: what is seen in the middle of it may be on its way out.
      await this.#pending;
      if (seen()) break;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    expect(this.screen).toMatch(text);
  }

  get screen(): string {
    return this.emulator.rows().join('\n');
  }

  async open(fault = ''): Promise<void> {
    await this.see(/^\$/m);
    this.#modes = this.emulator.modes;
    this.#opened = this.raw.length;
    this.pty.write(`stty -a | md5sum; ${process.execPath} ${program} ${this.#pidFile} ${fault}\r`);
    await this.see('Plugins in load order');
    expect(this.emulator.isAlternate).toBe(true);
  }

  get pid(): number {
    return Number(readFileSync(this.#pidFile, 'utf8'));
  }

  /** Back in the shell, with everything as it was. */
  async isAsBefore(code: number): Promise<void> {
    await this.see(/\n\$\n*$/);
    this.pty.write('echo code $?; stty -a | md5sum\r');
    await this.see(new RegExp(`code ${code}\n[0-9a-f]{32} +-\n\\$`));
    expect(this.emulator.isAlternate).toBe(false);
    expect(this.emulator.modes).toEqual(this.#modes);
    const sums = this.screen.match(/[0-9a-f]{32}/g) ?? [];
    expect(sums).toHaveLength(2);
    expect(sums[0]).toBe(sums[1]);
    // Every private mode that was ever set is reset, and the other way round: as a terminal would have kept them.
    expect(this.changedModes()).toEqual([]);
    // The last word on the style: plain.
    expect(this.raw.lastIndexOf('\x1b[m')).toBeGreaterThan(this.raw.lastIndexOf('\x1b[7m'));
  }

  /** DEC private modes that are not as they were when the explorer opened, by the bytes alone. */
  changedModes(): string[] {
    const before = modesAfter(this.raw.slice(0, this.#opened));
    const after = modesAfter(this.raw);
    return [...after].filter(([mode, value]) => (before.get(mode) ?? DEFAULTS[mode] ?? 'l') !== value).map(([mode]) => mode);
  }

  close(): void {
    this.pty.kill();
  }
}

const endings: readonly (readonly [string, number, (shell: Shell) => void])[] = [
  ['q', 0, ({ pty }) => pty.write('q')],
  ['Ctrl-C', 0, ({ pty }) => pty.write('\x03')],
  ['SIGINT', 130, ({ pid }) => process.kill(pid, 'SIGINT')],
  ['SIGTERM', 143, ({ pid }) => process.kill(pid, 'SIGTERM')],
  ['SIGQUIT', 131, ({ pid }) => process.kill(pid, 'SIGQUIT')],
  ['SIGHUP', 129, ({ pid }) => process.kill(pid, 'SIGHUP')],
  ['an error of ours', 70, ({ pid }) => process.kill(pid, 'SIGUSR2')],
  ['an error in drawing', 70, ({ pid }) => process.kill(pid, 'SIGUSR2')],
];

describe('the terminal is as it was', () => {
  it.concurrent.each(endings)('after %s', async (name, code, end) => {
    const shell = new Shell();
    await shell.open(code !== 70 ? '' : name.endsWith('drawing') ? 'draws' : 'throws');
    shell.pty.write('jj\r');
    await shell.see('OCX0410');
    end(shell);
    await shell.isAsBefore(code);
    if (code === 70) expect(shell.screen).toContain('ocx stopped on an error of its own');
    shell.close();
  });

  // SIGWINCH goes to what runs in the foreground: the shell. Rows of the old width were drawn into the new one.
  it.concurrent('resized while it was suspended, it comes back in the new size', async () => {
    const shell = new Shell();
    await shell.open();
    shell.pty.write('\x1a');
    await shell.see('Stopped');
    shell.pty.resize(80, 24);
    await shell.resizeScreen(80, 24);
    shell.pty.write('fg\r');
    await shell.see(/\? help *(q quit *)?\n?$/);
    const rule = shell.screen.split('\n').find((line) => line.startsWith('━━ Plugins'));
    expect(rule).toHaveLength(80);
    expect(shell.screen.trimEnd().split('\n').length).toBeLessThanOrEqual(24);
    shell.pty.write('q');
    // stty prints the size as well, so what it says is not as before here.
    await shell.see(/\$\s*$/);
    expect(shell.emulator.isAlternate).toBe(false);
    shell.close();
  });

  it.concurrent('while suspended, and the explorer is whole when it comes back', async () => {
    const shell = new Shell();
    await shell.open();
    shell.pty.write('jj2');
    await shell.see(/\[2 Manifest\][\s\S]*\? help {2}q quit/);
    const before = shell.screen;
    shell.pty.write('\x1a');
    await shell.see('Stopped');
    expect(shell.emulator.isAlternate).toBe(false);
    shell.pty.write('fg\r');
    await shell.see(/\[2 Manifest\][\s\S]*\? help {2}q quit/);
    expect(shell.screen).toBe(before);
    // Taken over twice, and no more: a second time would be a flicker.
    expect(shell.raw.split('\x1b[?1049h')).toHaveLength(3);
    shell.pty.write('q');
    await shell.isAsBefore(0);
    shell.close();
  });

  it.concurrent('after SIGTERM while suspended: nothing of it is drawn again', async () => {
    const shell = new Shell();
    await shell.open();
    shell.pty.write('\x1a');
    await shell.see('Stopped');
    const { pid } = shell;
    const seen = shell.raw.length;
    process.kill(pid, 'SIGTERM');
    shell.pty.write('fg\r');
    await shell.see(/fg[\s\S]*\n\$\n*$/);
    const again = shell.raw.slice(seen);
    expect(again.split('\x1b[?1049h').length - 1).toBe(again.split('\x1b[?1049l').length - 1);
    await shell.isAsBefore(143);
    shell.close();
  });

  it.concurrent('and not a byte was written in ten idle seconds, over real files, in any of three panels', async () => {
    const shell = new Shell();
    await shell.open('real');
    await shell.see(/^(?![\s\S]*\d reading)ocx [\s\S]*go-control-characters\.so/);
    for (const panel of ['1', '2', '3']) {
      shell.pty.write(panel);
      await new Promise((resolve) => setTimeout(resolve, 1500));
      const before = shell.raw.length;
      await new Promise((resolve) => setTimeout(resolve, panel === '2' ? 10_000 : 1000));
      expect(shell.raw.slice(before)).toBe('');
    }
    shell.pty.write('q');
    await shell.isAsBefore(0);
    shell.close();
  });

  it.concurrent('and ours again after a stop that nobody sees coming', async () => {
    const shell = new Shell();
    await shell.open();
    process.kill(shell.pid, 'SIGSTOP');
    await shell.see('Stopped');
    shell.pty.write('fg\r');
    await shell.see(/^(?![\s\S]*Stopped)ocx .*[\s\S]*\? help {2}q quit/);
    // Raw mode too: a key counts without Enter.
    shell.pty.write('j');
    await shell.see(/^> {3}2 /m);
    shell.pty.write('q');
    await shell.isAsBefore(0);
    shell.close();
  });

  it.concurrent('and the process is gone when the terminal is', async () => {
    const shell = new Shell();
    await shell.open();
    const { pid } = shell;
    shell.pty.kill();
    const alive = () => {
      try {
        return process.kill(pid, 0);
      } catch {
        return false;
      }
    };
    for (let wait = 0; wait < 300 && alive(); wait++) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(alive()).toBe(false);
  });
});
