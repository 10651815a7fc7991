import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { testClock } from '@backlog-runner/testkit';
import { describe, expect, it } from 'vitest';
import { fileStore } from '../src/index.ts';
import { emptyProject, type Project } from './project.ts';

/** Resolves when the watch has told of a change after which the condition holds. */
function toldOf(project: Project, condition: () => boolean | Promise<boolean>): Promise<void> {
  return new Promise((resolve) => {
    const cancel = fileStore(project).watch(async () => {
      if (!(await condition())) return;
      cancel();
      resolve();
    });
  });
}

describe('watching', () => {
  it.each([
    ['a new task', (project: Project) => project.write('backlog/tasks/b.yaml', 'title: B\n')],
    ['an edited task', (project: Project) => project.write('backlog/tasks/a.yaml', 'title: A2\n')],
    [
      'a replaced task',
      (project: Project) => {
        project.write('aside', 'title: A3\n');
        renameSync(join(project.directory, 'aside'), join(project.directory, 'backlog/tasks/a.yaml'));
      },
    ],
    ['a deleted task', (project: Project) => rmSync(join(project.directory, 'backlog/tasks/a.yaml'))],
    ['a task in a directory below', (project: Project) => project.write('backlog/tasks/done/c.yaml', 'title: C\n')],
    ['a line in the inbox', (project: Project) => project.write('backlog/inbox.jsonl', '{}\n')],
  ])('tells of %s', async (_, change) => {
    const project = emptyProject();
    project.write('backlog/tasks/a.yaml', 'title: A\n');
    project.write('backlog/tasks/done/z.yaml', 'title: Z\n');
    const told = toldOf(project, () => true);
    change(project);
    await told;
  });

  it('tells of tasks in directories that did not exist', async () => {
    const project = emptyProject();
    const store = fileStore(project);
    for (const path of ['backlog/tasks/a.yaml', 'backlog/tasks/new/b.yaml']) {
      const count = (await store.read()).tasks.length;
      const told = toldOf(project, async () => (await store.read()).tasks.length > count);
      project.write(path, `title: ${path}\n`);
      await told;
    }
  });

  it('goes on when the directory is deleted and made again', async () => {
    const project = emptyProject();
    project.write('backlog/tasks/a.yaml', 'title: A\n');
    const told = toldOf(project, () => project.names('backlog/tasks').includes('again.yaml'));
    rmSync(join(project.directory, 'backlog'), { recursive: true });
    mkdirSync(join(project.directory, 'backlog/tasks'), { recursive: true });
    const again = toldOf(project, () => true);
    project.write('backlog/tasks/again.yaml', 'title: A\n');
    await again;
    await told;
  });

  it('leaves no timer behind once it is cancelled', async () => {
    const project = emptyProject();
    project.write('backlog/tasks/a.yaml', 'title: A\n');
    const clock = testClock();
    let calls = 0;
    const cancel = fileStore({ ...project, system: clock }).watch(() => {
      calls += 1;
    });
    const told = toldOf(project, () => true);
    project.write('backlog/tasks/a.yaml', 'title: A2\n');
    await told;
    cancel();
    cancel();
    await clock.advance(1000);
    expect({ calls, timers: clock.pendingTimers }).toEqual({ calls: 0, timers: 0 });
  });
});
