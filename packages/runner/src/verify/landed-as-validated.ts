import type { LandingFacts } from './facts.ts';
import { plansWithCode } from './landed-plans.ts';
import { type Scene, short } from './scene.ts';
import { type Verdict, verdict } from './verdict.ts';

/** 4: what landed is the tree that passed, but for the task's own file. A plan changes only tasks, which nothing validates. */
export function landedAsValidated(scene: Scene): Verdict {
  const known = scene.landings.filter(
    ({ attempt, commit }) => scene.attempts.has(attempt) && !scene.brought.has(commit),
  );
  const gone = known.filter(({ validatedTreeIsGone, sinceValidated }) => validatedTreeIsGone && !sinceValidated);
  const judged = known.filter((landing) => !gone.includes(landing));
  const notes = gone.length > 0 ? [`git has removed the validated trees of ${gone.length} landings`] : [];
  return verdict(
    4,
    'What lands is what was validated',
    {
      checked: judged.length + scene.plans.length,
      findings: [...judged.flatMap(unvalidated), ...plansWithCode(scene)],
      notes,
    },
    'That a tree passed is what the journal says; nothing is validated again. Landings of other machines are not judged.',
  );
}

function unvalidated({ task, commit, paths, sinceValidated, taskFile }: LandingFacts): readonly string[] {
  const others = (list: readonly string[]) => list.filter((path) => path !== taskFile?.path);
  const changed = others(paths);
  if (changed.length === 0) return [];
  const where = `${task} landed as ${short(commit)}`;
  if (!sinceValidated) return [`${where}, and no validation of it is recorded`];
  const different = others(sinceValidated);
  return different.length > 0 ? [`${where} with changes that were not validated: ${different.join(', ')}`] : [];
}
