import { expect, test } from 'vitest';
import { endProcesses } from '../src/end-processes.ts';
import { startProcess } from '../src/index.ts';
import { processTable } from '../src/process-table.ts';
import { lineOf, script } from './programs.ts';

test('a look during which something came or went is not the last', async () => {
  const running = startProcess(script('echo up; exec sleep 60'));
  await lineOf(running);
  let looks = 0;
  const table = async () => {
    looks += 1;
    return looks === 1 ? { processes: [], settled: false } : processTable();
  };
  expect(await endProcesses(({ pid }) => pid === running.pid, { readTable: table })).toBe(1);
  expect((await running.ended).end).toEqual({ status: 'killed', signal: 'SIGKILL' });
});

test('on a machine on which something always comes and goes, the looking ends', async () => {
  let looks = 0;
  const table = async () => {
    looks += 1;
    return { processes: [], settled: false };
  };
  expect(await endProcesses(() => true, { readTable: table })).toBe(0);
  expect(looks).toBe(3);
});

test('who is asked first may tidy up; who does not obey is killed', async () => {
  const obeys = startProcess(script('trap "exit 7" TERM; echo up; while :; do sleep 0.01; done'));
  const deaf = startProcess(script('trap "" TERM; echo up; while :; do sleep 0.01; done'));
  await Promise.all([obeys, deaf].map(lineOf));
  const pids = [obeys.pid, deaf.pid];
  expect(await endProcesses(({ pid }) => pids.includes(pid), { patienceMs: 300 })).toBe(2);
  expect((await obeys.ended).end).toEqual({ status: 'exited', code: 7 });
  expect((await deaf.ended).end).toEqual({ status: 'killed', signal: 'SIGKILL' });
});
