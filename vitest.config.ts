import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.{ts,tsx}'],
    // Needs Go, cargo and gcc: `npm run test:toolchain`.
    exclude: ['test/toolchain/**'],
    // A hang is minutes; a loaded machine is not a failure.
    testTimeout: 60_000,
    // Ink unbundled draws nothing where CI is set; in the bundle it has no say (scripts/neverInCi.mjs).
    env: { CI: 'false' },
    pool: 'threads',
    maxWorkers: 2,
  },
});
