import type { JournalEntry, Task, TaskId, TaskState } from '@backlog-runner/contracts';
import type { Person } from './person.ts';
import type { World } from './world.ts';

export interface ReplayFacts {
  readonly world: World;
  readonly person: Pick<Person, 'touched'>;
  /** The backlog as it began. */
  readonly first: readonly Task[];
}

/** 9: the journal, read again, gives the states that are stored, and every state that is stored is told by the journal. */
export async function checkReplay({ world, person, first }: ReplayFacts): Promise<void> {
  const { ledger, parts, store } = world;
  const { entries } = await parts.journalOf('run-observer' as never).read();
  const { tasks } = await store.read();
  const stored = new Map(tasks.map(({ id, state }) => [id, state]));
  const told = statesTold(entries);
  const began = new Map(first.map(({ id, state }) => [id, state]));
  for (const id of new Set([...began.keys(), ...told.keys(), ...stored.keys()])) {
    const possible = possibleStates(told.get(id) ?? [], began.get(id) ?? 'ready', person.touched.has(id));
    const state = stored.get(id) ?? 'removed';
    if (!possible.includes(state))
      ledger.breach(9, `${id} is ${state}, and by the journal it is ${possible.join(' or ')}`);
  }
}

type State = TaskState | 'removed';

/** Nobody but a person takes a task away from a state that comes later here to an earlier one. */
const IN_ORDER: readonly TaskState[] = ['planned', 'ready', 'failed', 'superseded', 'done'];

/** What a person has reopened, reverted or removed may be what it was before, or any of what was told of it. */
function possibleStates(told: readonly TaskState[], began: TaskState, isTouched: boolean): readonly State[] {
  const all = [began, ...told];
  if (isTouched) return ['removed', 'ready', ...all];
  return IN_ORDER.filter((state) => all.includes(state)).slice(-1);
}

function statesTold(entries: readonly JournalEntry[]): ReadonlyMap<TaskId, readonly TaskState[]> {
  const told = new Map<TaskId, readonly TaskState[]>();
  const tell = (id: TaskId, state: TaskState) => void told.set(id, [...(told.get(id) ?? []), state]);
  for (const entry of entries) {
    if (entry.type === 'task.added') tell(entry.task, 'ready');
    if (entry.type === 'task.landed') tell(entry.task, 'done');
    if (entry.type === 'task.failed') tell(entry.task, 'failed');
    if (entry.type !== 'plan.ended' || entry.outcome.status !== 'landed') continue;
    for (const parent of entry.outcome.superseded) tell(parent, 'superseded');
    for (const child of entry.outcome.children) tell(child, 'ready');
  }
  return told;
}
