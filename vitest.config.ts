import { defineConfig } from 'vitest/config';
import { sourceCondition } from './tools/vitest-preset.ts';

export default defineConfig({
  ...sourceCondition,
  // By itself it leaves one core idle, which of two is half of them.
  test: {
    projects: [
      'packages/*',
      'examples/acp-provider',
      { test: { name: 'tools', include: ['tools/**/*.test.mjs'], testTimeout: 30_000 } },
    ],
    maxWorkers: '100%',
  },
});
