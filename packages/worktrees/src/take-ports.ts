import { isBacklogError, type KeptLease, resource, resourcesConflict } from '@backlog-runner/contracts';
import { type SlotLeases, take } from './take-slot.ts';

/** Below the ports that systems hand out by themselves. */
const FIRST_PORT = 21_000;
const PORTS_IN_BLOCK = 10;
const MOST_BLOCKS = 1_000;

export interface TakenPorts {
  readonly lease: KeptLease;
  /** `BACKLOG_PORT` is the first of `BACKLOG_PORT_COUNT` ports that are this workspace's alone. */
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * Ports for the servers that a task's commands start, so that two workspaces never meet on one. Held by a lease that
 * every project of this user on this machine shares; nobody can know what other programs listen on. Undefined where such
 * leases cannot be kept: a task that needs no port must not fail for it.
 */
export async function takePorts(shared: SlotLeases): Promise<TakenPorts | undefined> {
  try {
    return await takeFree(shared);
  } catch (error) {
    if (isBacklogError(error, 'STORAGE_FAILED')) return undefined;
    throw error;
  }
}

async function takeFree(shared: SlotLeases): Promise<TakenPorts | undefined> {
  const held = (await shared.leases.list()).flatMap(({ resources }) => resources);
  for (let block = 0; block < MOST_BLOCKS; block += 1) {
    const key = resource.ports(block);
    if (held.some((taken) => resourcesConflict(taken, key))) continue;
    const lease = await take(shared, key);
    if (lease) return { lease, environment: environmentOf(FIRST_PORT + block * PORTS_IN_BLOCK) };
  }
  return undefined;
}

function environmentOf(first: number): Readonly<Record<string, string>> {
  return { BACKLOG_PORT: String(first), BACKLOG_PORT_COUNT: String(PORTS_IN_BLOCK) };
}
