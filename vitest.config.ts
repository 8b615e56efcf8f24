import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.{ts,tsx}'],
    // Needs Go, cargo and gcc: `npm run test:toolchain`.
    exclude: ['test/toolchain/**'],
    // A hang is minutes; a loaded machine is not a failure.
    testTimeout: 60_000,
    // Ink writes its last frame once more when it ends where CI is set: tests that keep frames would keep that one.
    env: { CI: 'false' },
    pool: 'threads',
    // No test replaces a module or leaves state in one, so files of a worker share theirs: a third of the time is saved.
    isolate: false,
    // More than cores: pseudo-terminal tests mostly wait.
    maxWorkers: 5,
  },
});
