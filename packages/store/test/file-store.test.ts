import { chmodSync, mkdirSync, renameSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Fence, Task, TaskStore } from '@backlog-runner/contracts';
import { describe, expect, it } from 'vitest';
import { fileStore } from '../src/index.ts';
import { candidate } from './candidate.ts';
import { emptyProject, type Project, repoPath, taskId } from './project.ts';

const fence = (number: number): Fence => number as Fence;

async function addTo(store: TaskStore, title: string): Promise<Task> {
  const result = await store.add(candidate(title));
  if (result.status !== 'added') throw new Error(result.status);
  return result.task;
}

describe('reading', () => {
  it('reads a spec of the ancestor unchanged', async () => {
    const project = emptyProject();
    project.write(
      'backlog/tasks/done/old-task.yaml',
      `id: old-task
title: Rework the table
priority: high
task_kind: implementation
execution_domain: ui_ux
depends_on:
  - other-task
touch_paths:
  - ./apps/web/
capabilities: []
validation_profile: repo
status_notes:
  - "2026-01-02: asked for: twice"
state: done
acceptance_criteria:
  - It is reworked.
source:
  type: pass
  pass_id: frontend
created_at: 2026-01-01T00:00:00.000Z
updated_at: 2026-01-02T00:00:00.000Z
`,
    );
    const { tasks, problems } = await fileStore(project).read();
    expect(problems).toEqual([]);
    expect(tasks).toEqual([
      {
        id: 'old-task',
        title: 'Rework the table',
        priority: 'high',
        kind: 'implementation',
        executionDomain: 'ui_ux',
        dependsOn: ['other-task'],
        touchPaths: ['apps/web'],
        capabilities: [],
        validationProfile: 'repo',
        statusNotes: ['2026-01-02: asked for: twice'],
        state: 'done',
        acceptanceCriteria: ['It is reworked.'],
        source: { type: 'pass', passId: 'frontend' },
        createdAt: '2026-01-01T00:00:00.000Z',
        updatedAt: '2026-01-02T00:00:00.000Z',
        path: 'backlog/tasks/done/old-task.yaml',
        revision: expect.any(String),
      },
    ]);
    expect(await fileStore(project).get(taskId('old-task'))).toEqual(tasks[0]);
  });

  it('takes the file name as id, ready as state and empty lists for what is left out', async () => {
    const project = emptyProject();
    project.write('backlog/tasks/short.yml', 'title: Short\ntouch_paths:\nsource: pass\n');
    const { tasks } = await fileStore(project).read();
    expect(tasks).toMatchObject([{ id: 'short', state: 'ready', touchPaths: [], source: { type: 'pass' } }]);
  });

  it('is in order of path', async () => {
    const project = emptyProject();
    for (const name of ['b', 'a/z', 'a', 'a-b', 'B'])
      project.write(`backlog/tasks/${name}.yaml`, `title: x\nid: ${name.replace('/', '.')}\n`);
    const paths = (await fileStore(project).read()).tasks.map(({ path }) => path);
    expect(paths).toEqual([...paths].sort());
    expect(paths).toHaveLength(5);
  });

  it('finds a task whose file has another name', async () => {
    const project = emptyProject();
    project.write('backlog/tasks/a.yaml', 'id: b\ntitle: B\n');
    project.write('backlog/tasks/deep/er/c.yaml', 'title: C\n');
    const store = fileStore(project);
    expect(await store.get(taskId('b'))).toMatchObject({ title: 'B' });
    expect(await store.get(taskId('c'))).toMatchObject({ title: 'C' });
    expect(await store.get(taskId('a'))).toBeUndefined();
  });

  it('is empty where there is no backlog, and makes nothing there', async () => {
    const project = emptyProject();
    const store = fileStore(project);
    expect(await store.read()).toEqual({ tasks: [], problems: [] });
    expect(await store.get(taskId('x'))).toBeUndefined();
    expect(project.names('.')).toEqual([]);
  });

  it.each([
    [
      'an unknown state',
      'title: x\nstate: reddy\n',
      { line: 2, column: 8, message: '`state` is `reddy`; did you mean `ready`?' },
    ],
    [
      'a state far from all',
      'title: x\nstate: zzz\n',
      { line: 2, column: 8, message: '`state` is `zzz`; it must be one of planned, ready, done, failed, superseded.' },
    ],
    [
      'a path that leaves the project',
      'title: x\ntouch_paths:\n  - src\n  - ../x\n',
      { line: 4, column: 5, message: expect.stringContaining('`../x` is not a path inside the project') },
    ],
    ['an absolute path', 'title: x\ntouch_paths: [/etc]\n', { line: 2, message: expect.stringContaining('`/etc`') }],
    [
      'a path into git',
      'title: x\ntouch_paths: [src/.git/hooks]\n',
      { line: 2, message: expect.stringContaining('.git/hooks') },
    ],
    [
      'an id that is a path',
      'title: x\nid: ../../etc/passwd\n',
      { line: 2, column: 5, message: expect.stringContaining('`id`: `../../etc/passwd` cannot be one.') },
    ],
    ['an id git would refuse', 'title: x\nid: a..b\n', { line: 2, message: expect.stringContaining('cannot be one') }],
    ['no title', 'state: ready\n', { line: 1, column: 1, message: 'There is no `title`, and a task needs one.' }],
    ['an empty file', '', { message: 'There is no `title`, and a task needs one.' }],
    ['a list', '- a\n', { line: 1, message: 'A task is a mapping with at least a `title`.' }],
    [
      'text where a list belongs',
      'title: x\ndepends_on: a\n',
      { line: 2, message: '`depends_on` must be a list of texts, not `a`.' },
    ],
    [
      'a number among texts',
      'title: x\nacceptance_criteria: [a, 1]\n',
      { line: 2, column: 26, message: '`acceptance_criteria[1]` must be text, not `1`.' },
    ],
    [
      'broken YAML',
      'title: "x\nstate: ready\n',
      { line: 3, message: expect.stringMatching(/^It is not valid YAML: /) },
    ],
    ['a key twice', 'title: x\nstate: ready\nstate: done\n', { line: 3, message: expect.stringContaining('unique') }],
    ['two documents', 'title: x\n---\ntitle: y\n', { line: 2, message: expect.stringContaining('multiple documents') }],
    [
      'an unknown source',
      'title: x\nsource: email\n',
      { line: 2, message: expect.stringContaining('`source` must be one of manual') },
    ],
    [
      'an overlong title',
      `title: ${'x'.repeat(201)}\n`,
      { line: 1, message: '`title` is longer than 200 characters.' },
    ],
    ['too large a file', `title: x\n# ${'x'.repeat(300_000)}\n`, { message: 'It is larger than 256 KiB.' }],
    ['an alias bomb', bomb(), { message: expect.stringContaining('alias') }],
    [
      'a tower of brackets',
      `title: x\nowner: ${'['.repeat(100_000)}\n`,
      { line: 2, message: expect.stringMatching(/YAML/) },
    ],
  ])('names what is wrong with %s, and reads the others', async (_, text, problem) => {
    const project = emptyProject();
    project.write('backlog/tasks/broken.yaml', text);
    project.write('backlog/tasks/fine.yaml', 'title: Fine\n');
    const { tasks, problems } = await fileStore(project).read();
    expect(tasks.map(({ id }) => id)).toEqual(['fine']);
    expect(problems).toEqual([{ path: 'backlog/tasks/broken.yaml', ...problem, ...placeOf(problem) }]);
    expect(await fileStore(project).get(taskId('broken'))).toBeUndefined();
  });

  it('refuses bytes that are no text, and names no id can have', async () => {
    const project = emptyProject();
    project.write('backlog/tasks/what is this.yaml', 'title: x\n');
    writeFileSync(join(project.directory, 'backlog/tasks/binary.yaml'), Buffer.from([0x74, 0xff, 0xfe]));
    project.write('backlog/tasks/nul-byte.yaml', 'id: x\ntitle: a\0b\n');
    expect((await fileStore(project).read()).problems).toEqual([
      { path: 'backlog/tasks/binary.yaml', message: 'It is not UTF-8 text.' },
      { path: 'backlog/tasks/nul-byte.yaml', line: 2, column: 9, message: 'It holds a NUL, which is no text.' },
      {
        path: 'backlog/tasks/what is this.yaml',
        line: 1,
        column: 1,
        message: expect.stringMatching(/^There is no `id`, and the file name `what is this` cannot be one/),
      },
    ]);
  });

  it('makes of two files with one id no task but two problems that name each other', async () => {
    const project = emptyProject();
    project.write('backlog/tasks/a.yaml', 'id: same\ntitle: A\n');
    project.write('backlog/tasks/done/a.yaml', 'id: same\ntitle: A\n');
    const { tasks, problems } = await fileStore(project).read();
    expect(tasks).toEqual([]);
    expect(problems).toMatchObject([
      { path: 'backlog/tasks/a.yaml', message: expect.stringContaining('backlog/tasks/done/a.yaml') },
      { path: 'backlog/tasks/done/a.yaml', message: expect.stringContaining('backlog/tasks/a.yaml') },
    ]);
  });

  it('follows no symbolic link', async () => {
    const project = emptyProject();
    const other = emptyProject();
    other.write('secret.yaml', 'title: Secret\n');
    mkdirSync(join(project.directory, 'backlog/tasks'), { recursive: true });
    symlinkSync(join(other.directory, 'secret.yaml'), join(project.directory, 'backlog/tasks/secret.yaml'));
    symlinkSync(other.directory, join(project.directory, 'backlog/tasks/done'));
    const store = fileStore(project);
    const { tasks, problems } = await store.read();
    expect(tasks).toEqual([]);
    expect(problems.map(({ path }) => path)).toEqual(['backlog/tasks/done', 'backlog/tasks/secret.yaml']);
    expect(await store.get(taskId('secret'))).toBeUndefined();
  });

  it('refuses a backlog that is a link out of the project', async () => {
    const project = emptyProject();
    const other = emptyProject();
    other.write('tasks/a.yaml', 'title: A\n');
    symlinkSync(other.directory, join(project.directory, 'backlog'));
    const store = fileStore(project);
    for (const call of [() => store.read(), () => store.get(taskId('a')), () => store.add(candidate('B'))]) {
      await expect(call()).rejects.toMatchObject({
        code: 'STORAGE_FAILED',
        message: expect.stringContaining('leaves the project'),
      });
    }
    expect(other.names('tasks')).toEqual(['a.yaml']);
  });

  it('sees what a person changed, also within the same millisecond and with the same size', async () => {
    const project = emptyProject();
    const store = fileStore(project);
    for (const title of ['One', 'Two', 'Six']) {
      project.write('backlog/tasks/a.yaml', `title: ${title}\n`);
      expect((await store.read()).tasks).toMatchObject([{ title }]);
    }
    rmSync(join(project.directory, 'backlog/tasks/a.yaml'));
    expect((await store.read()).tasks).toEqual([]);
  });
});

describe('adding', () => {
  it('writes a file that people can read and every editor can check', async () => {
    const project = emptyProject();
    const store = fileStore(project);
    const result = await store.add(
      candidate('Sort: by date', {
        priority: 'high',
        executionDomain: 'ui_ux',
        touchPaths: [repoPath('src/ui')],
        acceptanceCriteria: ['It is sorted.', '- really'],
        description: 'First line.\n\nSecond: line.\n',
        source: { type: 'pass', passId: 'ui' },
      }),
    );
    if (result.status !== 'added') throw new Error(result.status);
    const { id, path, createdAt } = result.task;
    expect(id).toMatch(/^sort-by-date-[a-z2-7]{4}$/);
    expect(project.read(path)).toBe(`# yaml-language-server: $schema=../task.schema.json
id: ${id}
title: "Sort: by date"
state: ready
priority: high
task_kind: implementation
execution_domain: ui_ux
touch_paths:
  - src/ui
acceptance_criteria:
  - It is sorted.
  - "- really"
description: |
  First line.

  Second: line.
source:
  type: pass
  pass_id: ui
created_at: ${createdAt}
`);
    expect(await store.get(id)).toEqual(result.task);
    expect(await store.read()).toEqual({ tasks: [result.task], problems: [] });
  });

  it('names the task that is the same idea, whoever wrote it and whenever', async () => {
    const project = emptyProject();
    const store = fileStore(project);
    const first = await addTo(store, 'Fix the login');
    expect(await store.add(candidate('fix  the LOGIN!'))).toEqual({
      status: 'duplicate',
      of: first.id,
      title: first.title,
    });
    writeByHand(project, 'by-hand.yaml', 'title: By hand\nstate: done\n');
    expect(await store.add(candidate('By hand'))).toMatchObject({ status: 'duplicate', of: 'by-hand' });
    expect(await fileStore(project).add(candidate('By hand'))).toMatchObject({ status: 'duplicate', of: 'by-hand' });
    expect(await store.add(candidate('Fix the login', { touchPaths: [repoPath('src')] }))).toMatchObject({
      status: 'added',
    });
  });

  it('may be tried again when the task failed, was superseded, renamed or deleted', async () => {
    const project = emptyProject();
    const store = fileStore(project);
    const first = await addTo(store, 'An idea');
    await store.update(first.id, { state: 'failed' }, { revision: first.revision });
    const second = await addTo(store, 'An idea');
    await fileStore(project).update(second.id, { state: 'superseded' }, { revision: second.revision });
    const third = await addTo(store, 'An idea');
    project.write(third.path, 'title: Another idea\n');
    const fourth = await addTo(store, 'An idea');
    rmSync(join(project.directory, fourth.path));
    const fifth = await addTo(store, 'An idea');
    expect(new Set([first, second, third, fourth, fifth].map(({ id }) => id)).size).toBe(5);
  });

  it.each([
    ['a path outside', candidate('x', { touchPaths: [repoPath('../x')] }), 'not a path inside the project'],
    ['no title', candidate('  '), '`title` is empty.'],
    ['an id that is none', candidate('x', { dependsOn: [taskId('a/b')] }), 'cannot be the id of a task'],
  ])('refuses %s and writes nothing', async (_, proposed, message) => {
    const project = emptyProject();
    expect(await fileStore(project).add(proposed)).toEqual({
      status: 'invalid',
      message: expect.stringContaining(message),
    });
    expect(project.names('.')).toEqual([]);
  });

  it('adds two concurrent adds of one idea once, within one process too', async () => {
    const store = fileStore(emptyProject());
    const results = await Promise.all(Array.from({ length: 6 }, () => store.add(candidate('Once'))));
    expect(results.map(({ status }) => status).sort()).toEqual(['added', ...Array(5).fill('duplicate')]);
  });
});

describe('creating under a given id', () => {
  const id = taskId('given-x4f2');

  it('writes the file that was rendered, whatever else says the same, and only once', async () => {
    const project = emptyProject();
    const store = fileStore(project);
    await store.add(candidate('Given'));
    const rendered = await store.renderNew(id, candidate('Given'));
    expect(project.names('backlog/tasks')).toHaveLength(1);
    const task = await store.create(id, candidate('Given'));
    expect(rendered).toMatchObject({ status: 'rendered', file: { path: task.path } });
    expect(task).toMatchObject({ id, title: 'Given', state: 'ready' });
    await store.update(id, { state: 'done' }, { revision: task.revision });
    expect(await store.create(id, candidate('Given'))).toMatchObject({ id, state: 'done' });
    expect(project.names('backlog/tasks')).toHaveLength(2);
  });

  it('refuses what breaks a rule', async () => {
    const store = fileStore(emptyProject());
    const outside = { ...candidate('Out'), touchPaths: [repoPath('/etc')] };
    expect(await store.renderNew(id, outside)).toMatchObject({ status: 'invalid' });
    await expect(store.create(id, outside)).rejects.toMatchObject({ code: 'TASK_INVALID' });
  });
});

describe('updating', () => {
  it('changes what it is about and leaves every other byte', async () => {
    const project = emptyProject();
    const text =
      "# mine\ntitle:   'It''s odd'   # keep\nowner: {name: Ann}\n\nstate: ready # soon\nstatus_notes: [one]\n";
    project.write('backlog/tasks/odd.yaml', text);
    const store = fileStore({ ...project, highestFence: async () => 7 });
    const task = await store.update(taskId('odd'), { state: 'failed', addNotes: ['two: three'] }, { fence: fence(7) });
    const expected = text.replace('state: ready', 'state: failed').replace('[one]', '[one, "two: three"]');
    expect(project.read('backlog/tasks/odd.yaml')).toBe(`${expected}updated_at: ${task.updatedAt}\n`);
    expect(await store.get(taskId('odd'))).toEqual(task);
  });

  it('keeps the permissions of the file', async () => {
    const project = emptyProject();
    const store = fileStore(project);
    const task = await addTo(store, 'Private');
    const file = join(project.directory, task.path);
    chmodSync(file, 0o640);
    await store.update(task.id, { addNotes: ['x'] }, { revision: task.revision });
    expect(statSync(file).mode & 0o777).toBe(0o640);
  });

  it('refuses a revision that is not the newest, and changes nothing', async () => {
    const project = emptyProject();
    const store = fileStore(project);
    const task = await addTo(store, 'Contested');
    project.write(task.path, `${project.read(task.path)}# a person was here\n`);
    const before = project.read(task.path);
    await expect(store.update(task.id, { state: 'done' }, { revision: task.revision })).rejects.toMatchObject({
      code: 'TASK_CHANGED',
    });
    expect(project.read(task.path)).toBe(before);
    expect(project.names('.backlog-runner/writes/prepared')).toEqual([]);
  });

  it('refuses a fence below the highest ever granted, also when it was granted at the last moment', async () => {
    const project = emptyProject();
    let highest = 4;
    const store = fileStore({ ...project, highestFence: async () => highest++ });
    const task = await addTo(store, 'Fenced');
    await store.update(task.id, { addNotes: ['by 4'] }, { fence: fence(4) });
    await expect(store.update(task.id, { addNotes: ['by 4'] }, { fence: fence(4) })).rejects.toMatchObject({
      code: 'TASK_CHANGED',
    });
    expect((await store.get(task.id))?.statusNotes).toEqual(['by 4']);
    expect(project.names('.backlog-runner/writes/prepared')).toEqual([]);
  });

  it('begins again when somebody else was faster, also after a long sleep', async () => {
    const project = emptyProject();
    const other = fileStore({ ...project, highestFence: async () => 1 });
    const { id } = await addTo(other, 'Overtaken');
    let asked = 0;
    const slow = fileStore({
      ...project,
      async highestFence() {
        asked += 1;
        if (asked > 2) return 1;
        for (const round of [1, 2])
          await other.update(id, { addNotes: [`fast ${asked}.${round}`] }, { fence: fence(1) });
        return 1;
      },
    });
    await slow.update(id, { addNotes: ['slow'] }, { fence: fence(1) });
    expect((await other.get(id))?.statusNotes).toEqual(['fast 1.1', 'fast 1.2', 'fast 2.1', 'fast 2.2', 'slow']);
    expect(project.names('.backlog-runner/writes/prepared')).toEqual([]);
  });

  it('does not overwrite what a person saved while it was preparing', async () => {
    const project = emptyProject();
    project.write('backlog/tasks/a.yaml', 'title: A\n');
    let asked = 0;
    const store = fileStore({
      ...project,
      async highestFence() {
        asked += 1;
        if (asked === 1) project.write('backlog/tasks/a.yaml', 'title: Mine\n');
        return 1;
      },
    });
    expect(await store.update(taskId('a'), { state: 'failed' }, { fence: fence(1) })).toMatchObject({
      title: 'Mine',
      state: 'failed',
    });
  });

  it('says when there is no such task, and leaves no trace', async () => {
    const project = emptyProject();
    const store = fileStore({ ...project, highestFence: async () => 0 });
    await expect(store.update(taskId('none'), {}, { fence: fence(1) })).rejects.toMatchObject({ code: 'TASK_MISSING' });
    expect(project.names('.')).toEqual([]);
  });

  it('refuses a candidate whose file would be too large to be read, however it comes', async () => {
    const project = emptyProject();
    const store = fileStore(project);
    const criteria = Array.from({ length: 30 }, (_, at) => `${at} ${'x '.repeat(5000)}`);
    const large = candidate('Large', { acceptanceCriteria: criteria });
    const refused = { status: 'invalid', message: expect.stringContaining('256 KiB') };
    expect(await store.add(large)).toEqual(refused);
    expect(await store.renderNew(taskId('large'), large)).toEqual(refused);
    await expect(store.create(taskId('large'), large)).rejects.toMatchObject({ code: 'TASK_INVALID' });
    expect(await store.read()).toEqual({ tasks: [], problems: [] });
  });

  it('never makes a task that cannot be read', async () => {
    const project = emptyProject();
    const long = `title: Target\ndescription: ${'x'.repeat(20_000)}\n# ${'y'.repeat(240_000)}\n`;
    project.write('backlog/tasks/target.yaml', long);
    const store = fileStore({ ...project, highestFence: async () => 1 });
    const notes = { addNotes: ['z'.repeat(20_000)] };
    await expect(store.update(taskId('target'), notes, { fence: fence(1) })).rejects.toThrow(/left as it was.*KiB/);
    expect(project.read('backlog/tasks/target.yaml')).toBe(long);
    await store.update(taskId('target'), { state: 'failed' }, { fence: fence(1) });
    expect(await store.get(taskId('target'))).toMatchObject({ state: 'failed' });
  });

  it('loses none of many updates at once within one process', async () => {
    const store = fileStore({ ...emptyProject(), highestFence: async () => 1 });
    const { id } = await addTo(store, 'Busy');
    const notes = Array.from({ length: 20 }, (_, index) => `note ${index}`);
    await Promise.all(notes.map((note) => store.update(id, { addNotes: [note] }, { fence: fence(1) })));
    expect([...((await store.get(id))?.statusNotes ?? [])].sort()).toEqual([...notes].sort());
  });
});

describe('rendering', () => {
  it('says what the file would be and writes nothing', async () => {
    const project = emptyProject();
    const store = fileStore(project);
    const task = await addTo(store, 'Landed');
    const before = project.read(task.path);
    const { path, content } = await store.render(task, { state: 'done', addNotes: ['Landed.'] });
    expect(path).toBe(task.path);
    expect(content).toMatch(/^state: done$/m);
    expect(content).toMatch(/^status_notes:\n {2}- Landed\.$/m);
    expect(project.read(task.path)).toBe(before);
  });

  it('refuses when the file is not what the task was read from', async () => {
    const project = emptyProject();
    const store = fileStore(project);
    const task = await addTo(store, 'Edited meanwhile');
    project.write(task.path, 'title: Something else\n');
    await expect(store.render(task, { state: 'done' })).rejects.toMatchObject({ code: 'TASK_CHANGED' });
    rmSync(join(project.directory, task.path));
    await expect(store.render(task, { state: 'done' })).rejects.toMatchObject({ code: 'TASK_MISSING' });
  });
});

/** Not in the same tick of the file system's clock as whatever was written before. */
function writeByHand(project: Project, name: string, text: string): void {
  const tasks = join(project.directory, 'backlog/tasks');
  const before = statSync(tasks).mtimeMs;
  for (let tries = 0; statSync(tasks).mtimeMs === before; tries += 1) {
    project.write(`aside-${tries}`, text);
    renameSync(join(project.directory, `aside-${tries}`), join(tasks, name));
  }
}

function bomb(): string {
  const levels = Array.from(
    { length: 12 },
    (_, level) => `l${level}: &l${level} [${level === 0 ? 'x' : Array(9).fill(`*l${level - 1}`)}]`,
  );
  return `title: x\n${levels.join('\n')}\n`;
}

function placeOf(problem: object): object {
  return {
    ...('line' in problem
      ? { line: problem.line, column: 'column' in problem ? problem.column : expect.any(Number) }
      : {}),
  };
}
