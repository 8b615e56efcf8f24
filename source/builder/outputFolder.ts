import { closeSync, existsSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { PlaceError, reason } from '../catalog/discovery.js';

/**
 * The output directory. What a build makes is staged inside it, on the same file system, and renamed at the end, file by
 * file: whoever looks finds an old artifact or a new one, never a part of one.
 */
export interface OutputFolder {
  readonly path: string;
  /** Generated sources, go.mod and go.sum. */
  readonly sources: string;
  /** What cargo makes, and crates it unpacked. */
  readonly cargo: string;
  readonly staging: string;
  readonly state: string;
  /** Moves a staged file to its place. */
  publish(path: string): void;
  remove(path: string): void;
  /** Leaves nothing of this build but what was published. */
  close(): void;
}

/** @throws PlaceError when it can't be made, or another build is at work in it. */
export function openOutput(path: string): OutputFolder {
  const own = join(path, '.ocx');
  const staging = join(own, 'staging');
  const lock = join(own, 'lock');
  try {
    mkdirSync(own, { recursive: true });
    takeLock(lock, path);
    rmSync(staging, { recursive: true, force: true });
    mkdirSync(join(staging, 'plugins'), { recursive: true });
    mkdirSync(join(path, 'plugins'), { recursive: true });
  } catch (error) {
    if (error instanceof PlaceError) throw error;
    throw new PlaceError(`output ${path}: ${reason(error)}`);
  }
  return {
    path,
    sources: join(own, 'src'),
    cargo: join(own, 'cargo'),
    staging,
    state: join(own, 'state.json'),
    publish(file) {
      mkdirSync(dirname(join(path, file)), { recursive: true });
      renameSync(join(staging, file), join(path, file));
    },
    remove: (file) => rmSync(join(path, file), { force: true }),
    close() {
      rmSync(staging, { recursive: true, force: true });
      rmSync(lock, { force: true });
    },
  };
}

function takeLock(lock: string, path: string): void {
  if (existsSync(lock)) {
    const pid = Number(readFileSync(lock, 'utf8'));
    if (Number.isInteger(pid) && pid > 0 && isAlive(pid) && pid !== process.pid)
      throw new PlaceError(`output ${path}: another ocx build (process ${pid}) is at work there`);
    rmSync(lock, { force: true });
  }
  const file = openSync(lock, 'wx');
  writeSync(file, String(process.pid));
  closeSync(file);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
