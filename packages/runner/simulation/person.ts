import type { CommitId, Task, TaskId } from '@backlog-runner/contracts';
import type { MemoryInbox, MemoryRepository, MemoryStore } from '@backlog-runner/testkit';
import { changedPaths, type Ledger } from './ledger.ts';
import type { Chance } from './random.ts';

export interface PersonWorld {
  readonly repository: MemoryRepository;
  readonly store: MemoryStore;
  readonly inbox: MemoryInbox;
  readonly ledger: Ledger;
  readonly chance: Chance;
  readonly askToStop: () => void;
}

/** A person at work in the same repository. */
export interface Person {
  /** Does one thing. Says what. */
  act(): string;
  /** Puts right what only a person can: commits edits, mends broken files, removes what forged claims. */
  tidy(): void;
  /** What a person has written into task files, and nobody else may take away. */
  readonly marks: ReadonlyMap<TaskId, readonly string[]>;
  /** The tasks whose state a person has changed: reopened, reverted, removed. */
  readonly touched: ReadonlySet<TaskId>;
}

export function createPerson(world: PersonWorld): Person {
  const { repository, store, inbox, ledger, chance } = world;
  const { checkout } = repository;
  const marks = new Map<TaskId, string[]>();
  const touched = new Set<TaskId>();
  const broken = new Map<string, string>();
  let count = 0;

  const tasks = () => store.files.entries().flatMap(([path, content]) => taskIn(path, content));
  const commitAll = (subject: string) => {
    repository.commit(subject);
    for (const path of [...ledger.edits.keys()]) ledger.settledByPerson(path);
  };
  const edit = (path: string) => {
    count += 1;
    const content = `edit ${count} of a person\n`;
    checkout.write(path, content);
    ledger.edited(path, content);
    return `edits ${path}`;
  };
  const acts: readonly (() => string)[] = [
    () => edit(chance.pick(['shared.txt', 'src/a/work.txt', 'notes.txt'])),
    () => {
      commitAll('Work of a person');
      return 'commits';
    },
    () => {
      count += 1;
      store.files.write(`src/own/${count % 3}.txt`, `${count}\n`);
      commitAll('More work of a person');
      return 'writes and commits';
    },
    () => {
      const task = chance.pickOf(tasks());
      if (!task) return 'looks around';
      count += 1;
      const mark = `mark ${count}`;
      marks.set(task.id, [...(marks.get(task.id) ?? []), mark]);
      store.edit(task.id, { statusNotes: [...task.statusNotes, mark] });
      return `notes ${mark} on ${task.id}`;
    },
    () => {
      const task = chance.pickOf(tasks().filter(({ state }) => state === 'ready'));
      if (!task) return 'looks around';
      count += 1;
      store.edit(task.id, { description: `Rather so: ${count}.` });
      return `changes ${task.id}`;
    },
    () => {
      const task = chance.pickOf(tasks().filter(({ state }) => state === 'failed'));
      if (!task) return 'looks around';
      store.edit(task.id, { state: 'ready' });
      touched.add(task.id);
      return `reopens ${task.id}`;
    },
    () => {
      const task = chance.pickOf(tasks());
      if (!task || !chance.happens(0.3)) return 'looks around';
      store.remove(task.id);
      marks.delete(task.id);
      touched.add(task.id);
      ledger.reopened(task.id);
      return `removes ${task.id}`;
    },
    () => {
      count += 1;
      inbox.append(JSON.stringify({ title: `Idea ${count % 5}`, touch_paths: [`src/idea-${count % 5}`] }));
      return 'has an idea';
    },
    () => {
      inbox.append('no JSON');
      return 'writes nonsense into the inbox';
    },
    () => {
      const task = chance.pickOf(tasks().filter(({ state }) => state === 'ready'));
      if (!task || broken.has(task.path) || !chance.happens(0.3)) return 'looks around';
      broken.set(task.path, checkout.read(task.path) ?? '');
      checkout.write(task.path, '{ "id": ');
      return `breaks the file of ${task.id}`;
    },
    () => revert(world, marks, touched),
    () => {
      world.askToStop();
      return 'asks a runner to stop';
    },
  ];
  return {
    marks,
    touched,
    act: () => chance.pick(acts)(),
    tidy() {
      for (const [path, content] of broken) if (checkout.read(path) === '{ "id": ') checkout.write(path, content);
      broken.clear();
      for (const task of ledger.forgeries) repository.fences.set(task, ledger.highestClaim(task) as never);
      commitAll('Tidy up');
    },
  };
}

const TASK_FILE = /^backlog\/tasks\/(.+)\.yaml$/;

function taskIn(path: string, content: string): readonly Task[] {
  if (!path.startsWith('backlog/tasks/')) return [];
  try {
    return [{ ...(JSON.parse(content) as Task), path: path as Task['path'] }];
  } catch {
    return [];
  }
}

/** Reverts a landing as git does: only where nothing was changed since, in the branch and in the checkout. */
function revert(
  { repository, ledger, chance }: PersonWorld,
  marks: Map<TaskId, string[]>,
  touched: Set<TaskId>,
): string {
  const { objects, checkout, refs, branch } = repository;
  const commit = chance.pickOf(repository.history().filter(({ message }) => message.trailers.length > 0));
  const [parent] = commit?.parents ?? [];
  if (!commit || parent === undefined) return 'looks around';
  const task = commit.message.trailers.find(([name]) => name === 'Backlog-Task')?.[1] as TaskId | undefined;
  const [before, after] = [objects.tree(parent), objects.tree(commit.id)];
  const head = objects.tree(repository.head());
  const paths = changedPaths(before, after);
  if (paths.some((path) => head.get(path) !== after.get(path) || checkout.read(path) !== head.get(path)))
    return 'looks around';
  const next = new Map(head);
  for (const path of paths) {
    const content = before.get(path);
    if (content === undefined) {
      next.delete(path);
      checkout.remove(path);
    } else {
      next.set(path, content);
      checkout.write(path, content);
    }
  }
  const message = { subject: 'Revert', body: `This reverts commit ${commit.id}.`, trailers: [] };
  const parents: readonly CommitId[] = [repository.head()];
  refs.set(branch, objects.addCommit({ tree: objects.addTree(next), parents, message }));
  for (const path of paths) {
    const [, id] = TASK_FILE.exec(path) ?? [];
    if (id !== undefined) touched.add(id as TaskId);
  }
  if (task !== undefined) touched.add(task);
  if (task !== undefined && ledger.standing(task) === commit.id) {
    ledger.reverted(task);
    marks.delete(task);
  }
  return `reverts ${task ?? 'a plan'}`;
}
