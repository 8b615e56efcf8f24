import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: { root: '.', include: ['test/toolchain/**/*.test.ts'], testTimeout: 300_000, hookTimeout: 600_000, maxWorkers: 1 },
});
