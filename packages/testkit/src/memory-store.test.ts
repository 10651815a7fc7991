import { type Candidate, type Fence, isBacklogError, type RepoPath, type TaskId } from '@backlog-runner/contracts';
import { describe, expect, it } from 'vitest';
import { memoryFiles } from './memory-files.ts';
import { memoryStore } from './memory-store.ts';
import { taskFixture } from './task-fixture.ts';
import { testClock } from './test-clock.ts';

const greet = 'greet' as TaskId;
const idea = (title: string, more: Partial<Candidate> = {}): Candidate => {
  const { id, state, statusNotes, path, revision, ...candidate } = taskFixture({ touchPaths: [] });
  return { ...candidate, title, ...more };
};

describe('a store in memory', () => {
  it('holds the tasks it was given, in order of path', async () => {
    const store = memoryStore([taskFixture({ id: 'b' }), taskFixture({ id: 'a', priority: 'high' })]);
    const { tasks, problems } = await store.read();
    expect(tasks.map(({ id, priority }) => [id, priority])).toEqual([
      ['a', 'high'],
      ['b', 'normal'],
    ]);
    expect(problems).toEqual([]);
    expect(await store.get('b' as TaskId)).toEqual(tasks[1]);
    expect(await store.get('c' as TaskId)).toBeUndefined();
  });

  it('updates under the revision it was read with, and the revision changes with the content', async () => {
    const store = memoryStore([taskFixture()], { system: testClock({ now: 0 }) });
    const [before] = (await store.read()).tasks;
    if (!before) expect.unreachable();
    const after = await store.update(greet, { state: 'failed', addNotes: ['no'] }, { revision: before.revision });
    expect(after).toMatchObject({ state: 'failed', statusNotes: ['no'], updatedAt: '1970-01-01T00:00:00.000Z' });
    expect(after.revision).not.toBe(before.revision);
    await expect(store.update(greet, { state: 'done' }, { revision: before.revision })).rejects.toSatisfy((error) =>
      isBacklogError(error, 'TASK_CHANGED'),
    );
    expect(await store.get(greet)).toEqual(after);
  });

  it('refuses an update under a fence lower than the highest granted', async () => {
    const store = memoryStore([taskFixture()], { highestFence: () => 7 });
    await expect(store.update(greet, { state: 'done' }, { fence: 6 as Fence })).rejects.toSatisfy((error) =>
      isBacklogError(error, 'TASK_CHANGED'),
    );
    expect(await store.update(greet, { state: 'done' }, { fence: 7 as Fence })).toMatchObject({ state: 'done' });
  });

  it('says that a task is missing', async () => {
    await expect(memoryStore().update(greet, {}, { fence: 1 as Fence })).rejects.toSatisfy((error) =>
      isBacklogError(error, 'TASK_MISSING'),
    );
  });

  it('renders the file an update would write, and writes nothing', async () => {
    const store = memoryStore([taskFixture()], { system: testClock() });
    const before = await store.read();
    const [task] = before.tasks;
    if (!task) expect.unreachable();
    const file = await store.render(task, { state: 'done' });
    const replaces = store.files.read(task.path);
    expect(await store.read()).toEqual(before);
    await store.update(greet, { state: 'done' }, { revision: task.revision });
    expect(file).toEqual({ path: task.path, content: store.files.read(task.path), replaces });
  });

  it('renders nothing from what a task has been', async () => {
    const store = memoryStore([taskFixture()], { system: testClock() });
    const [task] = (await store.read()).tasks;
    if (!task) expect.unreachable();
    store.edit(greet, { title: 'Another' });
    await expect(store.render(task, { state: 'done' })).rejects.toMatchObject({ code: 'TASK_CHANGED' });
  });

  it('adds one task for two adds of one idea, and names the other a duplicate', async () => {
    const store = memoryStore([], { system: testClock() });
    const results = await Promise.all([store.add(idea('Greet people.')), store.add(idea('greet  PEOPLE'))]);
    expect(results.map(({ status }) => status)).toEqual(['added', 'duplicate']);
    expect((await store.read()).tasks).toMatchObject([{ title: 'Greet people.', state: 'ready' }]);
  });

  it('adds nothing that is no task', async () => {
    const store = memoryStore();
    expect(await store.add(idea('  '))).toMatchObject({ status: 'invalid' });
    expect(await store.add(idea('Escape', { touchPaths: ['../x' as RepoPath] }))).toMatchObject({ status: 'invalid' });
    expect(await store.add(idea('Wait', { dependsOn: ['../x' as TaskId] }))).toMatchObject({ status: 'invalid' });
    expect((await store.read()).tasks).toEqual([]);
  });

  it('names a broken file and two of one id, and keeps the other tasks', async () => {
    const files = memoryFiles({
      'backlog/tasks/broken.yaml': '{',
      'src/a.ts': '',
      'backlog/tasks/odd.yaml': '{"id":"odd","state":"?"}',
    });
    const twins = [
      taskFixture({ id: 'x', path: 'backlog/tasks/x.yaml' }),
      taskFixture({ id: 'x', path: 'backlog/tasks/y.yaml' }),
    ];
    const { tasks, problems } = await memoryStore([...twins, taskFixture()], { files }).read();
    expect(tasks.map(({ id }) => id)).toEqual(['greet']);
    expect(problems.map(({ path }) => path)).toEqual([
      'backlog/tasks/broken.yaml',
      'backlog/tasks/odd.yaml',
      'backlog/tasks/x.yaml',
      'backlog/tasks/y.yaml',
    ]);
  });

  it('lets a person edit and delete, and calls watchers back', async () => {
    const store = memoryStore([taskFixture()]);
    const [before] = (await store.read()).tasks;
    let calls = 0;
    await Promise.resolve();
    const cancel = store.watch(() => {
      calls += 1;
    });
    store.edit('greet', { title: 'Greet twice' });
    const after = await store.get(greet);
    expect([after?.title, after?.revision === before?.revision, calls]).toEqual(['Greet twice', false, 1]);
    store.remove('greet');
    expect(await store.get(greet)).toBeUndefined();
    expect(calls).toBe(2);
    cancel();
  });
});
