import { rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type EpochMs, system, type TaskOutline } from '@backlog-runner/contracts';
import { describe, expect, it } from 'vitest';
import { fileStore } from '../src/index.ts';
import { emptyProject, type Project } from './project.ts';

/** A clock by which every file of the test is old. */
const later = { ...system, now: () => (system.now() + 60_000) as EpochMs };
const INDEX = '.backlog-runner/index';

function threeTasks(): Project {
  const project = emptyProject();
  for (const name of ['a', 'b', 'c']) project.write(`backlog/tasks/${name}.yaml`, `title: Task ${name}\n`);
  return project;
}

describe('the index file', () => {
  it('saves reading files that did not change', async () => {
    const project = threeTasks();
    const { tasks } = await fileStore({ ...project, system: later }).read();
    const index = project.read(INDEX).replace('Task b', 'Task B');
    expect(index).toContain('Task B');
    expect(await fileStore({ ...project, system: later }).read()).toEqual({ tasks, problems: [] });
  });

  it('tells outlines as the files do, also of files that changed, came or went, and of texts with odd signs', async () => {
    const project = threeTasks();
    project.write('backlog/tasks/odd.yaml', 'title: "a\\x1e\\x1f\\x1c\\x1d"\nstatus_notes: ["", "x"]\n');
    project.write('backlog/tasks/a.yaml', 'title: Task a\nsuperseded_by: [b]\n');
    await fileStore({ ...project, system: later }).read();
    project.write('backlog/tasks/b.yaml', 'title: Changed\ndepends_on: [a]\ncreated_at: "2026"\n');
    project.write('backlog/tasks/aa.yaml', 'title: New\nstate: superseded\nsuperseded_by: [a, b]\n');
    rmSync(join(project.directory, 'backlog/tasks/c.yaml'));
    const warm = await fileStore({ ...project, system: later, index: 'read-only' }).outline();
    const { tasks } = await fileStore({ ...project, system: later, index: 'none' }).read();
    expect(warm.tasks.map(({ title }) => title)).toEqual(['Task a', 'New', 'Changed', 'a\x1e\x1f\x1c\x1d']);
    expect(warm.tasks.map(outlineOf)).toEqual(tasks.map(outlineOf));
  });

  it('is not trusted about files that may have changed within one tick of the clock', async () => {
    const project = threeTasks();
    await fileStore(project).read();
    expect(project.names('.backlog-runner')).toEqual([]);
  });

  it('notices a change that keeps size and modification time', async () => {
    const project = threeTasks();
    const store = fileStore({ ...project, system: later });
    await store.read();
    const file = join(project.directory, 'backlog/tasks/b.yaml');
    writeFileSync(file, 'title: Task x\n');
    utimesSync(file, 1, 1);
    await fileStore({ ...project, system: later }).read();
    writeFileSync(file, 'title: Task y\n');
    utimesSync(file, 1, 1);
    for (const each of [store, fileStore({ ...project, system: later })]) {
      expect((await each.read()).tasks.map(({ title }) => title)).toEqual(['Task a', 'Task y', 'Task c']);
    }
  });

  it.each([
    ['damaged', (project: Project) => project.write(INDEX, `${project.read(INDEX).slice(0, -3)}xyz`)],
    ['cut off', (project: Project) => project.write(INDEX, project.read(INDEX).slice(0, 50))],
    ['empty', (project: Project) => project.write(INDEX, '')],
    ['nonsense', (project: Project) => project.write(INDEX, '{"rows": 1}')],
  ])('costs nothing but time when it is %s', async (_, damage) => {
    const project = threeTasks();
    const whole = await fileStore({ ...project, system: later }).read();
    damage(project);
    expect(await fileStore({ ...project, system: later }).read()).toEqual(whole);
    expect(await fileStore({ ...project, system: later, index: 'read-only' }).read()).toEqual(whole);
  });

  it.each(['read-only', 'none'] as const)('is never written by a store that uses it %s', async (index) => {
    const project = threeTasks();
    await fileStore({ ...project, system: later, index }).read();
    expect(project.names('.')).toEqual(['backlog']);
  });

  it('leaves nothing behind, also of processes that died while they wrote it', async () => {
    const project = threeTasks();
    project.write('.backlog-runner/index.abcdefgh.tmp', 'half');
    await fileStore({ ...project, system: later }).read();
    expect(project.names('.backlog-runner')).toEqual(['index']);
  });

  it('stays usable when the state directory cannot be written', async () => {
    const project = threeTasks();
    project.write('.backlog-runner', 'not a directory');
    expect((await fileStore({ ...project, system: later }).read()).tasks).toHaveLength(3);
  });
});

function outlineOf(task: TaskOutline): TaskOutline {
  const { id, title, state, priority, dependsOn, touchPaths, capabilities, statusNotes, path } = task;
  const { supersededBy, createdAt, updatedAt } = task;
  const times = {
    ...(supersededBy === undefined ? {} : { supersededBy }),
    ...(createdAt === undefined ? {} : { createdAt }),
    ...(updatedAt === undefined ? {} : { updatedAt }),
  };
  return { id, title, state, priority, dependsOn, touchPaths, capabilities, statusNotes, path, ...times };
}
