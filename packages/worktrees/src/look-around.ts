import { pause } from '@backlog-runner/contracts';
import { allRefs } from './all-refs.ts';
import { type CheckoutFacts, checkoutFacts } from './checkout-facts.ts';
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
  readonly shown: Shown;
  /** No landing was under way. */
  readonly isCalm: boolean;
  /** Files of landings that were cut off, or take very long. */
  readonly unsettled: ReadonlySet<string>;
}

/** What the checkouts show. Landings do not change it, so it is what they show also after the next one. */
export interface Shown {
  /** When that was looked at, on the monotonic clock. */
  readonly at: number;
  /** Where the target branch was. */
  readonly branchAt: string | undefined;
  readonly checkouts: readonly Checkout[];
  /** In the order of the checkouts. */
  readonly facts: readonly CheckoutFacts[];
}

const MOST_LOOKS = 20;
export const LOOK_AGAIN_MS = 100;

/**
 * Looks when no landing is half done, which takes a moment. One that a dead runner left is not waited for longer. What
 * the checkouts show is not looked at when it is known.
 */
export async function lookAround(surroundings: Surroundings, known?: Shown): Promise<Look> {
  const { repository, branch, checkouts } = surroundings;
  const { refs, system } = repository;
  for (let looks = 1; ; looks += 1) {
    const isLast = looks === MOST_LOOKS;
    if (isLast || !(await isLandingUnderWay(repository))) {
      const at = system.monotonic();
      const { fingerprint, facts } = await takeFingerprint(surroundings, known);
      const branchAt = fingerprint.refs.get(branch);
      const isCalm = !(await isLandingUnderWay(repository)) && branchAt === (await refs.read(branch));
      const unsettled: ReadonlySet<string> = isCalm ? new Set() : await filesUnderWay(repository);
      if (isCalm || isLast)
        return { fingerprint, unsettled, isCalm, shown: known ?? { at, branchAt, checkouts, facts } };
    }
    await pause(system, LOOK_AGAIN_MS * (0.5 + system.random()));
  }
}

async function takeFingerprint(
  { repository, checkouts, fact }: Surroundings,
  known: Shown | undefined,
): Promise<{ readonly fingerprint: Fingerprint; readonly facts: Shown['facts'] }> {
  const refs = await allRefs(repository);
  const [hooks, gitConfig, workspaces, facts] = await Promise.all([
    hookFacts(repository, fact),
    gitConfigFacts(repository, checkouts, fact),
    workspaceFacts(repository, fact),
    known?.facts ?? Promise.all(checkouts.map((checkout) => checkoutFacts(repository, checkout, fact))),
  ]);
  const heads = checkouts.map((checkout, at): Facts => {
    const name = checkout.gitDir === repository.checkout.gitDir ? 'HEAD' : `HEAD of ${checkout.directory}`;
    return new Map([[name, facts[at]?.head ?? '']]);
  });
  const fingerprint = {
    checkout: joined(facts.map(({ files }) => files)),
    index: joined(facts.map(({ staged }) => staged)),
    refs: joined([refs, ...heads]),
    hooks,
    gitConfig,
    workspaces,
  };
  return { fingerprint, facts };
}

function joined(facts: readonly Facts[]): Facts {
  return new Map(facts.flatMap((some) => [...some]));
}
