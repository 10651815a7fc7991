import {
  type Backlog,
  type Candidate,
  type Fence,
  parseTaskId,
  type RepoPath,
  type Revision,
  type Task,
  type TaskId,
  type TaskStore,
} from '@backlog-runner/contracts';
import { candidateIn, candidateOf } from './candidate.ts';
import { type ConformanceCase, casesOf, type Subject, type World } from './case.ts';
import { failsWith, given, holds, present, same } from './expectations.ts';

/** The files of a backlog as a person has them. */
export interface BacklogFiles {
  read(path: string): string | Promise<string>;
  write(path: string, content: string): void | Promise<void>;
}

/** A task file as a person writes it, with what the store knows nothing about. */
export interface HandwrittenTask {
  readonly path: string;
  readonly content: string;
  /** The id of the task. It is `ready`. */
  readonly id: string;
  /** Comments and keys of the person's own, in their order. */
  readonly marks: readonly string[];
}

export interface StoreWorld extends World {
  /** Without a task. */
  readonly store: TaskStore;
  /** The same tasks as another process sees them. */
  readonly neighbour?: TaskStore;
  readonly files?: BacklogFiles;
  /** Makes it so that a lease on the task was granted with this fence. */
  readonly grant?: (task: TaskId, fence: Fence) => void | Promise<void>;
  readonly handwritten?: HandwrittenTask;
}

export type StoreNeed = 'neighbour' | 'files' | 'grant' | 'handwritten';
export type StoreSubject = Subject<StoreWorld, StoreNeed>;
export type StoreCase = ConformanceCase<StoreWorld, StoreNeed>;

const { must } = casesOf<StoreWorld, StoreNeed>();
const MISSING = 'there-is-none' as TaskId;
const ID = 'chosen-id' as TaskId;
const NO_TASK = '{ this is: [no task';
const INVALID: readonly Partial<Candidate>[] = [
  { title: '   ' },
  { touchPaths: ['../outside' as RepoPath] },
  { dependsOn: ['../outside' as TaskId] },
];

const titlesIn = ({ tasks }: Backlog) => tasks.map(({ title }) => title).sort();
const holdsOnly = async (store: TaskStore, ...titles: readonly string[]) => same(titlesIn(await store.read()), titles);

async function added(store: TaskStore, title = 'An idea', more: Partial<Candidate> = {}): Promise<Task> {
  const result = await store.add(candidateOf(title, more));
  holds(result.status === 'added', 'an added task', result);
  return result.task;
}

const stored = async (store: TaskStore, id: TaskId): Promise<Task> => present(await store.get(id), `the task ${id}`);

const isDone = async (store: TaskStore, { id }: Task) => same((await stored(store, id)).state, 'done');

/** How many of the works came through; the others failed with `TASK_CHANGED`. */
async function winners(works: readonly Promise<Task>[]): Promise<number> {
  const ends = await Promise.allSettled(works);
  for (const end of ends) if (end.status === 'rejected') await failsWith('TASK_CHANGED', Promise.reject(end.reason));
  return ends.filter(({ status }) => status === 'fulfilled').length;
}

/** Beside the file of a task. */
const besides = ({ path }: Task, name: string) => path.replace(/[^/]*(\.[^./]+)$/, `${name}$1`);

export const taskStoreCases: readonly StoreCase[] = [
  must('store/add-keeps-what-is-said', 'An added task says what its candidate said.', async ({ store }) => {
    const { id } = await added(store, 'Say: "wörld" ✓ # and more');
    same(candidateIn(await stored(store, id)), candidateOf('Say: "wörld" ✓ # and more'));
  }),
  must('store/added-is-ready', 'An added task is ready to run.', async ({ store }) => {
    same((await added(store)).state, 'ready');
  }),
  must('store/added-id', 'The id of an added task can name a file and be part of a git ref.', async ({ store }) => {
    const { id } = await added(store, '../.. / con.lock');
    same(parseTaskId(id), id);
  }),
  must('store/get-after-add', 'What was added is there, as it was answered.', async ({ store }) => {
    const task = await added(store);
    same(await store.get(task.id), task);
  }),
  must('store/get-missing', 'There is no task of an id that was never given.', async ({ store }) => {
    await added(store);
    same(await store.get(MISSING), undefined);
  }),
  must('store/get-without-reading', 'An id that names no task is no way to another file.', async ({ store }) => {
    const { id } = await added(store);
    same(await store.get(`../tasks/${id}` as TaskId), undefined);
  }),
  must(
    'store/get-broken',
    'A task whose file is broken is not there.',
    async ({ store, files }) => {
      const { id, path } = await added(store);
      await given(files, 'files').write(path, NO_TASK);
      same(await store.get(id), undefined);
    },
    'files',
  ),
  must('store/read-after-write', 'A read sees every write that finished before it.', async ({ store }) => {
    const task = await added(store);
    same((await store.read()).tasks, [task]);
    const changed = await store.update(task.id, { state: 'done' }, task);
    same((await store.read()).tasks, [changed]);
  }),
  must('store/read-in-order', 'Tasks are read in order of path.', async ({ store }) => {
    for (const title of ['b', 'c', 'a', 'd']) await added(store, title);
    const paths = (await store.read()).tasks.map(({ path }) => path);
    same([paths.length, paths], [4, [...paths].sort()]);
  }),
  must(
    'store/read-broken',
    'A file that is no task is one problem with its path and a sentence; the other tasks are not affected.',
    async ({ store, files }) => {
      const [broken] = [await added(store, 'Broken'), await added(store, 'Whole')];
      await given(files, 'files').write(broken.path, NO_TASK);
      const { tasks, problems } = await store.read();
      same([titlesIn({ tasks, problems }), problems.map(({ path }) => path)], [['Whole'], [broken.path]]);
      holds(problems[0]?.message.trim() !== '', 'a sentence that says what is wrong', problems[0]);
    },
    'files',
  ),
  must(
    'store/same-id-twice',
    'Of two files with one id both are problems and neither is a task.',
    async ({ store, files }) => {
      const { read, write } = given(files, 'files');
      const task = await added(store);
      const copy = besides(task, 'zz-copy');
      await write(copy, await read(task.path));
      const { tasks, problems } = await store.read();
      same([tasks, problems.map(({ path }) => path)], [[], [task.path, copy]]);
    },
    'files',
  ),
  must(
    'store/duplicate',
    'An idea that is there is not added again; the answer names the task that holds it.',
    async ({ store }) => {
      const { id, title } = await added(store);
      same(await store.add(candidateOf('An idea')), { status: 'duplicate', of: id, title });
      await holdsOnly(store, 'An idea');
    },
  ),
  must('store/concurrent-adds', 'Two concurrent adds of one idea add one task.', async ({ store }) => {
    const results = await Promise.all(Array.from({ length: 5 }, () => store.add(candidateOf('An idea'))));
    same(results.map(({ status }) => status).sort(), ['added', 'duplicate', 'duplicate', 'duplicate', 'duplicate']);
    await holdsOnly(store, 'An idea');
  }),
  must(
    'store/concurrent-adds-of-processes',
    'Two processes that add one idea at once add one task.',
    async ({ store, neighbour }) => {
      const stores = [store, given(neighbour, 'neighbour')];
      await Promise.all(stores.map((one) => one.add(candidateOf('An idea'))));
      await holdsOnly(store, 'An idea');
    },
    'neighbour',
  ),
  must(
    'store/invalid-candidate',
    'A candidate that breaks a rule is invalid, with a message, and adds nothing.',
    async ({ store }) => {
      for (const more of INVALID) {
        const result = await store.add(candidateOf('An idea', more));
        holds(
          result.status === 'invalid' && result.message !== '',
          `an invalid candidate with ${JSON.stringify(more)}`,
          result,
        );
      }
      await holdsOnly(store);
    },
  ),
  must('store/update', 'An update answers with the task as it is stored from then on.', async ({ store }) => {
    const task = await added(store);
    const updated = await store.update(task.id, { state: 'done', addNotes: ['It is done.'] }, task);
    same([updated.state, updated.statusNotes], ['done', ['It is done.']]);
    same(await store.get(task.id), updated);
  }),
  must('store/notes-are-added', 'Notes are only ever added, the oldest first.', async ({ store }) => {
    const task = await added(store);
    const once = await store.update(task.id, { addNotes: ['one', 'two: "2"'] }, task);
    const twice = await store.update(task.id, { addNotes: ['three'] }, once);
    same(twice.statusNotes, ['one', 'two: "2"', 'three']);
  }),
  must('store/update-leaves-the-rest', 'An update changes only what its patch names.', async ({ store }) => {
    const [task, other] = [await added(store), await added(store, 'Another idea')];
    const noted = await store.update(task.id, { addNotes: ['A note.'] }, task);
    const ended = await store.update(task.id, { state: 'failed' }, noted);
    same([candidateIn(ended), ended.statusNotes], [candidateIn(task), ['A note.']]);
    same(await store.get(other.id), other);
  }),
  must('store/superseded-by', 'A superseded task names what took its place.', async ({ store }) => {
    const [task, next] = [await added(store), await added(store, 'Another idea')];
    await store.update(task.id, { state: 'superseded', supersededBy: [next.id] }, task);
    const { state, supersededBy } = await stored(store, task.id);
    same([state, supersededBy], ['superseded', [next.id]]);
  }),
  must('store/update-missing', 'An update of a task that is not there is TASK_MISSING.', async ({ store }) => {
    await failsWith('TASK_MISSING', store.update(MISSING, { state: 'done' }, { revision: '1' as Revision }));
  }),
  must('store/revision-is-stable', 'A task that nobody changed keeps its revision.', async ({ store }) => {
    const { id, revision } = await added(store);
    await added(store, 'Another idea');
    same([(await stored(store, id)).revision, (await stored(store, id)).revision], [revision, revision]);
  }),
  must(
    'store/revision-names-content',
    'Two different contents of a task never share a revision.',
    async ({ store }) => {
      let task = await added(store);
      const revisions = [task.revision];
      for (const note of ['a', 'b', 'c']) {
        task = await store.update(task.id, { addNotes: [note] }, task);
        revisions.push(task.revision);
      }
      same(new Set(revisions).size, revisions.length);
    },
  ),
  must(
    'store/guarded-by-revision',
    'An update under a revision that is not the newest is TASK_CHANGED and changes nothing.',
    async ({ store }) => {
      const task = await added(store);
      const newer = await store.update(task.id, { addNotes: ['newer'] }, task);
      await failsWith('TASK_CHANGED', store.update(task.id, { state: 'done' }, { revision: task.revision }));
      same(await store.get(task.id), newer);
    },
  ),
  must(
    'store/guarded-from-people',
    'What a person changed in a task since it was read is never overwritten.',
    async ({ store, files }) => {
      const { read, write } = given(files, 'files');
      const task = await added(store);
      const edited = (await read(task.path)).replace('An idea', 'A better idea');
      await write(task.path, edited);
      await failsWith('TASK_CHANGED', store.update(task.id, { state: 'done' }, { revision: task.revision }));
      same(await read(task.path), edited);
    },
    'files',
  ),
  must(
    'store/one-of-two-updates',
    'Of concurrent updates under one revision exactly one comes through.',
    async ({ store }) => {
      const task = await added(store);
      const notes = ['a', 'b', 'c', 'd'];
      same(await winners(notes.map((note) => store.update(task.id, { addNotes: [note] }, task))), 1);
      same((await stored(store, task.id)).statusNotes.length, 1);
    },
  ),
  must(
    'store/one-of-two-processes',
    'Of two processes that update under one revision exactly one comes through.',
    async ({ store, neighbour }) => {
      const task = await added(store);
      const stores = [store, given(neighbour, 'neighbour')];
      same(await winners(stores.map((one) => one.update(task.id, { addNotes: ['mine'] }, task))), 1);
      same((await stored(store, task.id)).statusNotes, ['mine']);
    },
    'neighbour',
  ),
  must(
    'store/guarded-by-fence',
    'An update under the largest fence that was granted for the task is made, whatever was changed since.',
    async ({ store, grant }) => {
      const task = await added(store);
      await given(grant, 'grant')(task.id, 7 as Fence);
      await store.update(task.id, { addNotes: ['since'] }, { revision: task.revision });
      await store.update(task.id, { state: 'done' }, { fence: 7 as Fence });
      await isDone(store, task);
    },
    'grant',
  ),
  must(
    'store/stale-fence',
    'An update under a fence below the largest one is TASK_CHANGED and changes nothing.',
    async ({ store, grant }) => {
      const task = await added(store);
      await given(grant, 'grant')(task.id, 8 as Fence);
      await failsWith('TASK_CHANGED', store.update(task.id, { state: 'done' }, { fence: 7 as Fence }));
      same(await store.get(task.id), task);
    },
    'grant',
  ),
  must(
    'store/fence-of-another',
    'A larger fence that was granted for another task does not matter.',
    async ({ store, grant }) => {
      const [task, other] = [await added(store), await added(store, 'Another idea')];
      await given(grant, 'grant')(task.id, 7 as Fence);
      await given(grant, 'grant')(other.id, 9 as Fence);
      await store.update(task.id, { state: 'done' }, { fence: 7 as Fence });
      await isDone(store, task);
    },
    'grant',
  ),
  must(
    'store/keeps-what-people-wrote',
    'Comments, order and unknown keys of a file survive an update.',
    async ({ store, files, handwritten }) => {
      const { read, write } = given(files, 'files');
      const { path, content, id, marks } = given(handwritten, 'handwritten');
      await write(path, content);
      const task = await stored(store, id as TaskId);
      await store.update(task.id, { state: 'done', addNotes: ['A note.'] }, task);
      await isDone(store, task);
      const after = await read(path);
      const places = marks.map((mark) => after.indexOf(mark));
      holds(
        places.every((place, index) => place > (places[index - 1] ?? -1)),
        `a file with ${marks.join(', ')} in order`,
        after,
      );
    },
    'files',
    'handwritten',
  ),
  must('store/render-writes-nothing', 'Rendering a patched task writes nothing.', async ({ store }) => {
    const task = await added(store);
    await store.render(task, { state: 'done' });
    same(await store.get(task.id), task);
  }),
  must(
    'store/render-of-what-changed',
    'Rendering a task that was changed since it was read is TASK_CHANGED.',
    async ({ store }) => {
      const task = await added(store);
      await store.update(task.id, { addNotes: ['newer'] }, task);
      await failsWith('TASK_CHANGED', store.render(task, { state: 'done' }));
    },
  ),
  must('store/render-of-what-is-gone', 'Rendering a task that is not there is TASK_MISSING.', async ({ store }) => {
    const task = await added(store);
    const gone = { ...task, id: MISSING, path: besides(task, MISSING) as RepoPath };
    await failsWith('TASK_MISSING', store.render(gone, { state: 'done' }));
  }),
  must(
    'store/render-is-the-file',
    'What is rendered is the file that the patched task would be.',
    async ({ store, files }) => {
      const task = await added(store);
      const { path, content } = await store.render(task, { state: 'done', addNotes: ['Landed.'] });
      same(path, task.path);
      await given(files, 'files').write(path, content);
      const { state, statusNotes, ...rest } = await stored(store, task.id);
      same([state, statusNotes, candidateIn({ ...rest })], ['done', ['Landed.'], candidateIn(task)]);
    },
    'files',
  ),
  must(
    'store/render-new-is-the-file',
    'What is rendered for a new task is the file that the ready task of this id would be.',
    async ({ store, files }) => {
      const rendered = await store.renderNew(ID, candidateOf('An idea'));
      holds(rendered.status === 'rendered', 'a rendered file', rendered);
      await given(files, 'files').write(rendered.file.path, rendered.file.content);
      const task = await stored(store, ID);
      same([task.state, task.path, candidateIn(task)], ['ready', rendered.file.path, candidateOf('An idea')]);
    },
    'files',
  ),
  must('store/render-new-writes-nothing', 'Rendering a new task writes nothing.', async ({ store }) => {
    await store.renderNew(ID, candidateOf('An idea'));
    await holdsOnly(store);
  }),
  must(
    'store/render-new-invalid',
    'Rendering a candidate that breaks a rule is invalid, with a message.',
    async ({ store }) => {
      for (const more of INVALID) {
        const result = await store.renderNew(ID, candidateOf('An idea', more));
        holds(
          result.status === 'invalid' && result.message !== '',
          `an invalid candidate with ${JSON.stringify(more)}`,
          result,
        );
      }
    },
  ),
  must(
    'store/render-new-asks-nobody',
    'Rendering a new task does not ask whether another one says the same.',
    async ({ store }) => {
      await added(store);
      same((await store.renderNew(ID, candidateOf('An idea'))).status, 'rendered');
    },
  ),
  must(
    'store/create',
    'A created task is ready, has the id that was chosen and says what its candidate said.',
    async ({ store }) => {
      const task = await store.create(ID, candidateOf('An idea'));
      same([task.id, task.state, candidateIn(task)], [ID, 'ready', candidateOf('An idea')]);
      same(await store.get(ID), task);
    },
  ),
  must(
    'store/create-again',
    'Creating a task that is there changes nothing, whatever became of it.',
    async ({ store }) => {
      const task = await store.create(ID, candidateOf('An idea'));
      const done = await store.update(ID, { state: 'done' }, task);
      same(await store.create(ID, candidateOf('Another idea')), done);
      same(await store.get(ID), done);
    },
  ),
  must(
    'store/create-invalid',
    'Creating from a candidate that breaks a rule is TASK_INVALID and creates nothing.',
    async ({ store }) => {
      for (const more of INVALID) await failsWith('TASK_INVALID', store.create(ID, candidateOf('An idea', more)));
      same(await store.get(ID), undefined);
    },
  ),
  must('store/watch', 'A watcher is called after a task was added, and after one was changed.', async ({ store }) => {
    const task = await calledDuring(store, () => added(store));
    await calledDuring(store, () => store.update(task.id, { state: 'done' }, task));
  }),
  must(
    'store/watch-people',
    'A watcher is called after a person changed a file.',
    async ({ store, files }) => {
      const { read, write } = given(files, 'files');
      const { path } = await added(store);
      const content = await read(path);
      await calledDuring(store, () => write(path, content.replace('An idea', 'A better idea')));
    },
    'files',
  ),
  must(
    'store/watch-neighbours',
    'A watcher is called after another process added a task.',
    async ({ store, neighbour }) => {
      await calledDuring(store, () => added(given(neighbour, 'neighbour')));
    },
    'neighbour',
  ),
  must(
    'store/watch-ends',
    'A watcher that was cancelled is not called any more, and may be cancelled again.',
    async ({ store }) => {
      let calls = 0;
      const cancel = store.watch(() => {
        calls += 1;
      });
      await calledDuring(store, () => added(store));
      cancel();
      cancel();
      const before = calls;
      await calledDuring(store, () => added(store, 'Another idea'));
      same(calls, before);
    },
  ),
  must(
    'store/neighbours-see-each-other',
    'A process sees every write of another one that finished.',
    async ({ store, neighbour }) => {
      const other = given(neighbour, 'neighbour');
      const task = await added(store);
      same(await other.get(task.id), task);
      const changed = await other.update(task.id, { state: 'done' }, task);
      same((await store.read()).tasks, [changed]);
    },
    'neighbour',
  ),
];

/** Waits until the change has been told. */
async function calledDuring<Value>(store: TaskStore, change: () => Value | Promise<Value>): Promise<Value> {
  let cancel = () => {};
  const called = new Promise<void>((resolve) => {
    cancel = store.watch(resolve);
  });
  try {
    const value = await change();
    await called;
    return value;
  } finally {
    cancel();
  }
}
