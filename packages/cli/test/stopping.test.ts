import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { findMarked } from '@backlog-runner/subprocess';
import { describe, expect, it, onTestFinished } from 'vitest';
import { scriptedProject } from './scripted-project.ts';
import { CLI, childEnvironmentOf, cli } from './temp-project.ts';

const hanging = { script: { default: [{ say: 'thinking', hang: true }] }, tasks: { slow: 'title: Slow\n' } };

/** A runner whose agent hangs, once the agent works. */
async function hangingRunner(world: Awaited<ReturnType<typeof scriptedProject>>): Promise<{
  readonly child: ChildProcess;
  readonly run: string;
  readonly ended: Promise<number | null>;
}> {
  const child = spawn(process.execPath, [...CLI, 'start', '--json'], {
    cwd: world.directory,
    env: childEnvironmentOf(world),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const ended = new Promise<number | null>((resolve) => child.on('close', (code) => resolve(code)));
  for await (const line of createInterface({ input: child.stdout })) {
    const event = JSON.parse(line);
    if (event.type === 'attempt.progress') {
      child.stdout.resume();
      return { child, run: event.run, ended };
    }
  }
  throw new Error(`The runner ended with ${await ended} before its agent worked.`);
}

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
