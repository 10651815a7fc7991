import { resource } from '@backlog-runner/contracts';
import { type Scene, short } from './scene.ts';
import { type Verdict, verdict } from './verdict.ts';

/** 6: no checkout is left half updated, nor with the work of an attempt that is over. */
export function checkoutUntouched({ landingsBegun, landings, held, branch, borrower }: Scene): Verdict {
  const isLanding = held.has(resource.landing(branch));
  const cutShort = landingsBegun.map((commit) => `the landing of ${short(commit)} was cut short`);
  const isWorking = held.has(resource.workspace('checkout'));
  const kept =
    borrower === undefined || isWorking
      ? []
      : [`the checkout still shows the work of ${borrower}: the next start retains it and gives the checkout back`];
  return verdict(
    6,
    'The user’s work is untouched',
    {
      checked: landingsBegun.length + landings.length + (borrower === undefined ? 0 : 1),
      findings: [
        ...(isLanding ? [] : cutShort.map((text) => `${text}: the next start puts the checkout right`)),
        ...kept,
      ],
      notes: isLanding ? cutShort.map((text) => `${text}, or is under way`) : [],
    },
    'No record says what your files, index and stash held before: that they were left alone cannot be shown afterwards.',
  );
}
