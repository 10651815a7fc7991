import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { system } from '@backlog-runner/contracts';
import { describe, expect, test } from 'vitest';
import { endMarked, findMarked, findMarks, MARK_VARIABLE, markFor, runProcess, startProcess } from '../src/index.ts';
import { allLines, directory, environment, isAlive, lineOf, program, script, waitUntil } from './programs.ts';

const mark = () => markFor(`run-${system.token(8)}`, system);

describe('after a process ended by itself', () => {
  test('a daemon in a session of its own that ignores every hint is gone', async () => {
    const ready = path.join(directory(), 'ready');
    const daemon = `trap '' HUP TERM INT; touch '${ready}'; while :; do sleep 1; done`;
    const running = startProcess(
      script(
        `nohup setsid sh -c "${daemon}" >/dev/null 2>&1 & echo $!; while ! test -e '${ready}'; do sleep 0.01; done`,
        { mark: mark() },
      ),
    );
    const [daemonPid] = await allLines(running);
    expect((await running.ended).end).toEqual({ status: 'exited', code: 0 });
    expect(existsSync(ready)).toBe(true);
    expect(isAlive(Number(daemonPid))).toBe(false);
  });

  test('a daemon that is being born while its parents end is gone', async () => {
    // Which of them is seen in the middle of its birth is up to the machine, hence many times.
    for (let time = 0; time < 25; time += 1) {
      const carried = mark();
      const births = script('for i in 1 2 3 4 5; do (setsid setsid sleep 60 &) & done', { mark: carried });
      expect((await startProcess(births).ended).end).toEqual({ status: 'exited', code: 0 });
      expect(await findMarked(carried)).toEqual([]);
    }
  });

  test('without a mark, its group is gone', async () => {
    const running = startProcess(script('sleep 60 & echo $!'));
    const [child] = await allLines(running);
    await running.ended;
    expect(isAlive(Number(child))).toBe(false);
  });

  test('a pipe that is held open by something unmarked delays neither the lines nor the end', async () => {
    const ready = path.join(directory(), 'ready');
    const running = startProcess(
      script(
        `setsid sh -c 'touch ${ready}; exec sleep 60' & echo $!; while ! test -e ${ready}; do sleep 0.01; done; echo last`,
      ),
    );
    const [holder, last] = await allLines(running);
    expect(last).toBe('last');
    expect((await running.ended).end).toEqual({ status: 'exited', code: 0 });
    expect(isAlive(Number(holder))).toBe(true);
    process.kill(Number(holder), 'SIGKILL');
  });

  test('all that was in the pipe arrives, although it was held back for a reader who comes after the end', async () => {
    const running = startProcess(script("head -c 4300000 /dev/zero | tr '\\0' x; echo; seq 1 20000; echo last"));
    await running.ended;
    const lines = await allLines(running);
    expect(lines).toHaveLength(20_002);
    expect(lines.at(-1)).toBe('last');
  });

  test('a zombie that nobody buries counts as gone', { timeout: 5000 }, async () => {
    const ready = path.join(directory(), 'ready');
    // The sleeping process has left the group and will never ask for its child, which ended in the group.
    const parent = `true & exec setsid sh -c ": > ${ready}; exec sleep 60"`;
    const running = startProcess(script(`sh -c '${parent}' & echo $!; while ! test -e ${ready}; do sleep 0.01; done`));
    const [sleeper] = await allLines(running);
    expect((await running.ended).end).toEqual({ status: 'exited', code: 0 });
    process.kill(Number(sleeper), 'SIGKILL');
  });
});

describe('after a process was stopped', () => {
  test('its children in sessions of their own are gone, whether it knew them or not', async () => {
    const running = startProcess(
      script('setsid sleep 60 & a=$!; sh -c "setsid sleep 61 & echo \\$!"; echo $a; wait', { mark: mark() }),
    );
    const lines = running.lines[Symbol.asyncIterator]();
    const pids = [(await lines.next()).value, (await lines.next()).value].map(Number);
    expect(pids.map(isAlive)).toEqual([true, true]);
    await running.stop();
    expect(pids.map(isAlive)).toEqual([false, false]);
  });

  test('a child that gave up its mark is found as its descendant', async () => {
    const running = startProcess(script('env -i setsid sleep 60 & echo $!; wait', { mark: mark() }));
    const child = Number(await lineOf(running));
    await running.stop();
    expect(isAlive(child)).toBe(false);
  });

  test('it is asked alone, so that it can end its children in order', async () => {
    const source = `
      const child = require('node:child_process').spawn('sh', ['-c', 'trap "echo asked" TERM; echo up; while :; do sleep 0.01; done']);
      child.stdout.pipe(process.stdout);
      process.on('SIGTERM', () => { child.kill('SIGKILL'); child.stdout.on('end', () => process.exit()); });`;
    const running = startProcess(program(source));
    const lines: string[] = [];
    for await (const line of running.lines) {
      lines.push(line);
      void running.stop();
    }
    expect(lines).toEqual(['up']);
  });
});

describe('what carries a mark', () => {
  test('is found by the run it belongs to, and no other run is touched', async () => {
    const [run, other] = [`run-${system.token(8)}`, `run-${system.token(8)}`];
    const start = (of: string) => startProcess(script('echo up; exec sleep 60', { mark: markFor(of, system) }));
    const processes = [start(run), start(run), start(other)];
    const [first, second, third] = processes;
    await Promise.all(processes.map(lineOf));
    expect([...(await findMarked(`${run}/`))].sort()).toEqual([first?.pid, second?.pid].sort());
    expect(await endMarked(`${run}/`)).toBe(2);
    expect(await findMarked(`${run}/`)).toEqual([]);
    expect(isAlive(third?.pid)).toBe(true);
    await Promise.all(processes.map((running) => running.stop()));
  });

  test('is never a zombie', async () => {
    const carried = mark();
    const running = startProcess(script('sh -c "echo \\$\\$" & exec sleep 60', { mark: carried }));
    const zombie = Number(await lineOf(running));
    await waitUntil(() => !isAlive(zombie));
    expect(await findMarked(carried)).toEqual([running.pid]);
    expect(await findMarks()).toContainEqual({ pid: running.pid, mark: expect.stringContaining(carried) });
    await running.stop();
  });

  test('is never this process or one it descends from', async () => {
    const carried = mark();
    const inner = `
      import { endMarked, findMarked } from ${JSON.stringify(new URL('../src/index.ts', import.meta.url).href)};
      console.log(JSON.stringify([await findMarked('${carried}'), await endMarked('${carried}')]));`;
    const args = ['-C', '@backlog-runner/source', '--input-type=module', '-e', inner];
    const child = spawn('/bin/sh', ['-c', '"$@"; exit $?', 'sh', process.execPath, ...args], {
      env: { ...environment, [MARK_VARIABLE]: carried },
    });
    let said = '';
    child.stdout.on('data', (chunk) => {
      said += chunk;
    });
    const code = await new Promise((resolve) => child.once('close', resolve));
    expect([code, said.trim()]).toEqual([0, '[[],0]']);
  });

  test('is nothing when the prefix is empty', async () => {
    expect(await findMarked('')).toEqual([]);
    expect(await endMarked('')).toBe(0);
  });
});

test('a short command ends its marked daemons too', async () => {
  const carried = mark();
  const { end, stdout } = await runProcess(script('setsid sleep 60 & echo done', { mark: carried }));
  expect(end).toEqual({ status: 'exited', code: 0 });
  expect(stdout).toBe('done\n');
  expect(await findMarked(carried)).toEqual([]);
});
