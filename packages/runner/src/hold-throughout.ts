import { type KeptLease, keepLease, type LeaseManager, pause, type System } from '@backlog-runner/contracts';

export interface Throughout {
  readonly leases: LeaseManager;
  readonly system: System;
  readonly onLost: () => void;
  readonly onHeldAgain: () => void;
}

const RETRY_MS = 1_000;

/**
 * Holds a lease until the end: whenever it is lost, it is asked for until it is there again. Undefined when somebody else
 * has it at the beginning.
 */
export async function holdThroughout(
  request: Parameters<LeaseManager['acquire']>[0],
  { leases, system, onLost, onHeldAgain }: Throughout,
): Promise<{ readonly end: () => Promise<void> } | undefined> {
  const ended = new AbortController();
  const hold = async (): Promise<KeptLease | undefined> => {
    const lease = await leases.acquire(request);
    if (!lease) return undefined;
    const held = keepLease({ leases, lease, ttlMs: request.ttlMs, system });
    held.signal.addEventListener('abort', () => {
      onLost();
      kept = holdAgain(held);
    });
    return held;
  };
  const holdAgain = async (lost: KeptLease): Promise<KeptLease | undefined> => {
    // Lost by its own clock alone it still stands, in the way of the next one.
    await lost.end();
    while (!ended.signal.aborted) {
      const held = await hold().catch(() => undefined);
      if (held) {
        onHeldAgain();
        return held;
      }
      await pause(system, RETRY_MS, ended.signal);
    }
    return undefined;
  };
  let kept = hold();
  if (!(await kept)) return undefined;
  return {
    async end() {
      ended.abort();
      await (await kept)?.end();
    },
  };
}
