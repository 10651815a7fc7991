import { configDefaults, defineProject } from 'vitest/config';
import { sourceCondition } from '../../tools/vitest-preset.ts';

export default defineProject({
  ...sourceCondition,
  test: {
    name: 'cli',
    exclude: [...configDefaults.exclude, 'e2e/**', 'crash/**', 'red-team/**'],
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});
