import { appendFileSync, mkdirSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BacklogEvent, RunId } from '@backlog-runner/contracts';
import { testClock } from '@backlog-runner/testkit';
import { describe, expect, it } from 'vitest';
import { fileJournal } from '../src/index.ts';
import { emptyProject, type Project } from './project.ts';

const run = (name: string): RunId => name as RunId;
const warning = (message: string): BacklogEvent => ({ type: 'warning', message });
const FILE = '.backlog-runner/journal/r1.jsonl';

const messages = (entries: readonly { type: string }[]): unknown[] =>
  entries.map((entry) => ('message' in entry ? entry.message : entry.type));

describe('the journal', () => {
  it('reads what was appended, with time, run and number', async () => {
    const project = emptyProject();
    const clock = testClock({ now: 1000 });
    const journal = fileJournal({ ...project, run: run('r1'), system: clock });
    const first = await journal.append(warning('one'));
    clock.jump(5);
    const second = await journal.append(warning('two'));
    expect(first).toEqual({ type: 'warning', message: 'one', at: 1000, run: 'r1', seq: 1 });
    expect((await journal.read()).entries).toEqual([first, second]);
    expect((await fileJournal({ ...project, run: run('r2') }).read()).entries).toEqual([first, second]);
  });

  it('keeps the order of concurrent appends', async () => {
    const journal = fileJournal({ ...emptyProject(), run: run('r1') });
    const texts = Array.from({ length: 200 }, (_, index) => `message ${index}`);
    await Promise.all(texts.map((text) => journal.append(warning(text))));
    const { entries } = await journal.read();
    expect(messages(entries)).toEqual(texts);
    expect(entries.map(({ seq }) => seq)).toEqual(texts.map((_, index) => index + 1));
  });

  it('reads after a cursor only what is new, from every run', async () => {
    const project = emptyProject();
    const one = fileJournal({ ...project, run: run('r1') });
    const two = fileJournal({ ...project, run: run('r2') });
    await one.append(warning('one'));
    const before = await one.read();
    await two.append(warning('two'));
    await one.append(warning('three'));
    const after = await one.read(before.cursor);
    expect(messages(after.entries).sort()).toEqual(['three', 'two']);
    expect((await one.read(after.cursor)).entries).toEqual([]);
    expect(messages((await one.read(before.cursor)).entries)).toHaveLength(2);
  });

  it('orders by time between runs and by number within one, whatever its clock did', async () => {
    const project = emptyProject();
    const clock = testClock({ now: 100 });
    const one = fileJournal({ ...project, run: run('r1'), system: clock });
    const two = fileJournal({ ...project, run: run('r2'), system: clock });
    await one.append(warning('a at 100'));
    clock.jump(10);
    await two.append(warning('b at 110'));
    clock.jump(-60);
    await one.append(warning('c at 50'));
    clock.jump(100);
    await two.append(warning('d at 150'));
    await one.append(warning('e at 150'));
    expect(messages((await one.read()).entries)).toEqual(['a at 100', 'c at 50', 'b at 110', 'e at 150', 'd at 150']);
  });

  it('names damaged lines, wherever they are, and reads the others', async () => {
    const project = emptyProject();
    const journal = fileJournal({ ...project, run: run('r1') });
    await journal.append(warning('one'));
    appendFileSync(
      join(project.directory, FILE),
      'garbage\n{"type":"warning"}\n\0\0\0\0\n\n{"type":"warning","at":1,"run":"other","seq":1}\n',
    );
    await journal.append(warning('two'));
    const file = join(project.directory, FILE);
    const { entries, damaged } = await journal.read();
    expect(messages(entries)).toEqual(['one', 'two']);
    expect(damaged).toEqual([2, 3, 4, 6].map((line) => ({ file, line })));
  });

  it('reads a line that was still being written once it is complete', async () => {
    const project = emptyProject();
    const file = join(project.directory, FILE);
    const reader = fileJournal({ ...project, run: run('r2') });
    const line = JSON.stringify({ ...warning('slow'), at: 1, run: 'r1', seq: 1 });
    project.write(FILE, line.slice(0, 20));
    const first = await reader.read();
    expect(first).toMatchObject({ entries: [], damaged: [{ file, line: 1 }] });
    const second = await reader.read(first.cursor);
    expect(second).toMatchObject({ entries: [], damaged: [] });
    appendFileSync(file, `${line.slice(20)}\n`);
    expect(messages((await reader.read(second.cursor)).entries)).toEqual(['slow']);
  });

  it('counts lines on across reads', async () => {
    const project = emptyProject();
    const journal = fileJournal({ ...project, run: run('r1') });
    await journal.append(warning('one'));
    const { cursor } = await journal.read();
    appendFileSync(join(project.directory, FILE), 'garbage\n');
    expect((await journal.read(cursor)).damaged).toEqual([{ file: join(project.directory, FILE), line: 2 }]);
  });

  it('survives files that are cut short or gone', async () => {
    const project = emptyProject();
    const journal = fileJournal({ ...project, run: run('r1') });
    await journal.append(warning('one'));
    const { cursor } = await journal.read();
    truncateSync(join(project.directory, FILE), 10);
    expect((await journal.read(cursor)).entries).toEqual([]);
    rmSync(join(project.directory, '.backlog-runner'), { recursive: true });
    expect((await journal.read(cursor)).entries).toEqual([]);
    await journal.append(warning('two'));
    expect(messages((await journal.read()).entries)).toEqual(['two']);
  });

  it('is made by the first append, never by reading or watching', async () => {
    const project = emptyProject();
    const journal = fileJournal({ ...project, run: run('r1') });
    expect(await journal.read()).toMatchObject({ entries: [], damaged: [] });
    journal.watch(() => {})();
    expect(project.names('.')).toEqual([]);
  });

  it.skipIf(process.platform !== 'linux')(
    'says what to do when the disk is full, and goes on when it is not any more',
    async () => {
      const project = emptyProject();
      const file = join(project.directory, FILE);
      const journal = fileJournal({ ...project, run: run('r1') });
      mkdirSync(join(file, '..'), { recursive: true });
      symlinkSync('/dev/full', file);
      await expect(journal.append(warning('lost'))).rejects.toMatchObject({
        code: 'STORAGE_FAILED',
        message: `${file} could not be written: the disk is full.`,
        hint: 'Free some space on the disk, then try again.',
      });
      rmSync(file);
      writeFileSync(file, '{"type":"warn');
      await journal.append(warning('kept'));
      const { entries, damaged } = await journal.read();
      expect(messages(entries)).toEqual(['kept']);
      expect(damaged).toEqual([{ file, line: 1 }]);
    },
  );

  it('tells who watches that any process appended, also when nothing was there before', async () => {
    const project: Project = emptyProject();
    const changed = new Promise<void>((resolve) => {
      const cancel = fileJournal({ ...project, run: run('r1') }).watch(() => {
        if (project.names('.backlog-runner/journal').length === 0) return;
        cancel();
        resolve();
      });
    });
    await fileJournal({ ...project, run: run('r2') }).append(warning('x'));
    await changed;
  });
});
