import { acceptanceRate, type EpochMs, type History, originOf, resource } from '@backlog-runner/contracts';
import type { Looks } from './look-decision.ts';
import { passKey } from './look-key.ts';
import type { PassPolicy, RunnerPolicy } from './policy.ts';
import { discovererOf } from './route-agent.ts';
import type { Snapshot } from './snapshot.ts';

const DAY = 24 * 3_600_000;

/**
 * Which passes have their turn now, and when the next one may. With `once` only what is due now counts: nobody waits for
 * a pass.
 */
export function decidePasses(
  snapshot: Snapshot,
  policy: RunnerPolicy,
  queue: number,
  pausedUntil: (provider: string) => EpochMs | 'stopped' | undefined,
): Looks {
  const { discovery, once, only } = policy;
  if (!discovery || only) return { now: [], later: [] };
  const looks = discovery.passes.map((pass): Looks => {
    if (snapshot.looking.has(passKey(pass.id))) return { now: [], later: [undefined] };
    if (pass.trigger === 'manual' || (pass.trigger === 'low-queue' && queue >= discovery.readyMark)) return NEVER;
    const at = dueAt(pass, snapshot, once, pausedUntil(discovererOf(pass, policy).provider));
    if (at === undefined) return NEVER;
    return at <= snapshot.now
      ? { now: [{ kind: 'pass', pass }], later: [undefined] }
      : { now: [], later: once ? [] : [at] };
  });
  return { now: looks.flatMap(({ now }) => now), later: looks.flatMap((look) => look.later) };
}

const NEVER: Looks = { now: [], later: [] };

/** When a pass may have its next turn, as far as is known now. Undefined: not before something else happens. */
function dueAt(
  pass: PassPolicy,
  { history, head, leases, restingUntil, now }: Snapshot,
  once: boolean,
  providerRests: EpochMs | 'stopped' | undefined,
): EpochMs | undefined {
  const key = resource.pass(pass.id);
  const taken = leases.find(({ resources }) => resources.includes(key));
  const rested = restingUntil.get(passKey(pass.id));
  if (providerRests === 'stopped' || (once && rested !== undefined)) return undefined;
  const past = history.passes.get(pass.id);
  const pace = paceOf(pass, history);
  const next = past?.endedAt === undefined ? 0 : past.endedAt + pace;
  const at = Math.max(next, rested ?? 0, taken?.expiresAt ?? 0, providerRests ?? 0, capEnds(pass, history, now));
  // What it has looked at in vain it does not look at again; only looking whether that has changed costs nothing.
  const hasLooked = past?.base !== undefined && past.base === head && past.fruitlessInARow > 0;
  if (head === undefined || (hasLooked && pass.trigger === 'low-queue')) return Math.max(at, now + pace) as EpochMs;
  return at as EpochMs;
}

/** The time between two turns: longer the less of what the pass proposes is admitted. */
export function paceOf({ id, everyMs }: Pick<PassPolicy, 'id' | 'everyMs'>, history: History): number {
  const rate = acceptanceRate(history.admissions.get(originOf({ type: 'pass', passId: id })) ?? []) ?? 1;
  const slower = rate >= 0.5 ? 1 : rate >= 0.25 ? 2 : 4;
  const fruitless = history.passes.get(id)?.fruitlessInARow ?? 0;
  return everyMs * Math.min(slower * 2 ** fruitless, MOST_TIMES_SLOWER);
}

const MOST_TIMES_SLOWER = 16;

/** When the admissions of the last 24 hours leave room for one more. */
function capEnds({ id, maxPerDay }: PassPolicy, { admissions }: History, now: EpochMs): number {
  const records = admissions.get(originOf({ type: 'pass', passId: id })) ?? [];
  const recent = records.filter(({ at, isAdmitted }) => isAdmitted && at > now - DAY);
  const last = recent[recent.length - maxPerDay];
  return recent.length < maxPerDay ? 0 : (last?.at ?? now) + DAY;
}
