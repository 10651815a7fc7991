import { type AttemptId, type JournalEntry, resourcesConflict, taskOfLease } from '@backlog-runner/contracts';
import type { Scene } from './scene.ts';
import { type Verdict, verdict } from './verdict.ts';

type Started = Extract<JournalEntry, { type: 'attempt.started' }>;

/** 1: at most one live lease per task, and fences that only grow. */
export function singleOwner(scene: Scene): Verdict {
  const started = scene.entries.filter((entry): entry is Started => entry.type === 'attempt.started');
  const findings = [...liveConflicts(scene), ...sharedFences(started), ...overlapsWithinRuns(scene)];
  return verdict(
    1,
    'Single owner',
    { checked: scene.leases.length + started.length, findings },
    'The journal does not record when a lease ended, so attempts of different runs that overlap are judged by their effects alone (promise 2).',
  );
}

function liveConflicts({ leases, fences }: Scene): readonly string[] {
  const conflicts = leases.flatMap((left, at) =>
    leases
      .slice(at + 1)
      .filter((right) => left.resources.some((one) => right.resources.some((other) => resourcesConflict(one, other))))
      .map((right) => `the leases ${left.fence} and ${right.fence} both live and cover the same`),
  );
  const stale = leases.flatMap((lease) => {
    const task = taskOfLease(lease);
    const recorded = task === undefined ? 0 : (fences.get(task) ?? 0);
    return lease.fence < recorded ? [`${task} is leased under ${lease.fence}, after ${recorded} was recorded`] : [];
  });
  return [...conflicts, ...stale];
}

function sharedFences(started: readonly Started[]): readonly string[] {
  const owners = new Map<number, AttemptId>();
  return started.flatMap(({ fence, attempt }) => {
    const other = owners.get(fence);
    owners.set(fence, attempt);
    return other === undefined ? [] : [`the fence ${fence} was granted twice: to ${other} and to ${attempt}`];
  });
}

/**
 * Within one run the order of events is exact, whatever the clocks did. An attempt that another run closed, because it took
 * this one for dead, was over some time before.
 */
function overlapsWithinRuns({ entries, attempts }: Scene): readonly string[] {
  const last = new Map<string, { fence: number; attempt: AttemptId; isOpen: boolean }>();
  const findings: string[] = [];
  const isClosedByOthers = (attempt: AttemptId) =>
    entries.some(
      (entry) =>
        entry.type === 'attempt.ended' && entry.attempt === attempt && entry.run !== attempts.get(attempt)?.run,
    );
  for (const entry of entries) {
    if (entry.type !== 'attempt.started' && entry.type !== 'attempt.ended') continue;
    const key = `${entry.run} ${entry.task}`;
    const before = last.get(key);
    if (entry.type === 'attempt.ended') {
      if (before?.attempt === entry.attempt) before.isOpen = false;
      continue;
    }
    const { attempt, fence } = entry;
    if (before?.isOpen && !isClosedByOthers(before.attempt))
      findings.push(`${attempt} began before ${before.attempt} of the same run had ended`);
    if (before && before.fence >= fence) findings.push(`${attempt} follows ${before.attempt}: the fence did not grow`);
    last.set(key, { fence, attempt, isOpen: true });
  }
  return findings;
}
