import { awaitedBy, foldHistory, type Task } from '@backlog-runner/contracts';
import type { Life } from './life.ts';
import type { Person } from './person.ts';
import type { World } from './world.ts';

export interface EndFacts {
  readonly world: World;
  readonly person: Person;
  /** The run that worked last, alone and without trouble. */
  readonly last: Life;
}

/** A run may be taken for dead several times, when it loses its presence or others die of cleaning up. */
const MOST_RECOVERIES = 15;

/** What has to hold once everything is quiet. */
export async function checkEnd({ world, person, last }: EndFacts): Promise<void> {
  const { ledger, repository, parts, record, store } = world;
  const { tasks } = await store.read();
  const known = new Map(tasks.map((task) => [task.id, task]));
  const { entries } = await parts.journalOf(last.run).read();
  const history = foldHistory(entries);
  for (const task of tasks) {
    const isFree = awaitedBy(task, known).every((id) => known.get(id)?.state === 'done');
    if (task.state === 'ready' && isFree) ledger.breach(8, `${task.id} could run and nobody is left to do it`);
    if (task.state === 'done' && !isLanded(task, world)) ledger.breach(3, `${task.id} is done and never landed`);
    if (task.state !== 'done' && ledger.standing(task.id) !== undefined) {
      ledger.breach(3, `${task.id} landed and is ${task.state}`);
    }
    for (const mark of person.marks.get(task.id) ?? []) {
      if (!task.statusNotes.includes(mark)) ledger.breach(6, `what a person noted on ${task.id} is gone: ${mark}`);
    }
  }
  const told = new Set(entries.flatMap((entry) => (entry.type === 'task.landed' ? [entry.commit] : [])));
  for (const { id, message } of repository.history()) {
    const isLanding = message.trailers.some(([name]) => name === 'Backlog-Task');
    if (isLanding && !told.has(id)) ledger.breach(9, `the journal does not tell of the landing ${id}`);
  }
  for (const [task, { attempts }] of history.tasks) {
    for (const { attempt, endedAt } of attempts)
      if (endedAt === undefined) ledger.breach(9, `${attempt} of ${task} never ended`);
  }
  for (const inquiry of history.inquiries.keys()) ledger.breach(9, `the look ${inquiry} never ended`);
  for (const { run, endedAt, recoveredAt } of history.runs.values()) {
    if (endedAt === undefined && recoveredAt === undefined) ledger.breach(10, `nobody cleaned up after ${run}`);
  }
  const recoveries = new Map<string, number>();
  for (const entry of entries) {
    if (entry.type === 'run.recovered') recoveries.set(entry.of, (recoveries.get(entry.of) ?? 0) + 1);
  }
  for (const [run, count] of recoveries) {
    if (count > MOST_RECOVERIES) ledger.breach(8, `${run} was cleaned up after ${count} times`);
  }
  for (const directory of repository.directories.keys()) ledger.breach(10, `${directory} is still open`);
  for (const { resources } of await world.leases.list()) ledger.breach(10, `${resources.join(', ')} is still leased`);
  for (const { name } of world.machine.running()) ledger.breach(10, `${name} still runs`);
  for (const entry of record.entries) {
    if (entry.type === 'warning' && /\ba bug\b/.test(entry.message)) ledger.breach(0, entry.message);
  }
}

function isLanded({ id }: Task, { ledger }: World): boolean {
  return ledger.standing(id) !== undefined;
}
