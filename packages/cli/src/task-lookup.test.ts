import type { Backlog, RepoPath } from '@backlog-runner/contracts';
import { taskFixture } from '@backlog-runner/testkit';
import { describe, expect, it } from 'vitest';
import { idsAmong } from './task-lookup.ts';

const backlog: Backlog = {
  tasks: ['fix-login-x4f2', 'add-search-9k2m'].map((id) => taskFixture({ id })),
  problems: [{ path: 'backlog/tasks/broken.yaml' as RepoPath, line: 3, message: 'the title is missing' }],
};

describe('idsAmong', () => {
  it('gives the ids of tasks that exist', () => {
    expect(idsAmong(backlog, ['add-search-9k2m'])).toEqual(['add-search-9k2m']);
  });

  it.each([
    ['fix-login-x4f3', 'Did you mean `fix-login-x4f2`?'],
    ['add-search', 'Did you mean `add-search-9k2m`?'],
    ['broken', 'Its file is broken: backlog/tasks/broken.yaml: the title is missing'],
    ['', 'Type `backlog-runner list` to see the tasks.'],
    ['../../etc/passwd', 'Type `backlog-runner list` to see the tasks.'],
  ])('says of %j: %s', (typed, hint) => {
    expect(() => idsAmong(backlog, [typed])).toThrow(expect.objectContaining({ code: 'TASK_MISSING', hint }));
  });
});
