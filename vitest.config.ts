import { defineConfig } from 'vitest/config';
import { sourceCondition } from './tools/vitest-preset.ts';

export default defineConfig({
  ...sourceCondition,
  test: { projects: ['packages/*', 'examples/acp-provider'] },
});
