import { defineConfig } from 'vitest/config';
import { sourceCondition } from '../../../tools/vitest-preset.ts';

/** Kills and stops real runner processes at every durable step: see `tools/crash.mjs`. */
export default defineConfig({
  ...sourceCondition,
  test: {
    name: 'crash',
    root: import.meta.dirname,
    globalSetup: ['build-program.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    maxConcurrency: 6,
    fileParallelism: false,
  },
});
