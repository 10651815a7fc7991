import type { LandingFacts } from './facts.ts';
import { type Scene, short } from './scene.ts';
import { type Verdict, verdict } from './verdict.ts';

/** 7: no landing changed what judges it. */
export function judgeUntouched({ landings: all, brought }: Scene): Verdict {
  const landings = all.filter(({ commit }) => !brought.has(commit));
  const judged = landings.filter(({ protectedPaths }) => protectedPaths !== undefined);
  const left = landings.length - judged.length;
  const notes = left > 0 ? [`${left} landings are of tasks that were changed or removed since: not judged`] : [];
  return verdict(
    7,
    'The judge is not the judged',
    { checked: judged.length, findings: judged.flatMap(changesJudge), notes },
    'Landings made under another config are judged by what every config protects; that validations ran the committed commands is not recorded.',
  );
}

function changesJudge({ task, commit, protectedPaths = [], taskFile }: LandingFacts): readonly string[] {
  const paths = protectedPaths.filter((path) => path !== taskFile?.path);
  return paths.length > 0
    ? [`${task} landed as ${short(commit)} and changed ${paths.join(', ')}, which it may not`]
    : [];
}
