import type { RunId } from '@backlog-runner/contracts';
import { followJournal, type Past } from './follow-journal.ts';
import type { RunnerParts } from './parts.ts';
import type { Snapshot } from './snapshot.ts';

/** Reads everything a decision needs. Costs what is new in the journal, not what there is. */
export interface Observer extends Past {
  observe(memory: Pick<Snapshot, 'working' | 'looking' | 'restingUntil'>): Promise<Snapshot>;
}

export function createObserver(
  { store, leases, journal, landing, system }: Pick<RunnerParts, 'store' | 'leases' | 'journal' | 'landing' | 'system'>,
  run: RunId,
): Observer {
  const past = followJournal(journal, run);
  return {
    ...past,
    async observe({ working, looking, restingUntil }) {
      const history = await past.history();
      const held = await leases.list();
      const backlog = await store.read();
      const head = await landing.head().catch(() => undefined);
      return {
        run,
        now: system.now(),
        backlog,
        history,
        leases: held,
        working: new Set(working),
        looking: new Set(looking),
        restingUntil: new Map(restingUntil),
        ...(head === undefined ? {} : { head }),
      };
    },
  };
}
