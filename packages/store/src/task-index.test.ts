import type { RepoPath, Revision, Task, TaskId } from '@backlog-runner/contracts';
import { describe, expect, it } from 'vitest';
import { decodeIndex, encodeIndex, type TaskIndex } from './task-index.ts';

const task = (name: string, more: Partial<Task> = {}): Task => ({
  id: name as TaskId,
  title: name,
  priority: 'normal',
  kind: 'implementation',
  dependsOn: [],
  touchPaths: ['src' as RepoPath],
  capabilities: [],
  acceptanceCriteria: [],
  source: { type: 'manual' },
  state: 'ready',
  statusNotes: [],
  path: `backlog/tasks/${name}.yaml` as RepoPath,
  revision: `revision of ${name}` as Revision,
  ...more,
});

const indexOf = (...tasks: readonly Task[]): TaskIndex =>
  new Map(
    tasks.map((each, index) => [
      each.path,
      { stamp: { size: index, mtimeMs: 1.5, ctimeMs: 2.25, ino: 7 }, task: each },
    ]),
  );

const index = indexOf(
  task('a'),
  task('b', {
    description: 'text\n"quoted"',
    acceptanceCriteria: ['one', '', 'two'],
    statusNotes: ['n'],
    validationProfile: 'web',
  }),
  task('c', { description: '', executionDomain: 'ui_ux', createdAt: 'x' }),
  task('d', { state: 'superseded', supersededBy: ['a' as TaskId, 'b' as TaskId] }),
);

describe('the index', () => {
  it.each([
    ['ASCII', index],
    [
      'other text',
      indexOf(task('d', { description: 'é😀\u2028', statusNotes: ['日本', 'x'] }), task('e', { description: 'after' })),
    ],
    ['nothing', indexOf()],
  ])('reads back %s as it was', (_, before) => {
    expect([...decodeIndex(encodeIndex(before))]).toStrictEqual([...before]);
  });

  it('is refused when any byte of it is wrong or missing', () => {
    const bytes = encodeIndex(index);
    for (let at = 0; at < bytes.length; at += 1) {
      const damaged = Buffer.from(bytes);
      damaged[at] = (damaged[at] ?? 0) ^ 1;
      expect(() => decodeIndex(damaged), `byte ${at}`).toThrow();
      expect(() => decodeIndex(bytes.subarray(0, at)), `first ${at} bytes`).toThrow();
    }
  });
});
