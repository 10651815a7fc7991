import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { scriptedProject } from './scripted-project.ts';
import { cli, git } from './temp-project.ts';

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

  it('shares the work with another start: each task lands once', async () => {
    const ids = ['one', 'two', 'three', 'four'];
    const world = await scriptedProject({
      script: { tasks: Object.fromEntries(ids.map((id) => [id, [{ write: { [`${id}.txt`]: 'x\n' } }]])) },
      tasks: Object.fromEntries(ids.map((id) => [id, `title: Do ${id}\ntouch_paths: [${id}.txt]\n`])),
    });
    const answers = await Promise.all([cli(world, 'start', '--once'), cli(world, 'start', '--once')]);
    expect(answers.map(({ code }) => code)).toEqual([0, 0]);
    const told = answers.flatMap(({ stdout }) => stdout.trim().split('\n').filter(Boolean));
    expect(told.sort()).toEqual(ids.map((id) => `landed\t${id}`).sort());
    const subjects = (await git(world.directory, 'log', '--format=%s', '--grep=Backlog-Task')).trim().split('\n');
    expect(subjects.sort()).toEqual(ids.map((id) => `Do ${id}`).sort());
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
