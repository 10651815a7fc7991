import { pause } from '@backlog-runner/contracts';
import { allRefs } from './all-refs.ts';
import { checkoutFacts } from './checkout-facts.ts';
import type { Facts, Fingerprint } from './escapes-between.ts';
import type { FileFact } from './file-facts.ts';
import { gitConfigFacts, hookFacts } from './git-dir-facts.ts';
import { filesUnderWay, isLandingUnderWay } from './landings-under-way.ts';
import type { Checkout, Repository } from './repository.ts';
import { workspaceFacts } from './workspace-facts.ts';

export interface Surroundings {
  readonly repository: Repository;
  /** The full name of the target branch. */
  readonly branch: string;
  /** The user's checkouts that are watched. */
  readonly checkouts: readonly Checkout[];
  readonly fact: FileFact;
}

export interface Look {
  readonly fingerprint: Fingerprint;
  /** Files of landings that were cut off, or take very long. */
  readonly unsettled: ReadonlySet<string>;
}

const MOST_LOOKS = 20;
export const LOOK_AGAIN_MS = 100;

/** Looks when no landing is half done, which takes a moment. One that a dead runner left is not waited for longer. */
export async function lookAround(surroundings: Surroundings): Promise<Look> {
  const { repository, branch } = surroundings;
  const { refs, system } = repository;
  for (let looks = 1; ; looks += 1) {
    const isLast = looks === MOST_LOOKS;
    if (isLast || !(await isLandingUnderWay(repository))) {
      const fingerprint = await takeFingerprint(surroundings);
      const isCalm =
        !(await isLandingUnderWay(repository)) && fingerprint.refs.get(branch) === (await refs.read(branch));
      if (isCalm || isLast) return { fingerprint, unsettled: isCalm ? new Set() : await filesUnderWay(repository) };
    }
    await pause(system, LOOK_AGAIN_MS * (0.5 + system.random()));
  }
}

async function takeFingerprint({ repository, checkouts, fact }: Surroundings): Promise<Fingerprint> {
  const refs = await allRefs(repository);
  const [hooks, gitConfig, workspaces, ...shown] = await Promise.all([
    hookFacts(repository, fact),
    gitConfigFacts(repository, checkouts, fact),
    workspaceFacts(repository, fact),
    ...checkouts.map((checkout) => checkoutFacts(repository, checkout, fact)),
  ]);
  const heads = checkouts.map((checkout, at): Facts => {
    const name = checkout.gitDir === repository.checkout.gitDir ? 'HEAD' : `HEAD of ${checkout.directory}`;
    return new Map([[name, shown[at]?.head ?? '']]);
  });
  return {
    checkout: joined(shown.map(({ files }) => files)),
    index: joined(shown.map(({ staged }) => staged)),
    refs: joined([refs, ...heads]),
    hooks,
    gitConfig,
    workspaces,
  };
}

function joined(facts: readonly Facts[]): Facts {
  return new Map(facts.flatMap((some) => [...some]));
}
