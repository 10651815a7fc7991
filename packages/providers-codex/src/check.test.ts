import type { ProcessEnd, ProcessResult } from '@backlog-runner/subprocess';
import { describe, expect, it } from 'vitest';
import { installation, login } from './check.ts';

const result = (end: ProcessEnd, stdout = '', stderr = ''): ProcessResult => {
  return { end, stdout, stderr, truncated: false, durationMs: 1 };
};
const exited = (code: number): ProcessEnd => ({ status: 'exited', code });
const ready = { status: 'ready', version: '0.169.0' } as const;

describe('the check of codex', () => {
  it('reads the version', () => {
    expect(installation(result(exited(0), 'codex-cli 0.169.0\n'))).toEqual(ready);
  });

  it('tells not installed from not usable', () => {
    const missing: ProcessEnd = { status: 'not-started', reason: 'not-found', message: 'ENOENT' };
    expect(installation(result(missing)).status).toBe('not-installed');
    expect(installation(result(exited(1), '', 'wrong architecture'))).toMatchObject({
      status: 'unusable',
      message: 'codex --version failed. wrong architecture',
    });
    expect(installation(result(exited(0), 'hello')).status).toBe('unusable');
    expect(installation(result({ status: 'timed-out', limit: 'total' })).status).toBe('unusable');
  });

  it('tells signed in, not signed in and unknown apart', () => {
    expect(login(result(exited(0), 'Logged in using ChatGPT'), ready)).toBe(ready);
    expect(login(result(exited(1), '', 'WARNING: something\nNot logged in\n'), ready).status).toBe('not-signed-in');
    expect(login(result(exited(1), '', 'config.toml: bad value'), ready)).toMatchObject({
      status: 'unusable',
      message: 'codex login status failed. config.toml: bad value',
    });
  });
});
