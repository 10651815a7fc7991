import { chmodSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { runProcess, shellCommand, startProcess } from '../src/index.ts';
import { allLines, directory, environment, manualSystem, program, script } from './programs.ts';

describe('a short command', () => {
  test('gives its output and its exit code', async () => {
    const result = await runProcess(script('echo out; echo err >&2; exit 2'));
    expect(result).toMatchObject({ end: { status: 'exited', code: 2 }, stdout: 'out\n', stderr: 'err\n' });
    expect(result.truncated).toBe(false);
    expect(result.durationMs).toBeGreaterThan(0);
  });

  test('of a long output the end is kept, in whole characters', async () => {
    const long = program(`process.stdout.write('€'.repeat(100_000) + 'end')`);
    const result = await runProcess({ ...long, maxOutputBytes: 10 });
    expect(result).toMatchObject({ stdout: '€€end', truncated: true });
  });

  test('has its standard input ended', async () => {
    expect((await runProcess(script('cat', { input: 'given' }))).stdout).toBe('given');
    expect((await runProcess(script('cat'))).stdout).toBe('');
  });

  test('can be aborted and is limited in time', async () => {
    expect((await runProcess(script('exit 0', { signal: AbortSignal.abort() }))).end).toEqual({ status: 'aborted' });
    const clock = manualSystem();
    const running = runProcess(script('sleep 60', { totalMs: 1000 }), { system: clock });
    clock.advance(1000);
    expect((await running).end).toEqual({ status: 'timed-out', limit: 'total' });
    expect(clock.pending()).toBe(0);
  });

  test('through the shell it is a command line, and no profile is read', async () => {
    const home = directory();
    writeFileSync(path.join(home, '.profile'), 'echo from the profile');
    const { command, args } = shellCommand('echo "a  b" | tr a c && echo $HOME');
    const result = await runProcess({ command, args, cwd: home, environment: { ...environment, HOME: home } });
    expect(result.stdout).toBe(`c  b\n${home}\n`);
  });
});

describe('what does not start is an end and not an error', () => {
  const endOf = async (more: Parameters<typeof script>[1]) => (await runProcess(script('exit 0', more))).end;

  test('a command that does not exist', async () => {
    expect(await endOf({ command: 'no-such-command-here' })).toEqual({
      status: 'not-started',
      reason: 'not-found',
      message: 'no-such-command-here was not found.',
    });
  });

  test('a directory that does not exist is told apart from it', async () => {
    const cwd = path.join(directory(), 'gone');
    expect(await endOf({ cwd })).toEqual({
      status: 'not-started',
      reason: 'other',
      message: `The directory ${cwd} does not exist or cannot be entered.`,
    });
  });

  test('a file that is not executable, or whose interpreter does not exist', async () => {
    const cwd = directory();
    writeFileSync(path.join(cwd, 'plain'), 'echo');
    writeFileSync(path.join(cwd, 'lost'), '#!/no/such/interpreter\n');
    chmodSync(path.join(cwd, 'lost'), 0o755);
    for (const command of ['./plain', './lost']) {
      expect(await endOf({ cwd, command })).toMatchObject({ status: 'not-started', reason: 'not-executable' });
    }
  });

  test('arguments that are too long, or hold what no argument can', async () => {
    for (const argument of ['x'.repeat(4 * 1024 * 1024), 'a\0b']) {
      expect(await endOf({ args: [argument] })).toMatchObject({ status: 'not-started', reason: 'other' });
    }
  });

  test('the same holds for a process that is read line by line', async () => {
    const running = startProcess(script('', { command: 'no-such-command-here', totalMs: 1000, idleMs: 1000 }));
    expect(running.pid).toBeUndefined();
    running.allowSilence(true);
    expect(await allLines(running)).toEqual([]);
    await running.stop();
    expect((await running.ended).end).toMatchObject({ status: 'not-started', reason: 'not-found' });
  });
});
