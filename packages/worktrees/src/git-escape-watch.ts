import { type Escape, type EscapeWatch, pause } from '@backlog-runner/contracts';
import { branchCheckouts } from './branch-checkouts.ts';
import { checkoutName } from './checkout-facts.ts';
import { type Explained, escapesBetween, NOTHING_EXPLAINED } from './escapes-between.ts';
import { fileFacts } from './file-facts.ts';
import { LOOK_AGAIN_MS, type Look, lookAround, type Shown, type Surroundings } from './look-around.ts';
import { movedByLandings } from './moved-by-landings.ts';
import type { Checkout, Repository } from './repository.ts';
import { access } from './small-files.ts';
import { pooled, workspaceFacts } from './workspace-facts.ts';

export interface GitEscapeWatchOptions {
  readonly repository: Repository;
  /** The full name of the target branch. */
  readonly branch: string;
  /** The pool's directory. Absent: the checkout itself is the workspace, so its files and index are not watched. */
  readonly poolDirectory?: string;
  /** People work in the checkout too: files, index and refs that change there are told to `warn` and are no escapes. */
  readonly sharedCheckout?: boolean;
  readonly warn?: (found: Escape) => Promise<void> | void;
}

/**
 * Watches what is outside of a workspace: what the user's checkouts of the project and of the target branch show that is
 * not as HEAD has it, all refs but the runner's own, where those checkouts' HEADs are, hooks, git's settings, and the git
 * directories of the pool's workspaces. A branch that only landings moved is explained, and so is what they did to a
 * checkout.
 *
 * An install command of the project may set hooks: what changes while one runs in a workspace is put down to it.
 *
 * It sees neither ignored files, submodules and the backlog's own files in a checkout, nor what index flags such as
 * `assume-unchanged` hide from git, nor the working trees of other workspaces, which are emptied before their next use.
 * It cannot tell which of several agents at work did something: all of their attempts are told.
 *
 * A look costs one git process for each checkout, and one more when something is to be explained. An attempt that begins
 * right after another one is over begins with that one's last look at the checkouts.
 */
export function gitEscapeWatch(options: GitEscapeWatchOptions): EscapeWatch {
  const { repository, branch, poolDirectory, sharedCheckout = false, warn } = options;
  const fact = fileFacts();
  let last: Shown | undefined;
  const look: LookAround = async (surroundings) => {
    const taken = await lookAround(surroundings);
    last = taken.isCalm ? taken.shown : undefined;
    return taken;
  };
  return {
    async begin() {
      const checkouts = poolDirectory === undefined ? [] : await watchedCheckouts(repository, branch);
      const surroundings: Surroundings = { repository, branch, checkouts, fact };
      const first = await lookAround(surroundings, isOfNow(last, surroundings) ? last : undefined);
      const workspaces = await pooled(first.fingerprint.workspaces, poolDirectory);
      const before = { ...first, fingerprint: { ...first.fingerprint, workspaces } };
      return async () => {
        const escapes = await lastingEscapes(surroundings, before, look);
        if (!sharedCheckout) return escapes;
        for (const found of escapes.filter(isEverydayWork)) await warn?.(found);
        return escapes.filter((found) => !isEverydayWork(found));
      };
    },
  };
}

/** From the end of an attempt to the beginning of the next, when nobody waits for anything, it is shorter. */
const OF_NOW_MS = 500;

function isOfNow(shown: Shown | undefined, { repository, checkouts }: Surroundings): boolean {
  if (shown === undefined || repository.system.monotonic() - shown.at > OF_NOW_MS) return false;
  return JSON.stringify(shown.checkouts) === JSON.stringify(checkouts);
}

/** Nobody sets hooks or configures git by the way. */
function isEverydayWork({ what }: Escape): boolean {
  return what === 'checkout' || what === 'index' || what === 'ref';
}

async function watchedCheckouts(repository: Repository, branch: string): Promise<readonly Checkout[]> {
  const { checkout: own } = repository;
  const others = (await branchCheckouts(repository, branch)).filter(({ gitDir }) => gitDir !== own.gitDir);
  return [own, ...others];
}

type LookAround = (surroundings: Surroundings) => Promise<Look>;

const MOST_LOOKS = 10;

/** What passes by itself, such as a file that a command has written halfway, is nothing. */
async function lastingEscapes(surroundings: Surroundings, before: Look, look: LookAround): Promise<readonly Escape[]> {
  const { system } = surroundings.repository;
  let seen = await escapesSince(surroundings, before, look);
  for (let looks = 1; seen.length > 0 && looks < MOST_LOOKS; looks += 1) {
    await pause(system, LOOK_AGAIN_MS);
    await untilInstalled(surroundings, seen);
    const again = await escapesSince(surroundings, before, look);
    if (JSON.stringify(again) === JSON.stringify(seen)) break;
    seen = again;
  }
  return seen;
}

const INSTALL_LOOK_MS = 500;
const MOST_INSTALL_LOOKS = 600;

/** What an install command does to hooks and settings is known when it has ended. One whose runner died never does. */
async function untilInstalled({ repository, fact }: Surroundings, seen: readonly Escape[]): Promise<void> {
  if (!seen.some(({ what }) => what === 'hook' || what === 'git-config')) return;
  for (let looks = 0; looks < MOST_INSTALL_LOOKS; looks += 1) {
    const workspaces = await workspaceFacts(repository, fact);
    if (![...workspaces.values()].some(({ installing }) => installing)) return;
    await pause(repository.system, INSTALL_LOOK_MS);
  }
}

async function escapesSince(surroundings: Surroundings, before: Look, look: LookAround): Promise<readonly Escape[]> {
  const after = await look(surroundings);
  const different = escapesBetween(before.fingerprint, after.fingerprint, NOTHING_EXPLAINED);
  if (different.length === 0) return [];
  const explained = await explain(surroundings, before, after);
  return escapesBetween(before.fingerprint, after.fingerprint, explained);
}

async function explain({ repository, branch, checkouts }: Surroundings, before: Look, after: Look): Promise<Explained> {
  // What landed between a look that was still of now and the attempt is explained too.
  const from = before.shown.branchAt;
  const to = after.fingerprint.refs.get(branch);
  const isMoved = from !== undefined && to !== undefined && from !== to;
  const paths = isMoved ? await movedByLandings(repository, from, to) : undefined;
  return {
    refs: new Set(paths ? [branch] : []),
    landed: new Set((paths ?? []).flatMap((path) => checkouts.map((at) => checkoutName(repository, at, path)))),
    unsettled: new Set([...before.unsettled, ...after.unsettled]),
    removed: await removedWorkspaces(before, after),
    altered: [...after.fingerprint.workspaces.values()].flatMap(({ altered }) => altered),
  };
}

async function removedWorkspaces(before: Look, after: Look): Promise<ReadonlySet<string>> {
  const removed = new Set<string>();
  for (const [name, { directory }] of before.fingerprint.workspaces) {
    if (after.fingerprint.workspaces.has(name)) continue;
    const isThere = await access(directory).then(
      () => true,
      () => false,
    );
    if (!isThere) removed.add(name);
  }
  return removed;
}
