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
    maxWorkers: 2,
  },
});
