import type { EpochMs } from '@backlog-runner/contracts';
import { describeError } from './describe-error.ts';
import { hopeless } from './hopeless.ts';
import type { Life } from './one-life.ts';
import { SET_ASIDE } from './snapshot.ts';

/** After something went wrong with a task outside an attempt, or its landing is held, it is left alone this long. */
export const REST_MS = 15_000;
/** So often in a row before the run ends: it would go on for ever. */
const MOST_FAILURES = 3;

/** Sees something through to its end. It tells whether it should be left alone for a while afterwards. Never throws. */
export type SeeThrough = (key: string, act: () => Promise<boolean>) => Promise<void>;

/** What fails is told and left alone for a while; what fails again and again, or is hopeless, ends the run. */
export function createSeeThrough({ parts, emit, halt, restingUntil }: Life): SeeThrough {
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
    const reason = reasonToEnd(key, error, times);
    if (reason !== undefined) halt(reason);
    await emit({ type: 'warning', message: `${key}: ${describeError(error)}` });
  };
  return (key, act) =>
    act()
      .then((rests) => ended(key, rests))
      .catch((error: unknown) => failed(key, error))
      .catch((error: unknown) => halt(`events cannot be recorded: ${describeError(error)}`));
}

function reasonToEnd(key: string, error: unknown, times: number): string | undefined {
  const isStuck = times === MOST_FAILURES;
  return hopeless(error) ?? (isStuck ? `${key} failed again and again: ${describeError(error)}` : undefined);
}
