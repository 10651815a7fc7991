import {
  type Admit,
  type EpochMs,
  type History,
  originOf,
  type RejectedCandidate,
  type Verdict,
} from '@backlog-runner/contracts';
import type { RunnerParts } from './parts.ts';
import type { DiscoveryPolicy } from './policy.ts';

const DAY = 24 * 3_600_000;
/** A rejected idea may be good after that long. */
const REMEMBERED_MS = 30 * DAY;

export type AdmissionParts = Pick<RunnerParts, 'store' | 'admission' | 'pathExists' | 'system'>;

/**
 * The rules by which candidates become tasks, for one reading of the inbox. What a person wrote is admitted as it is: the
 * store refuses what it has already.
 */
export function admitter(
  { store, admission, pathExists = () => true, system }: AdmissionParts,
  discovery: DiscoveryPolicy | undefined,
  past: () => Promise<History>,
): Admit {
  const admittedNow = new Map<string, number>();
  return async (candidate): Promise<Verdict> => {
    const { source } = candidate;
    if (!admission || source.type === 'manual') return { status: 'admitted', candidate };
    const now = system.now();
    const history = await past();
    const origin = originOf(source);
    const pass = source.type === 'pass' ? source.passId : undefined;
    const capPerDay = discovery?.passes.find(({ id }) => id === pass)?.maxPerDay;
    const [verdict] = admission.admit([candidate], {
      tasks: (await store.read()).tasks,
      rejected: rejectedLately(history, now),
      ...(pass === undefined ? {} : { pass }),
      admittedToday: admittedSince(history, origin, now) + (admittedNow.get(origin) ?? 0),
      ...(capPerDay === undefined ? {} : { capPerDay }),
      pathExists,
    });
    if (!verdict) throw new Error('An admission gave no verdict.');
    if (verdict.status === 'admitted') admittedNow.set(origin, (admittedNow.get(origin) ?? 0) + 1);
    return verdict;
  };
}

/** How many candidates of an origin were admitted in the last 24 hours. */
export function admittedSince({ admissions }: History, origin: string, now: EpochMs): number {
  return (admissions.get(origin) ?? []).filter(({ at, isAdmitted }) => isAdmitted && at > now - DAY).length;
}

export function rejectedLately({ rejected }: History, now: EpochMs): readonly RejectedCandidate[] {
  return rejected.filter(({ at }) => at > now - REMEMBERED_MS);
}
