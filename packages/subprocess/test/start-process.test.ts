import { describe, expect, test } from 'vitest';
import { startProcess } from '../src/index.ts';
import { allLines, environment, isAlive, lineOf, manualSystem, program, script, waitUntil } from './programs.ts';

const EXITED = { status: 'exited', code: 0 };

describe('what a process gets', () => {
  test('its input is written and ended', async () => {
    const running = startProcess(script('cat; echo over', { input: 'one\ntwo\n' }));
    expect(await allLines(running)).toEqual(['one', 'two', 'over']);
    expect((await running.ended).end).toEqual(EXITED);
  });

  test('without an input its standard input is empty and ended', async () => {
    const running = startProcess(script('cat; echo over'));
    expect(await allLines(running)).toEqual(['over']);
  });

  test('it sees the given environment and its mark, and nothing of ours', async () => {
    process.env.BACKLOG_RUNNER_TEST_LEAK = 'leaked';
    const running = startProcess(script('/usr/bin/env', { environment: { ONLY: 'this' }, mark: 'run/one' }));
    const lines = await allLines(running);
    delete process.env.BACKLOG_RUNNER_TEST_LEAK;
    expect(lines).toContain('ONLY=this');
    expect(lines).toContain('BACKLOG_RUNNER_MARK=run/one');
    expect(lines.filter((line) => !/^(ONLY|BACKLOG_RUNNER_MARK|PWD|SHLVL|_|OLDPWD)=/.test(line))).toEqual([]);
  });

  test('an input that it does not read is no error', async () => {
    const running = startProcess(script('exit 3', { input: 'x'.repeat(8 * 1024 * 1024) }));
    expect((await running.ended).end).toEqual({ status: 'exited', code: 3 });
  });

  test('an input that it stops reading is no error', async () => {
    const running = startProcess(script('exec 0<&-; echo closed; sleep 0.05', { input: 'x'.repeat(8 * 1024 * 1024) }));
    expect(await allLines(running)).toEqual(['closed']);
    expect((await running.ended).end).toEqual(EXITED);
  });
});

describe('lines', () => {
  test('a last line without a line end counts, and carriage returns do not', async () => {
    expect(await allLines(startProcess(script("printf 'a\\r\\n\\nlast'")))).toEqual(['a', '', 'last']);
  });

  test('a character split over two writes arrives whole', async () => {
    const source = `
      const bytes = Buffer.from('héllo €\\n');
      let at = 0;
      const next = () => at < bytes.length && process.stdout.write(bytes.subarray(at, ++at), () => setTimeout(next, 1));
      next();`;
    expect(await allLines(startProcess(program(source)))).toEqual(['héllo €']);
  });

  test('of a line over 16 MiB the first 16 MiB are kept, and the next line is whole', async () => {
    const source = `process.stdout.write('x'.repeat(17 * 1024 * 1024) + '\\nnext\\n')`;
    const lines = await allLines(startProcess(program(source)));
    expect(lines.map(({ length }) => length)).toEqual([16 * 1024 * 1024, 4]);
  });

  test('all of a huge output arrives, in order, although the reader is slow', async () => {
    const count = 400_000;
    const running = startProcess(script(`i=0; seq -f 'line %.0f of a huge output' 1 ${count}`));
    let expected = 0;
    for await (const line of running.lines) {
      expected += 1;
      if (expected % 50_000 === 0) await new Promise((resolve) => setImmediate(resolve));
      if (line !== `line ${expected} of a huge output`) throw new Error(`${line} instead of ${expected}`);
    }
    expect(expected).toBe(count);
    expect((await running.ended).end).toEqual(EXITED);
  });

  test('a process whose lines nobody reads is held back, and that is no silence', async () => {
    const clock = manualSystem();
    const running = startProcess(script('yes', { idleMs: 1000 }), { system: clock });
    expect(await lineOf(running)).toBe('y');
    await waitUntil(() => clock.pending() === 0);
    clock.advance(5000);
    expect(isAlive(running.pid)).toBe(true);
    await running.stop();
    expect((await running.ended).end).toEqual({ status: 'aborted' });
  });

  test('standard error comes at the end, bounded, and it is the end of it that is kept', async () => {
    const running = startProcess(program(`process.stderr.write('€'.repeat(60_000) + 'the end')`));
    const { stderr } = await running.ended;
    expect(Buffer.byteLength(stderr)).toBeGreaterThan(65_000);
    expect(Buffer.byteLength(stderr)).toBeLessThanOrEqual(65_536);
    expect(stderr).toMatch(/^€+the end$/);
  });
});

describe('ends', () => {
  test('an exit code is passed on as it is', async () => {
    expect((await startProcess(script('exit 7')).ended).end).toEqual({ status: 'exited', code: 7 });
  });

  test('a signal from elsewhere is named', async () => {
    expect((await startProcess(script('kill -TERM $$')).ended).end).toEqual({ status: 'killed', signal: 'SIGTERM' });
  });

  test('aborted before the start, it is not started', async () => {
    const running = startProcess(script('echo started', { signal: AbortSignal.abort() }));
    expect(running.pid).toBeUndefined();
    expect(await allLines(running)).toEqual([]);
    expect((await running.ended).end).toEqual({ status: 'aborted' });
  });

  test('aborted while it runs, it is asked to stop by the signal of its choice', async () => {
    const controller = new AbortController();
    const running = startProcess(
      script('trap "echo interrupted; exit 0" INT; echo ready; while :; do sleep 0.01; done', {
        signal: controller.signal,
        stopSignal: 'SIGINT',
      }),
    );
    const lines: string[] = [];
    for await (const line of running.lines) {
      lines.push(line);
      controller.abort();
    }
    expect(lines).toEqual(['ready', 'interrupted']);
    expect((await running.ended).end).toEqual({ status: 'aborted' });
  });

  test('one that ignores being asked is killed after the grace time, with its children', async () => {
    const clock = manualSystem();
    const running = startProcess(
      script('trap "" TERM; sh -c \'trap "" TERM; echo $$; while :; do sleep 1; done\'', { graceMs: 100 }),
      { system: clock },
    );
    const child = Number(await lineOf(running));
    const stopped = running.stop();
    clock.advance(99);
    expect(isAlive(child)).toBe(true);
    clock.advance(1);
    await stopped;
    expect(isAlive(child)).toBe(false);
    expect((await running.ended).end).toEqual({ status: 'aborted' });
    expect(clock.pending()).toBe(0);
  });

  test('leaving the loop early stops the process before the loop is left', async () => {
    const running = startProcess(script('while :; do echo on; sleep 0.01; done'));
    for await (const line of running.lines) {
      expect(line).toBe('on');
      break;
    }
    expect(isAlive(running.pid)).toBe(false);
    expect((await running.ended).end).toEqual({ status: 'aborted' });
  });

  test('stopping what has ended changes nothing', async () => {
    const running = startProcess(script('exit 4'));
    await running.ended;
    await running.stop();
    expect((await running.ended).end).toEqual({ status: 'exited', code: 4 });
  });
});

describe('limits', () => {
  test('too long a silence ends it', async () => {
    const clock = manualSystem();
    const running = startProcess(script('echo ready; sleep 60', { idleMs: 1000 }), { system: clock });
    await lineOf(running);
    clock.advance(1000);
    expect((await running.ended).end).toEqual({ status: 'timed-out', limit: 'idle' });
    expect(clock.pending()).toBe(0);
  });

  test('a line begins a new period', async () => {
    const clock = manualSystem();
    const running = startProcess(script('echo one; read _; echo two; sleep 60', { idleMs: 1000, input: '\n' }), {
      system: clock,
    });
    const lines = running.lines[Symbol.asyncIterator]();
    await lines.next();
    clock.advance(900);
    await lines.next();
    clock.advance(1000);
    expect((await running.ended).end).toEqual({ status: 'timed-out', limit: 'idle' });
  });

  test('silence that is allowed does not count', async () => {
    const clock = manualSystem();
    const running = startProcess(script('echo ready; sleep 60', { idleMs: 1000 }), { system: clock });
    await lineOf(running);
    running.allowSilence(true);
    clock.advance(100_000);
    expect(isAlive(running.pid)).toBe(true);
    running.allowSilence(false);
    clock.advance(999);
    expect(isAlive(running.pid)).toBe(true);
    clock.advance(1);
    expect((await running.ended).end).toEqual({ status: 'timed-out', limit: 'idle' });
  });

  test('too long in all ends it, however much it prints', async () => {
    const clock = manualSystem();
    const running = startProcess(script('while :; do echo on; sleep 0.01; done', { idleMs: 10, totalMs: 50 }), {
      system: clock,
    });
    let lines = 0;
    for await (const _ of running.lines) {
      lines += 1;
      if (lines <= 10) clock.advance(5);
    }
    expect((await running.ended).end).toEqual({ status: 'timed-out', limit: 'total' });
    expect(clock.pending()).toBe(0);
  });

  test('they hold by the real clock too', async () => {
    const running = startProcess(script('sleep 60', { totalMs: 50, environment }));
    expect((await running.ended).end).toEqual({ status: 'timed-out', limit: 'total' });
  });
});
