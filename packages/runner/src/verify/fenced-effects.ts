import type { LandingFacts } from './facts.ts';
import { type Scene, short } from './scene.ts';
import { type Verdict, verdict } from './verdict.ts';

/** 2: nothing landed under a fence lower than the highest granted before. */
export function fencedEffects(scene: Scene): Verdict {
  const known = scene.landings.filter(({ attempt }) => scene.attempts.has(attempt));
  const findings = [...known.flatMap(staleLanding), ...forgottenClaims(scene)];
  return verdict(
    2,
    'Fenced effects',
    { checked: known.length + scene.attempts.size, findings },
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
