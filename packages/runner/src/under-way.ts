import type { EpochMs, TaskId } from '@backlog-runner/contracts';
import { describeError } from './describe-error.ts';
import { hopeless } from './hopeless.ts';
import type { Life } from './one-life.ts';
import { SET_ASIDE, type Snapshot } from './snapshot.ts';
import type { Waker } from './waker.ts';

/** What the loop has begun and what has not ended yet. */
export interface UnderWay {
  /** Begins work on a task. `act` tells whether the task should be left alone for a while afterwards. */
  work(task: TaskId, act: () => Promise<boolean>): void;
  /** Begins a look, likewise. */
  look(key: string, act: () => Promise<boolean>): void;
  now(): Pick<Snapshot, 'working' | 'looking'>;
  /** Resolves when all of it has ended. */
  settled(): Promise<void>;
}

/** After something went wrong with a task outside an attempt, or its landing is held, it is left alone this long. */
export const REST_MS = 15_000;
/** So often in a row before the run ends: it would go on for ever. */
const MOST_FAILURES = 3;

export function createUnderWay({ parts, emit, halt, restingUntil }: Life, waker: Waker): UnderWay {
  const working = new Map<TaskId, Promise<void>>();
  const looking = new Map<string, Promise<void>>();
  const failures = new Map<string, number>();

  const letRest = (key: string) => {
    if (restingUntil.get(key) !== SET_ASIDE) restingUntil.set(key, (parts.system.now() + REST_MS) as EpochMs);
  };
  const ended = (key: string, rests: boolean) => {
    failures.delete(key);
    if (rests) letRest(key);
  };
  const failed = async (key: string, error: unknown) => {
    letRest(key);
    const times = (failures.get(key) ?? 0) + 1;
    failures.set(key, times);
    const message = `${key}: ${describeError(error)}`;
    const stuck = times === MOST_FAILURES ? `${key} failed again and again: ${describeError(error)}` : undefined;
    const reasonToEnd = hopeless(error) ?? stuck;
    if (reasonToEnd !== undefined) halt(reasonToEnd);
    await emit({ type: 'warning', message });
  };
  const begin = <Key extends string>(under: Map<Key, Promise<void>>, key: Key, act: () => Promise<boolean>) => {
    const done = act()
      .then((rests) => ended(key, rests))
      .catch((error: unknown) => failed(key, error))
      .catch((error: unknown) => halt(`events cannot be recorded: ${describeError(error)}`))
      .finally(() => {
        under.delete(key);
        waker.wake();
      });
    under.set(key, done);
  };
  return {
    work: (task, act) => begin(working, task, act),
    look: (key, act) => begin(looking, key, act),
    now: () => ({ working: new Set(working.keys()), looking: new Set(looking.keys()) }),
    async settled() {
      await Promise.all([...working.values(), ...looking.values()]);
    },
  };
}
