import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: { root: '.', include: ['test/toolchain/hermetic/containers.ts'], testTimeout: 1_800_000, hookTimeout: 1_800_000 },
});
