import { defineProject } from 'vitest/config';
import { sourceCondition } from '../../tools/vitest-preset.ts';

export default defineProject({
  ...sourceCondition,
  test: { name: 'acp-provider', testTimeout: 30_000, hookTimeout: 30_000 },
});
