import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { RunId } from '@backlog-runner/contracts';
import { describe, expect, it } from 'vitest';
import { fileInbox, fileJournal, fileStore } from '../src/index.ts';
import { storageFailed } from '../src/storage.ts';
import { candidate } from './candidate.ts';
import { emptyProject, taskId } from './project.ts';

const failed = (path: string) => ({
  code: 'STORAGE_FAILED',
  message: expect.stringContaining(path),
  hint: expect.any(String),
});

describe('a state directory that cannot be written', () => {
  it('fails every write with its path, and no read', async () => {
    const project = emptyProject();
    project.write('backlog/tasks/a.yaml', 'title: A\n');
    project.write('backlog/inbox.jsonl', '{"title":"B"}\n');
    const before = project.read('backlog/tasks/a.yaml');
    project.write('.backlog-runner', 'a file');
    const state = join(project.directory, '.backlog-runner');
    const store = fileStore(project);
    const [task] = (await store.read()).tasks;
    if (!task) throw new Error('There is no task.');
    await expect(store.update(task.id, { state: 'done' }, { revision: task.revision })).rejects.toMatchObject(
      failed(state),
    );
    await expect(store.add(candidate('B'))).rejects.toMatchObject(failed(state));
    await expect(fileInbox({ ...project, store }).drain()).rejects.toMatchObject(
      failed(join(project.directory, 'backlog/inbox.jsonl')),
    );
    const journal = fileJournal({ ...project, run: 'r1' as RunId });
    await expect(journal.append({ type: 'warning', message: 'x' })).rejects.toMatchObject(failed(state));
    expect(project.read('backlog/tasks/a.yaml')).toBe(before);
    expect(project.read('backlog/inbox.jsonl')).toBe('{"title":"B"}\n');
  });
});

describe('a backlog that is no directory', () => {
  it('is empty to read and an error to write', async () => {
    const project = emptyProject();
    project.write('backlog', 'a file');
    const store = fileStore(project);
    expect(await store.read()).toEqual({ tasks: [], problems: [] });
    await expect(store.add(candidate('A'))).rejects.toMatchObject(failed(join(project.directory, 'backlog')));
    await expect(fileInbox({ ...project, store }).propose([candidate('A')])).rejects.toMatchObject(
      failed('inbox.jsonl'),
    );
  });

  it('is a problem of one file where that file is a directory', async () => {
    const project = emptyProject();
    mkdirSync(join(project.directory, 'backlog/tasks/a.yaml'), { recursive: true });
    project.write('backlog/tasks/b.yaml', 'title: B\n');
    const store = fileStore(project);
    expect((await store.read()).tasks).toMatchObject([{ id: 'b' }]);
    expect(await store.get(taskId('a'))).toBeUndefined();
  });
});

describe('storageFailed', () => {
  it.each([
    ['ENOSPC', '/p could not be written: the disk is full.', 'Free some space on the disk, then try again.'],
    [
      'EROFS',
      '/p could not be written: the file system is read-only.',
      'The file system is read-only. Make it writable, then try again.',
    ],
    [
      'EACCES',
      '/p could not be written: permission denied.',
      'Give this user the permission to read and write it, then try again.',
    ],
    [
      'EIO',
      '/p could not be written: EIO: i/o error.',
      'Check that the path exists and that the disk works, then try again.',
    ],
  ])('says what %s means and what to do', (code, message, hint) => {
    const cause = Object.assign(new Error(`${code}: i/o error`), { code, syscall: 'write' });
    expect(storageFailed('written', '/p', cause)).toMatchObject({
      code: 'STORAGE_FAILED',
      message,
      hint,
      cause,
      details: { path: '/p', code },
    });
  });
});
