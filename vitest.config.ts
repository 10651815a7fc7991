import { defineConfig } from 'vitest/config';
import { sourceCondition } from './tools/vitest-preset.ts';

export default defineConfig({
  ...sourceCondition,
  test: {
    projects: [
      'packages/*',
      'examples/acp-provider',
      { test: { name: 'tools', include: ['tools/**/*.test.mjs'], testTimeout: 30_000 } },
    ],
  },
});
