import { BacklogError, ERROR_CODES } from '@backlog-runner/contracts';
import { describe, expect, it } from 'vitest';
import { exitCodeOf } from './exit-code.ts';
import { printError } from './print-error.ts';

function print(error: unknown, environment: Readonly<Record<string, string>> = {}) {
  const written: string[] = [];
  const code = printError(error, { environment, stderr: { write: (text) => written.push(text) } });
  return { code, text: written.join('') };
}

describe('printError', () => {
  it('says what is wrong and what to type, without a stack', () => {
    const error = new BacklogError('NO_COMMITS', 'There is no commit yet.', { hint: 'git commit\ngit push' });
    expect(print(error)).toEqual({
      code: 3,
      text: 'error There is no commit yet. [NO_COMMITS]\n→ git commit\n→ git push\n',
    });
  });

  it('shows what a command printed before it failed', () => {
    const error = new BacklogError('BOOTSTRAP_FAILED', 'It failed.', { details: { output: '\u001b[31mone\ntwo\n' } });
    expect(print(error).text).toBe('error It failed. [BOOTSTRAP_FAILED]\n  one\n  two\n');
  });

  it('shows the stack of a mistake, and what caused it, to those who ask', () => {
    const error = new BacklogError('GIT_FAILED', 'It failed.', { cause: new Error('the cause') });
    expect(print(error).text).not.toContain('the cause');
    expect(print(error, { BACKLOG_RUNNER_DEBUG: '1' }).text).toMatch(/at .*\ncaused by Error: the cause/s);
  });

  it('shows the stack of a bug to everybody', () => {
    const { code, text } = print(new TypeError('x is not a function'));
    expect(code).toBe(70);
    expect(text).toMatch(/^bug TypeError: x is not a function\n {4}at /);
    expect(print('a string')).toMatchObject({ code: 70 });
  });
});

describe('exitCodeOf', () => {
  it('is a failure for every error', () => {
    for (const code of Object.keys(ERROR_CODES)) {
      expect([1, 2, 3, 4]).toContain(exitCodeOf(code as keyof typeof ERROR_CODES));
    }
  });
});
