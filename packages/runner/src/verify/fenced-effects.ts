import type { TaskId } from '@backlog-runner/contracts';
import type { LandingFacts } from './facts.ts';
import { type Scene, short } from './scene.ts';
import { type Verdict, verdict } from './verdict.ts';

/** 2: nothing landed under a fence lower than the highest granted before. */
export function fencedEffects(scene: Scene): Verdict {
  const known = scene.landings.filter(
    ({ attempt, commit }) => scene.attempts.has(attempt) && !scene.brought.has(commit),
  );
  const findings = [...known.flatMap(staleLanding), ...forgottenClaims(scene), ...noClaims(scene)];
  return verdict(
    2,
    'Fenced effects',
    { checked: known.length + scene.attempts.size, findings, notes: unknownClaims(scene) },
    'The order of a claim and a landing is told by whether the claim’s base holds the landing; landings of other machines are not judged.',
  );
}

/** Whoever claims reads the branch afterwards: a landing that it did not see came after its claim. */
function staleLanding({ task, attempt, commit, laterClaims }: LandingFacts): readonly string[] {
  return laterClaims
    .filter(({ holdsLanding }) => !holdsLanding)
    .map((claim) => `${task} landed as ${short(commit)} by ${attempt} after ${claim.attempt} had claimed it`);
}

function forgottenClaims({ attempts, fences }: Scene): readonly string[] {
  return [...attempts.values()].flatMap(({ attempt, task, fence }) => {
    const recorded = fences.get(task) ?? 0;
    return recorded < fence
      ? [`the fence ref of ${task} holds ${recorded || 'nothing'}, although ${attempt} began`]
      : [];
  });
}

function noClaims({ fences }: Scene): readonly string[] {
  return [...fences].flatMap(([task, recorded]) =>
    Number.isNaN(recorded) ? [`${refOf(task)} does not hold the number of a claim: nobody can claim ${task}`] : [],
  );
}

/** A runner may have died between a claim and the record of its attempt. */
function unknownClaims({ fences, attempts, leases }: Scene): readonly string[] {
  const known = Math.max(0, ...[...attempts.values(), ...leases].map(({ fence }) => fence));
  return [...fences].flatMap(([task, recorded]) =>
    recorded > known
      ? [
          `${refOf(task)} holds ${recorded}, and no attempt under it is recorded: its runner died, or somebody else wrote it`,
        ]
      : [],
  );
}

function refOf(task: TaskId): string {
  return `refs/backlog-runner/fences/${task}`;
}
