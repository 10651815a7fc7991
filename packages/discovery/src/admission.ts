import type { Admission, AdmissionFacts, Candidate, RepoPath, Verdict } from '@backlog-runner/contracts';
import { brokenRule, quoted } from './candidate-rules.ts';
import { type Reason, whatIsKnown } from './what-is-known.ts';

/**
 * Admits what a person could add, what is new, and no more than the cap. Which of two like candidates is admitted, and
 * which are within the cap, depends on their order; nothing else does.
 */
export function admission(): Admission {
  const known = whatIsKnown();
  return {
    admit(candidates, facts) {
      known.learn(facts);
      let left = (facts.capPerDay ?? Number.POSITIVE_INFINITY) - facts.admittedToday;
      return candidates.map((candidate, at): Verdict => {
        const refusal =
          ruledOut(candidate, facts) ?? known.repeatedBy(candidate) ?? (left < 1 ? overCap(facts) : undefined);
        if (refusal) return { status: 'rejected', candidate, ...refusal };
        left -= 1;
        if (at < candidates.length - 1) known.learnFor(candidate);
        return { status: 'admitted', candidate };
      });
    },
  };
}

function ruledOut(candidate: Candidate, { tasks, pathExists }: AdmissionFacts): Reason | undefined {
  const broken = brokenRule(candidate);
  if (broken !== undefined) return { reason: broken };
  const made = candidate.touchPaths.find((path) => !isPlausible(path, pathExists));
  if (made !== undefined) return { reason: `Neither its path ${quoted(made)} nor a directory above it exists.` };
  const missing = candidate.dependsOn.find((id) => !tasks.some((task) => task.id === id));
  return missing === undefined
    ? undefined
    : { reason: `It depends on ${quoted(missing)}, which is not in the backlog.` };
}

/** A file or one directory may be new; a whole tree that starts nowhere was made up. */
function isPlausible(path: RepoPath, exists: (path: RepoPath) => boolean): boolean {
  const parts = path.split('/');
  if (parts.length <= 2) return true;
  return parts.some((_, index) => exists(parts.slice(0, parts.length - index).join('/') as RepoPath));
}

function overCap({ capPerDay = 0, pass }: AdmissionFacts): Reason {
  const whose = pass === undefined ? '' : ` of the pass ${quoted(pass)}`;
  return { reason: `No more than ${capPerDay} candidates${whose} are admitted a day.`, mayComeAgain: true };
}
