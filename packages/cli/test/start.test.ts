import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { findMarked } from '@backlog-runner/subprocess';
import { describe, expect, it, onTestFinished } from 'vitest';
import { scriptedProject } from './scripted-project.ts';
import { CLI, childEnvironmentOf, cli, git } from './temp-project.ts';

const greet = { tasks: { greet: [{ write: { 'greeting.txt': 'hello\n' } }] } };

describe('start', () => {
  it('lands a task, says so, and leaves nothing behind', async () => {
    const world = await scriptedProject({
      script: greet,
      tasks: { greet: 'title: Greet\ntouch_paths: [greeting.txt]\n' },
    });
    const answer = await cli(world, 'start', '--once');
    expect(answer).toMatchObject({ code: 0, stdout: 'landed\tgreet\n' });
    expect(answer.stderr).toMatch(/greet: landed as [0-9a-f]+ on main/);
    const { directory } = world;
    expect(await git(directory, 'show', 'main:greeting.txt')).toBe('hello\n');
    expect(await git(directory, 'show', 'main:backlog/tasks/greet.yaml')).toContain('state: done');
    expect(readFileSync(join(directory, 'greeting.txt'), 'utf8')).toBe('hello\n');
    expect(readFileSync(join(directory, 'backlog.md'), 'utf8')).toContain('Greet');
    expect(await git(directory, 'status', '--porcelain')).toBe('');
    expect((await cli(world, 'show', 'greet')).stdout).toContain('state:     done');
  });

  it('speaks JSON, an event a line and a summary as the last', async () => {
    const world = await scriptedProject({
      script: greet,
      tasks: { greet: 'title: Greet\ntouch_paths: [greeting.txt]\n' },
    });
    const { stdout } = await cli(world, 'start', '--once', '--json');
    const events = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(events.map(({ type }) => type)).toEqual(expect.arrayContaining(['run.started', 'task.landed', 'run.ended']));
    expect(events.at(-1)).toMatchObject({ type: 'summary', landed: ['greet'], failed: [], held: [] });
  });

  it('says what failed and ends with 1', async () => {
    const script = { tasks: { bad: [{ write: { 'broken.txt': 'x' } }] } };
    const world = await scriptedProject({
      script,
      tasks: { bad: 'title: Bad\n' },
      config: 'attempts: { max: 1, returns: 0 },',
    });
    expect(await cli(world, 'start', '--once')).toMatchObject({ code: 1, stdout: 'failed\tbad\n' });
  });

  it('runs only the tasks that are named', async () => {
    const script = { default: [{ write: { 'greeting.txt': 'hello\n' } }] };
    const world = await scriptedProject({ script, tasks: { one: 'title: One\n', two: 'title: Two\n' } });
    expect((await cli(world, 'start', '--once', '--task', 'two')).stdout).toBe('landed\ttwo\n');
    const missing = await cli(world, 'start', '--once', '--task', 'twoo');
    expect(missing).toMatchObject({ code: 1, stdout: '' });
    expect(missing.stderr).toContain('Did you mean `two`?');
  });

  it('works in the checkout itself without worktrees', async () => {
    const world = await scriptedProject({
      script: greet,
      tasks: { greet: 'title: Greet\ntouch_paths: [greeting.txt]\n' },
    });
    expect(await cli(world, 'start', '--once', '--no-worktrees')).toMatchObject({ code: 0, stdout: 'landed\tgreet\n' });
    expect(readdirSync(world.environment.XDG_STATE_HOME ?? '')).toEqual([]);
  });

  it('says what to type when no agent can run', async () => {
    const health = { status: 'not-signed-in', message: 'scripted is not signed in', hint: 'scripted login' };
    const world = await scriptedProject({ script: { ...greet, health }, tasks: { greet: 'title: Greet\n' } });
    const answer = await cli(world, 'start', '--once');
    expect(answer.code).toBe(4);
    expect(answer.stderr).toContain('[NO_PROVIDER_READY]');
    expect(answer.stderr).toContain('→ scripted login');
  });
});

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
