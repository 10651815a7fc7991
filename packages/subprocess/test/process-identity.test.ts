import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseProcStat } from '../src/parse-process.ts';
import { isRunning, ownIdentity } from '../src/process-identity.ts';

test.runIf(process.platform === 'linux')(
  'a process is running until it has ended, also while it is stopped',
  async () => {
    const child = spawn('sleep', ['60']);
    await once(child, 'spawn');
    const pid = child.pid ?? expect.unreachable();
    const { born } = parseProcStat(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? expect.unreachable();
    expect(isRunning({ pid, born })).toBe(true);
    expect(isRunning({ pid, born: `${born}1` })).toBe(false);
    child.kill('SIGSTOP');
    expect(isRunning({ pid, born })).toBe(true);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(isRunning({ pid, born })).toBe(false);
  },
);

test.runIf(process.platform === 'linux')('this process is running', () => {
  const own = ownIdentity() ?? expect.unreachable();
  expect(isRunning(own)).toBe(true);
});
