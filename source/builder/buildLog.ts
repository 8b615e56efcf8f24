import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/** The whole story of a build, `<output>/build.log`: every command, what it printed, how it ended. */
export interface BuildLog {
  readonly path: string;
  write(text: string | Uint8Array): void;
  close(): void;
}

/** Written as it happens, so that a build that was killed leaves its log. */
export function openBuildLog(path: string): BuildLog {
  mkdirSync(dirname(path), { recursive: true });
  const file = openSync(path, 'w');
  let open = true;
  return {
    path,
    write(text) {
      if (!open) return;
      writeSync(file, typeof text === 'string' ? Buffer.from(text) : text);
    },
    close() {
      if (open) closeSync(file);
      open = false;
    },
  };
}
