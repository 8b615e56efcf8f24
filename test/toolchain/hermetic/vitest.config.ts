import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: { root: '.', include: ['test/toolchain/hermetic/containers.ts'], testTimeout: 900_000, hookTimeout: 900_000 },
});
