import type { Life } from './life.ts';
import type { Scheduler } from './scheduler.ts';
import type { World } from './world.ts';

/** 10: a run that has ended left nothing behind. */
export async function checkExit(
  life: Life,
  { leases, ledger, machine, repository, users }: World,
  scheduler: Scheduler,
): Promise<void> {
  const { run } = life;
  const breach = (text: string) => ledger.breach(10, `${run} has ended and ${text}`);
  const { steps, timers } = scheduler.openOf(life);
  const left = steps.filter((what) => !what.endsWith('.watch'));
  if (left.length > 0) breach(`still does ${left.join(', ')}`);
  if (timers > 0) breach(`left ${timers} timers`);
  if (life.watches > 0) breach(`still watches ${life.watches} things`);
  const agents = machine.running().filter((process) => process.run === run);
  if (agents.length > 0) breach(`left ${agents.map(({ name }) => name).join(', ')}`);
  if (life.failures > 0) return;
  const open = [...repository.directories.keys()].filter((directory) => users.get(directory) === run);
  if (open.length > 0) breach(`left ${open.join(', ')} open`);
  const held = (await leases.list()).filter(({ holder }) => (holder as string) === run);
  if (held.length > 0) breach(`still holds ${held.flatMap(({ resources }) => resources).join(', ')}`);
}
