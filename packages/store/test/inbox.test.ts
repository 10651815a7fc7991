import { appendFileSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BacklogError, type Inbox, type TaskStore } from '@backlog-runner/contracts';
import { describe, expect, it } from 'vitest';
import { fileInbox, fileStore } from '../src/index.ts';
import { candidate } from './candidate.ts';
import { emptyProject, type Project, repoPath } from './project.ts';

const INBOX = 'backlog/inbox.jsonl';
const REJECTED = 'backlog/inbox.rejected.jsonl';

function withInbox(lines = ''): { project: Project; store: TaskStore; inbox: Inbox } {
  const project = emptyProject();
  if (lines !== '') project.write(INBOX, lines);
  const store = fileStore(project);
  return { project, store, inbox: fileInbox({ ...project, store }) };
}

const kept = (project: Project): unknown[] =>
  project
    .read(REJECTED)
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

describe('draining', () => {
  it('turns every line into a task, a named duplicate or a rejected line that is kept', async () => {
    const { project, store, inbox } = withInbox(
      '{"title":"One","touch_paths":["src"]}\n\nnot json\n{"title":"one!","touch_paths":["src"]}\r\n{"title":"Out","touch_paths":["/etc"]}\n["x"]\n{"title":"Last"}',
    );
    const { added, duplicates, rejected } = await inbox.drain();
    expect(added.map(({ title }) => title)).toEqual(['One', 'Last']);
    expect(duplicates).toEqual([{ line: 4, title: 'one!', of: added[0]?.id, source: { type: 'manual' } }]);
    expect(rejected).toEqual([
      { line: 3, keptIn: REJECTED, message: expect.stringContaining('not JSON') },
      { line: 5, keptIn: REJECTED, message: expect.stringContaining('`/etc`') },
      { line: 6, keptIn: REJECTED, message: expect.stringContaining('mapping') },
    ]);
    expect(kept(project)).toEqual([
      { line: 3, reason: rejected[0]?.message, text: 'not json' },
      { line: 5, reason: rejected[1]?.message, text: '{"title":"Out","touch_paths":["/etc"]}' },
      { line: 6, reason: rejected[2]?.message, text: '["x"]' },
    ]);
    expect((await store.read()).tasks).toHaveLength(2);
    expect(project.names('backlog')).toEqual(['inbox.rejected.jsonl', 'tasks']);
    expect(project.names('.backlog-runner/inbox')).toEqual([]);
  });

  it('asks about every candidate, and adds none that is not admitted', async () => {
    const { project, store, inbox } = withInbox('{"title":"One"}\nnot json\n{"title":"Two"}\n{"title":"Three"}\n');
    const asked: string[] = [];
    const { added, refused, rejected } = await inbox.drain(async (candidate) => {
      asked.push(`${candidate.title} after ${(await store.read()).tasks.length}`);
      if (candidate.title !== 'Two') return { status: 'admitted', candidate };
      return { status: 'rejected', candidate, reason: 'It is like One.' };
    });
    expect(asked).toEqual(['One after 0', 'Two after 1', 'Three after 1']);
    expect(added.map(({ title }) => title)).toEqual(['One', 'Three']);
    expect(refused).toMatchObject([{ line: 3, candidate: { title: 'Two' }, reason: 'It is like One.' }]);
    expect(rejected).toHaveLength(1);
    expect(kept(project)).toHaveLength(1);
  });

  it('does nothing where there is nothing', async () => {
    const { project, inbox } = withInbox();
    expect(await inbox.drain()).toEqual({ added: [], duplicates: [], refused: [], rejected: [] });
    expect(project.names('.')).toEqual([]);
  });

  it('keeps a line that is no text byte for byte', async () => {
    const { project, inbox } = withInbox();
    const bytes = Buffer.from([0x7b, 0xff, 0x7d]);
    mkdirSync(join(project.directory, 'backlog'));
    writeFileSync(join(project.directory, INBOX), bytes);
    await inbox.drain();
    expect(kept(project)).toEqual([
      { line: 1, reason: 'The line is not UTF-8 text.', base64: bytes.toString('base64') },
    ]);
  });

  it('finishes what a crashed drain left, without adding anything twice', async () => {
    const { project, store, inbox } = withInbox('{"title":"New"}\n');
    await store.add(candidate('Old'));
    project.write('.backlog-runner/inbox/taken.jsonl', '{"title":"Old"}\nbad\n{"title":"Never reached"}\n');
    const { added, rejected } = await inbox.drain();
    expect(added.map(({ title }) => title).sort()).toEqual(['Never reached', 'New']);
    expect(rejected).toHaveLength(1);
    expect((await store.read()).tasks).toHaveLength(3);
    expect(project.names('.backlog-runner/inbox')).toEqual([]);
  });

  it('keeps the rejected lines of a drain that crashed when all else was done', async () => {
    const { project, inbox } = withInbox();
    project.write('.backlog-runner/inbox/taken.done', '{"title":"Added long ago"}\nbad\n');
    expect(await inbox.drain()).toEqual({ added: [], duplicates: [], refused: [], rejected: [] });
    expect(kept(project)).toMatchObject([{ line: 2, text: 'bad' }]);
    expect(project.names('.backlog-runner/inbox')).toEqual([]);
  });

  it('leaves the lines where the next drain finds them when the store fails', async () => {
    const { project, store } = withInbox('{"title":"One"}\n{"title":"Two"}\n');
    const failing = { add: async () => Promise.reject(new BacklogError('STORAGE_FAILED', 'The disk is full.')) };
    await expect(fileInbox({ ...project, store: failing }).drain()).rejects.toMatchObject({ code: 'STORAGE_FAILED' });
    expect((await fileInbox({ ...project, store }).drain()).added).toHaveLength(2);
  });

  it('also takes lines that are appended while it works', async () => {
    const { project, store } = withInbox('{"title":"One"}\n');
    const [batch] = ['.backlog-runner/inbox'];
    const slow = {
      async add(proposed: Parameters<TaskStore['add']>[0]) {
        const name = project.names(batch ?? '')[0];
        if (proposed.title === 'One')
          appendFileSync(join(project.directory, batch ?? '', name ?? ''), '{"title":"Two"}\n{"title":"Three"}');
        return store.add(proposed);
      },
    };
    const { added } = await fileInbox({ ...project, store: slow }).drain();
    expect(added.map(({ title }) => title)).toEqual(['One', 'Two', 'Three']);
  });

  it('makes two drains at once share the lines', async () => {
    const lines = Array.from({ length: 20 }, (_, index) => `{"title":"Line ${index}"}\n`).join('');
    const { project, store, inbox } = withInbox(lines);
    const reports = await Promise.all([inbox.drain(), inbox.drain(), fileInbox({ ...project, store }).drain()]);
    expect(reports.flatMap(({ added }) => added)).toHaveLength(20);
    expect((await store.read()).tasks).toHaveLength(20);
  });
});

describe('proposing', () => {
  it('appends lines that drain to the same candidates', async () => {
    const { project, inbox } = withInbox('{"title":"By hand"}');
    const proposed = candidate('By an agent', {
      priority: 'low',
      touchPaths: [repoPath('src')],
      source: { type: 'pass', passId: 'ui' },
      description: 'two\nlines',
    });
    await inbox.propose([proposed, candidate('Another')]);
    expect(project.read(INBOX).split('\n')).toHaveLength(4);
    const { added } = await inbox.drain();
    expect(added[1]).toMatchObject(proposed);
    expect(added.map(({ title }) => title)).toEqual(['By hand', 'By an agent', 'Another']);
  });

  it('makes no file for no candidates', async () => {
    const { project, inbox } = withInbox();
    await inbox.propose([]);
    expect(project.names('.')).toEqual([]);
  });

  it('follows no link out of the project', async () => {
    const { project, inbox } = withInbox();
    const other = emptyProject();
    other.write('theirs', 'text\n');
    mkdirSync(join(project.directory, 'backlog'));
    symlinkSync(join(other.directory, 'theirs'), join(project.directory, INBOX));
    await expect(inbox.propose([candidate('x')])).rejects.toMatchObject({ code: 'STORAGE_FAILED' });
    await expect(inbox.drain()).rejects.toMatchObject({ code: 'STORAGE_FAILED' });
    expect(other.read('theirs')).toBe('text\n');
  });
});
