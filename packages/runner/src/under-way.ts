import type { TaskId } from '@backlog-runner/contracts';
import type { Life } from './one-life.ts';
import { createSeeThrough } from './see-through.ts';
import type { Snapshot } from './snapshot.ts';
import type { Waker } from './waker.ts';

/** What the loop has begun and what has not ended yet. */
export interface UnderWay {
  /** Begins work on a task. `act` tells whether the task should be left alone for a while afterwards. */
  work(task: TaskId, act: () => Promise<boolean>): void;
  /** Begins a look, likewise. */
  look(key: string, act: () => Promise<boolean>): void;
  now(): Pick<Snapshot, 'working' | 'looking'>;
  /** Resolves when all of it has ended. */
  ended(): Promise<void>;
}

export function createUnderWay(life: Life, waker: Waker): UnderWay {
  const working = new Map<TaskId, Promise<void>>();
  const looking = new Map<string, Promise<void>>();
  const seeThrough = createSeeThrough(life);
  const begin = <Key extends string>(under: Map<Key, Promise<void>>, key: Key, act: () => Promise<boolean>) => {
    const done = seeThrough(key, act).finally(() => {
      under.delete(key);
      waker.wake();
    });
    under.set(key, done);
  };
  return {
    work: (task, act) => begin(working, task, act),
    look: (key, act) => begin(looking, key, act),
    now: () => ({ working: new Set(working.keys()), looking: new Set(looking.keys()) }),
    async ended() {
      await Promise.all([...working.values(), ...looking.values()]);
    },
  };
}
