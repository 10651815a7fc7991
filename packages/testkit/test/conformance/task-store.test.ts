import { posix } from 'node:path';
import {
  type AddResult,
  BacklogError,
  newTaskId,
  type Revision,
  system,
  type Task,
  type TaskId,
  type TaskPatch,
  type TaskStore,
  type WriteGuard,
} from '@backlog-runner/contracts';
import { type StoreNeed, type StoreSubject, type StoreWorld, taskStoreCases } from '../../src/conformance/index.ts';
import { type MemoryFiles, memoryFiles } from '../../src/memory-files.ts';
import { type MemoryStore, memoryStore } from '../../src/memory-store.ts';
import { type Breaks, describeCases, type Mutant } from './kit.ts';

/** What the stores of one world share. */
interface Shared {
  readonly files: MemoryFiles;
  readonly fences: Map<TaskId, number>;
  /** For what a mutant remembers. */
  readonly notes: Map<TaskId, Revision>;
  readonly watchers: Set<() => void>;
}

const handwritten = {
  path: 'backlog/tasks/by-hand.json',
  id: 'by-hand',
  content: '{ "x_mine": 1, "id": "by-hand", "title": "By hand", "state": "ready", "zz_mine": "last" }',
  marks: ['"x_mine"', '"zz_mine"'],
};

function worldOf(
  makeStore: (sound: MemoryStore, shared: Shared) => TaskStore,
  makeNeighbour = makeStore,
  highestFence = (fences: ReadonlyMap<TaskId, number>, id: TaskId) => fences.get(id) ?? 0,
): StoreWorld {
  const shared = { files: memoryFiles(), fences: new Map(), notes: new Map(), watchers: new Set<() => void>() };
  const { files, fences } = shared;
  const sound = () => memoryStore([], { files, highestFence: (id) => highestFence(fences, id) });
  return {
    store: makeStore(sound(), shared),
    neighbour: makeNeighbour(sound(), shared),
    files: { read: (path) => files.read(path) ?? '', write: files.write },
    grant: (task, fence) => void fences.set(task, fence),
    handwritten,
  };
}

const inMemory: StoreSubject = { open: () => worldOf((sound) => sound) };

type StoreMutant = Mutant<StoreWorld, StoreNeed>;
type Change = (sound: MemoryStore, shared: Shared) => Partial<TaskStore>;

const made = (breaks: Breaks, open: StoreSubject['open']): StoreMutant => ({ breaks, subject: { open } });

const wrapped = (breaks: Breaks, change: Change): StoreMutant =>
  made(breaks, () => worldOf((sound, shared) => ({ ...sound, ...change(sound, shared) })));

/** Answers otherwise than it stores. */
const updating = (
  breaks: Breaks,
  change: (sound: MemoryStore, id: TaskId, patch: TaskPatch, guard: WriteGuard, shared: Shared) => Promise<Task>,
) => wrapped(breaks, (sound, shared) => ({ update: (id, patch, guard) => change(sound, id, patch, guard, shared) }));

const soon = () => new Promise<void>((resolve) => setImmediate(resolve));

const stored = async (sound: TaskStore, id: TaskId): Promise<Task> => {
  const task = await sound.get(id);
  if (!task) throw new BacklogError('TASK_MISSING', 'There is none.');
  return task;
};

const changed = () => new BacklogError('TASK_CHANGED', 'It was changed.');

/** Looks for a twin, and writes a little later. */
const slowAdd = async (sound: MemoryStore, candidate: Parameters<TaskStore['add']>[0]): Promise<AddResult> => {
  const twin = (await sound.read()).tasks.find(({ title }) => title === candidate.title);
  if (twin) return { status: 'duplicate', of: twin.id, title: twin.title };
  await soon();
  return twinned(sound, candidate);
};

/** Adds whatever is there already. */
const twinned = async (sound: MemoryStore, candidate: Parameters<TaskStore['add']>[0]): Promise<AddResult> => {
  const { status } = await sound.renderNew('any' as TaskId, candidate);
  if (status === 'invalid') return { status, message: 'No.' };
  const task = await sound.create(newTaskId(candidate.title, system.token(4)), candidate);
  return { status: 'added', task };
};

/** Checks the guard, and writes a little later. */
const slowUpdate = async (sound: MemoryStore, id: TaskId, patch: TaskPatch, guard: WriteGuard): Promise<Task> => {
  const before = await stored(sound, id);
  if ('revision' in guard && guard.revision !== before.revision) throw changed();
  await soon();
  const { revision } = await stored(sound, id);
  return sound.update(id, patch, 'revision' in guard ? { revision } : guard);
};

/** One call of this store after the other; another store does not wait. */
function inTurn<Value>(): (work: () => Promise<Value>) => Promise<Value> {
  let turn: Promise<unknown> = Promise.resolve();
  return (work) => {
    const result = turn.then(work);
    turn = result.catch(() => {});
    return result;
  };
}

/** The state of a task in the place of its revision. */
const byState = (task: Task): Task => ({ ...task, revision: task.state as string as Revision });
const withRevisionsByState = (sound: MemoryStore): Partial<TaskStore> => ({
  get: async (id) => sound.get(id).then((task) => task && byState(task)),
  read: async () => ({ ...(await sound.read()), tasks: (await sound.read()).tasks.map(byState) }),
  add: async (candidate) => {
    const result = await sound.add(candidate);
    return result.status === 'added' ? { status: 'added', task: byState(result.task) } : result;
  },
  create: async (id, candidate) => byState(await sound.create(id, candidate)),
  update: async (id, patch, guard) => {
    if (!('revision' in guard)) return byState(await sound.update(id, patch, guard));
    const { revision, state } = await stored(sound, id);
    if (guard.revision !== (state as string)) throw changed();
    return byState(await sound.update(id, patch, { revision }));
  },
  async render(task, patch) {
    const { revision, state } = await stored(sound, task.id);
    if (task.revision !== (state as string)) throw changed();
    return sound.render({ ...task, revision }, patch);
  },
});

/** Tells its watchers what its own calls change. */
const watchingCalls = (sound: MemoryStore, watchers: Set<() => void>): Partial<TaskStore> => {
  const telling = <Value>(result: Value): Value => {
    for (const watcher of watchers) watcher();
    return result;
  };
  return {
    add: (candidate) => sound.add(candidate).then(telling),
    update: (id, patch, guard) => sound.update(id, patch, guard).then(telling),
    watch(onChange) {
      const watcher = () => onChange();
      watchers.add(watcher);
      return () => void watchers.delete(watcher);
    },
  };
};

const mutants: readonly StoreMutant[] = [
  wrapped(['add-keeps-what-is-said'], (sound) => ({
    add: (candidate) => sound.add({ ...candidate, capabilities: [] }),
  })),
  wrapped(['added-is-ready'], (sound) => ({
    async add(candidate) {
      const result = await sound.add(candidate);
      if (result.status !== 'added') return result;
      return { status: 'added', task: await sound.update(result.task.id, { state: 'planned' }, result.task) };
    },
  })),
  wrapped(['added-id'], (sound) => ({
    async add(candidate) {
      const result = await sound.add(candidate);
      const isOdd = result.status === 'added' && candidate.title.startsWith('..');
      return isOdd ? { ...result, task: { ...result.task, id: candidate.title as TaskId } } : result;
    },
  })),
  wrapped(
    [
      'get-after-add',
      'create',
      'create-again',
      'guarded-by-revision',
      'neighbours-see-each-other',
      'render-writes-nothing',
      'stale-fence',
      'update',
      'update-leaves-the-rest',
    ],
    (sound) => ({
      get: async (id) => sound.get(id).then((task) => task && { ...task, createdAt: 'long ago' }),
    }),
  ),
  wrapped(['get-missing', 'get-without-reading'], (sound) => ({
    get: async (id) => (await sound.get(id)) ?? (await sound.read()).tasks[0],
  })),
  wrapped(['get-without-reading'], (sound) => ({ get: (id) => sound.get(posix.basename(id) as TaskId) })),
  wrapped(['get-broken'], (sound) => ({
    async get(id) {
      if ((await sound.read()).problems.length > 0) throw new Error('A file is broken.');
      return sound.get(id);
    },
  })),
  wrapped(['read-after-write'], (sound) => {
    let first: ReturnType<TaskStore['read']> | undefined;
    return { read: () => (first ??= sound.read()) };
  }),
  wrapped(['read-in-order'], (sound) => ({
    read: async () => ({ ...(await sound.read()), tasks: [...(await sound.read()).tasks].reverse() }),
  })),
  wrapped(['read-broken'], (sound) => ({
    async read() {
      const backlog = await sound.read();
      if (backlog.problems.some(({ message }) => !message.startsWith('Another'))) throw new Error('A file is broken.');
      return backlog;
    },
  })),
  wrapped(['same-id-twice'], (sound) => ({
    async read() {
      const { tasks, problems } = await sound.read();
      return { tasks, problems: problems.filter(({ message }) => !message.startsWith('Another')) };
    },
  })),
  wrapped(['duplicate', 'concurrent-adds', 'concurrent-adds-of-processes'], (sound) => ({
    add: (candidate) => twinned(sound, candidate),
  })),
  wrapped(['concurrent-adds', 'concurrent-adds-of-processes'], (sound) => ({
    add: (candidate) => slowAdd(sound, candidate),
  })),
  wrapped(['concurrent-adds-of-processes'], (sound) => {
    const next = inTurn<AddResult>();
    return { add: (candidate) => next(() => slowAdd(sound, candidate)) };
  }),
  wrapped(['invalid-candidate'], (sound) => ({
    add: (candidate) => sound.add({ ...candidate, title: candidate.title.trim() || 'Untitled' }),
  })),
  updating(
    ['update', 'create-again', 'neighbours-see-each-other', 'read-after-write'],
    async (sound, id, patch, guard) => {
      const before = await sound.get(id);
      const after = await sound.update(id, patch, guard);
      return { ...after, state: before?.state ?? 'ready' };
    },
  ),
  updating(['notes-are-added'], async (sound, id, patch, guard) => {
    const after = await sound.update(id, patch, guard);
    if (patch.addNotes) sound.edit(id, { statusNotes: patch.addNotes });
    return patch.addNotes ? stored(sound, id) : after;
  }),
  updating(['update-leaves-the-rest'], async (sound, id, patch, guard) => {
    const after = await sound.update(id, patch, guard);
    if (!patch.addNotes) sound.edit(id, { statusNotes: [] });
    return patch.addNotes ? after : stored(sound, id);
  }),
  updating(['superseded-by'], (sound, id, { supersededBy: _, ...patch }, guard) => sound.update(id, patch, guard)),
  updating(['update-missing'], async (sound, id, patch, guard) => {
    if (!(await sound.get(id))) throw new TypeError('task is undefined');
    return sound.update(id, patch, guard);
  }),
  wrapped(['revision-is-stable', 'update-leaves-the-rest'], (sound) => ({
    async get(id) {
      const { tasks } = await sound.read();
      const task = await sound.get(id);
      return task && tasks.length > 1 ? { ...task, revision: `${task.revision}-${tasks.length}` as Revision } : task;
    },
  })),
  wrapped(
    ['revision-names-content', 'guarded-by-revision', 'guarded-from-people', 'render-of-what-changed'],
    withRevisionsByState,
  ),
  updating(['guarded-by-revision', 'guarded-from-people'], async (sound, id, patch, guard) => {
    return sound.update(id, patch, 'revision' in guard && (await sound.get(id)) ? await stored(sound, id) : guard);
  }),
  updating(['guarded-from-people'], async (sound, id, patch, guard, { notes }) => {
    if (!('revision' in guard)) return sound.update(id, patch, guard);
    const known = notes.get(id) ?? guard.revision;
    if (known !== guard.revision) throw changed();
    const task = sound.get(id);
    notes.set(id, 'being written' as Revision);
    const after = await sound.update(id, patch, (await task) ?? guard);
    notes.set(id, after.revision);
    return after;
  }),
  updating(['one-of-two-updates', 'one-of-two-processes'], slowUpdate),
  wrapped(['one-of-two-processes'], (sound) => {
    const next = inTurn<Task>();
    return { update: (id, patch, guard) => next(() => slowUpdate(sound, id, patch, guard)) };
  }),
  updating(['guarded-by-fence', 'fence-of-another'], async (sound, id, patch, guard) => {
    if ('fence' in guard) throw changed();
    return sound.update(id, patch, guard);
  }),
  made(['stale-fence'], () =>
    worldOf(
      (sound) => sound,
      undefined,
      () => 0,
    ),
  ),
  made(['fence-of-another'], () =>
    worldOf(
      (sound) => sound,
      undefined,
      (fences) => Math.max(0, ...fences.values()),
    ),
  ),
  updating(['keeps-what-people-wrote'], async (sound, id, patch, guard, { files }) => {
    const { path } = await sound.update(id, patch, guard);
    const { x_mine, zz_mine, ...known } = JSON.parse(files.read(path) ?? '{}');
    files.write(path, `${JSON.stringify(known, undefined, 2)}\n`);
    return stored(sound, id);
  }),
  wrapped(['render-writes-nothing'], (sound, { files }) => ({
    async render(task, patch) {
      const file = await sound.render(task, patch);
      files.write(file.path, file.content);
      return file;
    },
  })),
  wrapped(['render-of-what-changed'], (sound) => ({
    render: async (task, patch) => sound.render((await sound.get(task.id)) ?? task, patch),
  })),
  wrapped(['render-of-what-is-gone'], (sound) => ({
    async render(task, patch) {
      if (!(await sound.get(task.id))) throw new TypeError('task is undefined');
      return sound.render(task, patch);
    },
  })),
  wrapped(['render-is-the-file'], (sound) => ({
    render: (task, { addNotes: _, ...patch }) => sound.render(task, patch),
  })),
  wrapped(['render-new-is-the-file'], (sound) => ({
    renderNew: (id, candidate) => sound.renderNew(id, { ...candidate, capabilities: [] }),
  })),
  wrapped(['render-new-writes-nothing'], (sound, { files }) => ({
    async renderNew(id, candidate) {
      const rendered = await sound.renderNew(id, candidate);
      if (rendered.status === 'rendered') files.write(rendered.file.path, rendered.file.content);
      return rendered;
    },
  })),
  wrapped(['render-new-invalid'], (sound) => ({
    async renderNew(id, candidate) {
      const rendered = await sound.renderNew(id, candidate);
      if (rendered.status === 'invalid') throw new BacklogError('TASK_INVALID', rendered.message);
      return rendered;
    },
  })),
  wrapped(['render-new-asks-nobody'], (sound) => ({
    async renderNew(id, candidate) {
      const isKnown = (await sound.read()).tasks.some(({ title }) => title === candidate.title);
      return isKnown ? { status: 'invalid', message: 'It is known.' } : sound.renderNew(id, candidate);
    },
  })),
  wrapped(['create'], (sound) => ({ create: (id, candidate) => sound.create(id, { ...candidate, capabilities: [] }) })),
  wrapped(['create-again'], (sound) => ({
    async create(id, candidate) {
      await sound.create(id, candidate);
      sound.edit(id, { title: candidate.title, state: 'ready' });
      return stored(sound, id);
    },
  })),
  wrapped(['create-invalid'], (sound) => ({
    create: (id, candidate) => sound.create(id, { ...candidate, title: candidate.title.trim() || 'Untitled' }),
  })),
  wrapped(['watch', 'watch-ends', 'watch-neighbours', 'watch-people'], () => ({ watch: () => () => {} })),
  wrapped(['watch-people'], (sound, { watchers }) => watchingCalls(sound, watchers)),
  wrapped(['watch-neighbours', 'watch-people'], (sound) => watchingCalls(sound, new Set())),
  wrapped(['watch-ends'], (sound) => ({
    watch(onChange) {
      sound.watch(onChange);
      return () => {};
    },
  })),
  made(['neighbours-see-each-other'], () =>
    worldOf(
      (sound) => sound,
      (sound) => ({ ...sound, get: async () => undefined }),
    ),
  ),
];

describeCases('store', taskStoreCases, inMemory, mutants);
