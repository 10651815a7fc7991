import { defineConfig } from 'vitest/config';
import { sourceCondition } from '../../../tools/vitest-preset.ts';

/** Needs the built command line and the real agents: see `tools/e2e.mjs`. */
export default defineConfig({
  ...sourceCondition,
  test: { name: 'e2e', root: import.meta.dirname, testTimeout: 180_000, hookTimeout: 60_000 },
});
