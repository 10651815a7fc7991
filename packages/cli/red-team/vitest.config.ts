import { defineConfig } from 'vitest/config';
import { sourceCondition } from '../../../tools/vitest-preset.ts';

/** Needs the built command line: see `tools/red-team.mjs`. */
export default defineConfig({
  ...sourceCondition,
  test: {
    name: 'red-team',
    root: import.meta.dirname,
    testTimeout: 120_000,
    maxConcurrency: 3,
    fileParallelism: false,
  },
});
