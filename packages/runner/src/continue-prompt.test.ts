import { describe, expect, test } from 'vitest';
import { continuePrompt } from './continue-prompt.ts';

describe('what an agent is told when its attempt comes back', () => {
  test('the failed command and what it printed', () => {
    const findings = [{ command: 'npm test', exitCode: 1, output: 'expected 2, got 3' }];
    const prompt = continuePrompt({
      because: 'validation',
      validation: { status: 'refused', profile: 'default', findings },
    });
    expect(prompt).toContain('`npm test` exited with 1');
    expect(prompt).toContain('expected 2, got 3');
  });

  test('the files in conflict', () => {
    expect(continuePrompt({ because: 'conflict', paths: ['a b.txt'] })).toContain('- a b.txt');
  });
});
