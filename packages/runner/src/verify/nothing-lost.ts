import type { AttemptRecord, AttemptResult } from '@backlog-runner/contracts';
import { type Scene, short } from './scene.ts';
import { type Verdict, verdict } from './verdict.ts';

/** 5: what an attempt wrote is a commit under a ref. */
export function nothingLost(scene: Scene): Verdict {
  const records = [...scene.attempts.values()];
  const open = records.filter(({ endedAt, run }) => endedAt === undefined && !scene.isLive(run));
  return verdict(
    5,
    'Nothing is lost',
    {
      checked: scene.retained.length + records.length,
      findings: [...lost(scene), ...records.flatMap((record) => unretained(record, scene))],
      notes: open.map(({ attempt }) => `${attempt} was cut off by the death of its runner: the next start closes it`),
    },
    'An attempt that ended before anything was retained is taken to have written nothing; files that git ignores are not kept.',
  );
}

function lost({ retained, attempts }: Scene): readonly string[] {
  return retained
    .filter(({ attempt, standing }) => standing !== 'kept' && attempts.get(attempt)?.collectedAt === undefined)
    .map(({ attempt, ref, commit, standing }) =>
      standing === 'missing'
        ? `the commit ${short(commit)} of ${attempt} is not there any more`
        : `${ref} does not hold ${short(commit)} of ${attempt}`,
    );
}

function unretained({ attempt, result, retained }: AttemptRecord, { landings }: Scene): readonly string[] {
  if (!result || retained || !needsWork(result)) return [];
  const landing = landings.find((candidate) => candidate.attempt === attempt);
  const changedNothing = landing?.paths.every((path) => path === landing.taskFile?.path) ?? result.status === 'landed';
  return changedNothing ? [] : [`${attempt} wrote something and nothing of it was retained`];
}

/** Results that an attempt without any change cannot have. */
function needsWork(result: AttemptResult): boolean {
  if (result.status === 'refused')
    return result.by === 'validation' || result.by === 'protected-paths' || result.by === 'conflict';
  return result.status === 'landed';
}
