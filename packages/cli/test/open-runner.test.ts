import { describe, expect, it } from 'vitest';
import { openRunner } from '../src/index.ts';
import { scriptedProject } from './scripted-project.ts';
import { childEnvironmentOf, git, repository } from './temp-project.ts';

describe('a runner in a program', () => {
  it('works off the backlog with the parts and rules it is handed', async () => {
    const world = await scriptedProject({
      script: { tasks: { greet: [{ write: { 'greeting.txt': 'hello\n' } }] } },
      tasks: { greet: 'title: Greet\ntouch_paths: [greeting.txt]\n' },
    });
    const types: string[] = [];
    const reports: string[] = [];
    const runner = await openRunner({
      directory: world.directory,
      environment: childEnvironmentOf(world),
      policy: { once: true },
      parts: { narrate: ({ type }) => void types.push(type), publish: async (report) => void reports.push(report) },
    });
    const { landed } = await runner.work({ drain: new AbortController().signal });
    expect(landed).toEqual(['greet']);
    expect(types).toContain('task.landed');
    expect(reports.at(-1)).toContain('Greet');
    expect(await git(world.directory, 'show', 'main:greeting.txt')).toBe('hello\n');
  });

  it('is refused as start is', async () => {
    const directory = await repository();
    await expect(openRunner({ directory })).rejects.toMatchObject({ code: 'CONFIG_MISSING' });
  });
});
