import { resource } from '@backlog-runner/contracts';
import { type Scene, short } from './scene.ts';
import { type Verdict, verdict } from './verdict.ts';

/** 6: no checkout is left half updated. */
export function checkoutUntouched({ landingsBegun, landings, held, branch }: Scene): Verdict {
  const isLanding = held.has(resource.landing(branch));
  const cutShort = landingsBegun.map((commit) => `the landing of ${short(commit)} was cut short`);
  return verdict(
    6,
    'The user’s work is untouched',
    {
      checked: landingsBegun.length + landings.length,
      findings: isLanding ? [] : cutShort.map((text) => `${text}: the next start puts the checkout right`),
      notes: isLanding ? cutShort.map((text) => `${text}, or is under way`) : [],
    },
    'No record says what your files, index and stash held before: that they were left alone cannot be shown afterwards.',
  );
}
