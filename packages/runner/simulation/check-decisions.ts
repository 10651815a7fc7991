import { foldHistory } from '@backlog-runner/contracts';
import { decide } from '../src/decide.ts';
import type { RunnerPolicy } from '../src/index.ts';
import type { Snapshot } from '../src/snapshot.ts';
import type { Chance } from './random.ts';
import type { Scheduler } from './scheduler.ts';
import type { World } from './world.ts';

/** 9: the same facts give the same decisions, in whatever order and however often they are told. */
export async function checkDecisions(
  { parts, record, ledger, leases, repository }: World,
  policy: RunnerPolicy,
  scheduler: Scheduler,
  chance: Chance,
): Promise<void> {
  const run = 'run-observer' as Snapshot['run'];
  const { entries } = await parts.journalOf(run).read();
  const middle = chance.below(entries.length);
  const twoParts = foldHistory(entries.slice(middle), foldHistory(entries.slice(0, middle)));
  const { tasks, problems } = await parts.store.read();
  const held = await leases.list();
  const facts = {
    ...{ run, now: scheduler.now(), working: new Set<never>(), looking: new Set<string>(), restingUntil: new Map() },
    head: repository.head(),
  };
  const one: Snapshot = { ...facts, backlog: { tasks, problems }, history: foldHistory(entries), leases: held };
  const other: Snapshot = {
    ...facts,
    backlog: { tasks: [...chance.shuffled(tasks)], problems },
    history: twoParts,
    leases: chance.shuffled(held),
  };
  const [first, second] = [one, other].map((snapshot) => JSON.stringify(decide(deepFreeze(snapshot), policy)));
  if (first !== second) ledger.breach(9, `one past gives two decisions: ${first} and ${second}`);
  if (record.entries.length !== entries.length) ledger.breach(9, 'reading the journal leaves out what was recorded');
}

function deepFreeze<Value>(value: Value): Value {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  const parts = value instanceof Map ? [...value.values()] : Object.values(value);
  for (const part of parts) deepFreeze(part);
  return value;
}
