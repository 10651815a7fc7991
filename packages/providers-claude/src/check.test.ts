import type { ProcessEnd, ProcessResult } from '@backlog-runner/subprocess';
import { describe, expect, it } from 'vitest';
import { installation, login } from './check.ts';

const result = (end: ProcessEnd, stdout = '', stderr = ''): ProcessResult => {
  return { end, stdout, stderr, truncated: false, durationMs: 1 };
};
const exited = (code: number): ProcessEnd => ({ status: 'exited', code });
const ready = { status: 'ready', version: '2.1.197' } as const;

describe('the check of claude', () => {
  it('reads the version', () => {
    expect(installation(result(exited(0), '2.1.197 (Claude Code)\n'))).toEqual(ready);
  });

  it('tells not installed from not usable', () => {
    const missing: ProcessEnd = { status: 'not-started', reason: 'not-found', message: 'ENOENT' };
    expect(installation(result(missing)).status).toBe('not-installed');
    expect(installation(result(exited(1), '', 'native binary not installed'))).toMatchObject({
      status: 'unusable',
      message: 'claude --version failed. native binary not installed',
    });
    expect(installation(result({ status: 'timed-out', limit: 'total' })).status).toBe('unusable');
  });

  it('believes claude about all the ways to be signed in', () => {
    expect(login(result(exited(0), '{"loggedIn":true,"authMethod":"third_party"}'), ready)).toBe(ready);
    expect(login(result(exited(1), '{\n  "loggedIn": false\n}'), ready)).toMatchObject({
      status: 'not-signed-in',
      hint: 'claude auth login',
    });
  });

  it('takes a version that cannot tell for signed in, and anything else for unusable', () => {
    expect(login(result(exited(1), '', "error: unknown command 'auth'"), ready)).toBe(ready);
    expect(login(result(exited(1), '', 'settings.json is broken'), ready)).toMatchObject({
      status: 'unusable',
      message: 'claude auth status failed. settings.json is broken',
    });
  });
});
