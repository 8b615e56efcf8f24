import pty from '@lydell/node-pty';
import { expect, it } from 'vitest';

// `CI=true` is set in many shells of build machines, and people open terminals there.
it('the explorer draws in a terminal where CI is set', async () => {
  const child = pty.spawn(process.execPath, ['dist/cli.js', 'fixtures/plugins'], {
    cols: 100,
    rows: 30,
    env: { ...process.env, CI: 'true', TERM: 'xterm-256color' },
  });
  let bytes = '';
  const drawn = new Promise<void>((resolve) => {
    child.onData((data) => {
      bytes += data;
      if (bytes.includes('go-match.so') || bytes.includes('c-library.so')) resolve();
    });
  });
  const ended = new Promise<number>((resolve) => child.onExit(({ exitCode }) => resolve(exitCode)));
  await drawn;
  child.write('q');
  expect(await ended).toBe(0);
});
