import { findMarked } from '@backlog-runner/subprocess';
import { describe, expect, it } from 'vitest';
import { hanging, hangingRunner } from './hanging-runner.ts';
import { scriptedProject } from './scripted-project.ts';
import { cli } from './temp-project.ts';

describe('a runner', () => {
  it('drains at the first signal: the agent ends, nothing is running, the task is free', async () => {
    const world = await scriptedProject(hanging);
    const { child, run, ended } = await hangingRunner(world);
    child.kill('SIGINT');
    expect(await ended).toBe(130);
    expect(await findMarked(`${run}/`)).toEqual([]);
    const status = JSON.parse((await cli(world, 'status', '--json')).stdout);
    expect(status).toMatchObject({ counts: { ready: 1, running: 0 }, leases: [], runs: [] });
  });

  it('ends at once at the second signal, with every process of the run', async () => {
    const world = await scriptedProject(hanging);
    const { child, run, ended } = await hangingRunner(world);
    child.kill('SIGTERM');
    child.kill('SIGINT');
    expect([130, 143]).toContain(await ended);
    expect(await findMarked(`${run}/`)).toEqual([]);
  });

  it('is stopped from another terminal, which leaves nothing that stops the next one', async () => {
    const world = await scriptedProject(hanging);
    const { run, ended } = await hangingRunner(world);
    const stopped = await cli(world, 'stop');
    expect(stopped).toMatchObject({ code: 0, stdout: `stopped\t${run}\n` });
    expect(await ended).toBe(0);
    expect(await findMarked(`${run}/`)).toEqual([]);
    const nothing = await cli(world, 'stop');
    expect(nothing).toMatchObject({ code: 0, stdout: '' });
    expect(nothing.stderr).toContain('No runner is running.');
    const again = await hangingRunner(world);
    again.child.kill('SIGINT');
    await again.ended;
  });
});
