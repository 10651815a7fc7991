import { taskFixture } from '@backlog-runner/testkit';
import { describe, expect, test } from 'vitest';
import { instructionsFor } from './instructions.ts';

describe('the standing instructions', () => {
  test('end with the project’s own', () => {
    expect(instructionsFor(taskFixture(), 'Use tabs.\n')).toMatch(/own instructions:\n\nUse tabs\.$/);
  });

  test('forbid a research task to change anything', () => {
    expect(instructionsFor(taskFixture({ kind: 'research' }), '')).toContain('change no file');
  });
});
