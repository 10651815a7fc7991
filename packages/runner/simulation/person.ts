import type { LandRequest, Task, TaskId } from '@backlog-runner/contracts';
import type { MemoryInbox, MemoryRepository, MemoryStore } from '@backlog-runner/testkit';
import { changedPaths, type Ledger } from './ledger.ts';
import type { Chance } from './random.ts';
import { revertLanding } from './revert-landing.ts';

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
  /** Does one thing that a landing which is about to happen must not take away. Says what. */
  meddle(request: LandRequest): string;
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
    for (const path of [...ledger.edits.keys()]) ledger.committedByPerson(path);
  };
  const edit = (path: string) => {
    count += 1;
    const content = `edit ${count} of a person\n`;
    checkout.write(path, content);
    ledger.edited(path, content);
    return `edits ${path}`;
  };
  const commit = () => {
    count += 1;
    store.files.write(`src/own/${count % 3}.txt`, `${count}\n`);
    commitAll('More work of a person');
    return 'writes and commits';
  };
  const noteOn = (task: Task) => {
    count += 1;
    const mark = `mark ${count}`;
    marks.set(task.id, [...(marks.get(task.id) ?? []), mark]);
    store.edit(task.id, { statusNotes: [...task.statusNotes, mark] });
    return `notes ${mark} on ${task.id}`;
  };
  const askForMore = (task: Task) => {
    count += 1;
    store.edit(task.id, { description: `Rather so: ${count}.` });
    return `changes ${task.id}`;
  };
  const breakFile = (task: Task) => {
    if (broken.has(task.path)) return 'looks around';
    broken.set(task.path, checkout.read(task.path) ?? '');
    checkout.write(task.path, '{ "id": ');
    return `breaks the file of ${task.id}`;
  };
  const reopen = (task: Task) => {
    store.edit(task.id, { state: 'ready' });
    touched.add(task.id);
    return `reopens ${task.id}`;
  };
  const remove = (task: Task) => {
    store.remove(task.id);
    marks.delete(task.id);
    touched.add(task.id);
    ledger.reopened(task.id);
    return `removes ${task.id}`;
  };
  const withTask = (act: (task: Task) => string, state?: Task['state']) => {
    const task = chance.pickOf(tasks().filter((one) => state === undefined || one.state === state));
    return task ? act(task) : 'looks around';
  };
  const workOf = (task: Task) => edit(`${chance.pickOf(task.touchPaths) ?? 'src'}/work.txt`);
  const acts: readonly (() => string)[] = [
    () => edit(chance.pick(['shared.txt', 'src/a/work.txt', 'notes.txt'])),
    () => withTask(workOf),
    () => {
      commitAll('Work of a person');
      return 'commits';
    },
    commit,
    () => withTask(noteOn),
    () => withTask(askForMore, 'ready'),
    () => withTask(reopen, 'failed'),
    () => (chance.happens(0.3) ? withTask(remove) : 'looks around'),
    () => {
      count += 1;
      inbox.append(JSON.stringify({ title: `Idea ${count % 5}`, touch_paths: [`src/idea-${count % 5}`] }));
      return 'has an idea';
    },
    () => {
      inbox.append('no JSON');
      return 'writes nonsense into the inbox';
    },
    () => (chance.happens(0.3) ? withTask(breakFile, 'ready') : 'looks around'),
    () => revertLanding(world, marks, touched),
    () => {
      world.askToStop();
      return 'asks a runner to stop';
    },
  ];
  return {
    marks,
    touched,
    act: () => chance.pick(acts)(),
    meddle({ task: id, onto, tree }) {
      const { objects } = repository;
      const path = chance.pickOf(changedPaths(objects.tree(onto), objects.tree(tree)));
      const task = tasks().find((one) => one.id === id);
      const theirs = task ? [noteOn, noteOn, noteOn, askForMore, remove, breakFile].map((act) => () => act(task)) : [];
      const files = path === undefined ? [] : [() => edit(path), () => edit(path)];
      return chance.pick([commit, ...files, ...theirs])();
    },
    tidy() {
      for (const [path, content] of broken) if (checkout.read(path) === '{ "id": ') checkout.write(path, content);
      broken.clear();
      for (const task of ledger.forgeries) repository.fences.set(task, ledger.highestClaim(task) as never);
      commitAll('Tidy up');
    },
  };
}

function taskIn(path: string, content: string): readonly Task[] {
  if (!path.startsWith('backlog/tasks/')) return [];
  try {
    return [{ ...(JSON.parse(content) as Task), path: path as Task['path'] }];
  } catch {
    return [];
  }
}
