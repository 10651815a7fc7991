import { checkoutUntouched } from './verify/checkout-untouched.ts';
import { cleanExit } from './verify/clean-exit.ts';
import type { VerifyFacts } from './verify/facts.ts';
import { fencedEffects } from './verify/fenced-effects.ts';
import { judgeUntouched } from './verify/judge-untouched.ts';
import { landedAsValidated } from './verify/landed-as-validated.ts';
import { landedOnce } from './verify/landed-once.ts';
import { nothingLost } from './verify/nothing-lost.ts';
import { replay } from './verify/replay.ts';
import { sceneOf } from './verify/scene.ts';
import { singleOwner } from './verify/single-owner.ts';
import type { Verdict } from './verify/verdict.ts';

/** What the records show of each of the ten promises, in their order. Pure: the same facts give the same verdicts. */
export function verify(facts: VerifyFacts): readonly Verdict[] {
  const scene = sceneOf(facts);
  return [
    singleOwner(scene),
    fencedEffects(scene),
    landedOnce(scene),
    landedAsValidated(scene),
    nothingLost(scene),
    checkoutUntouched(scene),
    judgeUntouched(scene),
    PROGRESS,
    replay(scene),
    cleanExit(scene),
  ];
}

const PROGRESS: Verdict = {
  promise: 8,
  title: 'Progress',
  status: 'not-provable',
  checked: 0,
  findings: [],
  notes: [],
  limits: 'No record says when a task became runnable, so that it started at once cannot be shown afterwards.',
};
