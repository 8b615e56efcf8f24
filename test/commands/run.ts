import { type SpawnSyncOptionsWithStringEncoding, spawnSync } from 'node:child_process';
import { Writable } from 'node:stream';
import { main } from '../../source/commands/main.js';
import { sinkOf } from '../../source/commands/output/sink.js';

export interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the built command in a process of its own, output into pipes: what a user's shell sees. */
export function ocxProcess(args: readonly string[], options: Partial<SpawnSyncOptionsWithStringEncoding> = {}): Ran {
  const {
    OCX_COLLECTOR: _collector,
    OTELCOL_PLUGIN_DIR: _directory,
    NO_COLOR: _colour,
    FORCE_COLOR: _force,
    ...env
  } = process.env;
  const { status, stdout, stderr } = spawnSync(process.execPath, ['dist/cli.js', ...args], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    ...options,
    env: { ...env, ...options.env },
  });
  return { status, stdout, stderr };
}

/** Runs the same command line in this process, 200 ms faster: what reaches stdout and stderr, and the exit code. */
export async function ocx(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ran> {
  const [out, err] = [collector(), collector()];
  const status = await main(args, { out: sinkOf(out.stream, env), err: sinkOf(err.stream, env), env, now: () => 0 });
  return { status, stdout: out.text(), stderr: err.text() };
}

function collector() {
  const chunks: Buffer[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      chunks.push(chunk);
      done();
    },
  });
  return { stream, text: () => Buffer.concat(chunks).toString('utf8') };
}
