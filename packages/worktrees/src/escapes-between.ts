import type { Escape } from '@backlog-runner/contracts';
import { type AlteredSetting, accountsFor } from './altered-settings.ts';

/** What is there, by name. Two values are equal exactly when nothing that matters is different. */
export type Facts = ReadonlyMap<string, string>;

/** What no attempt may change, at one moment. */
export interface Fingerprint {
  /** Files of the user's checkouts that are not as HEAD has them. */
  readonly checkout: Facts;
  /** Index entries that are not as HEAD has them. */
  readonly index: Facts;
  /** All but the runner's own, and HEAD of the user's checkouts. */
  readonly refs: Facts;
  readonly hooks: Facts;
  readonly gitConfig: Facts;
  /** By the name of the worktree's git directory. */
  readonly workspaces: ReadonlyMap<string, WorkspaceFacts>;
}

export interface WorkspaceFacts {
  /** Where its working tree is, as its git directory says. */
  readonly directory: string;
  /** What its record says while nobody uses it. Each use leaves another record. */
  readonly idle: string | undefined;
  /** Files that lead from one git directory to another. */
  readonly links: Facts;
  /** Files that whoever uses the workspace next would obey. */
  readonly settings: Facts;
  /** Whether an install command is at work there. */
  readonly installing: boolean;
  /** What the last one did to hooks and settings. */
  readonly altered: readonly AlteredSetting[];
}

/** What happened in between that accounts for differences. */
export interface Explained {
  /** Branches that only landings moved. */
  readonly refs: ReadonlySet<string>;
  /** Files that those landings changed. */
  readonly landed: ReadonlySet<string>;
  /** Files of landings that began to move a checkout and have not ended. */
  readonly unsettled: ReadonlySet<string>;
  /** Workspaces that were removed as a whole, directory and all. */
  readonly removed: ReadonlySet<string>;
  /** What the project's install command did to hooks and settings. */
  readonly altered: readonly AlteredSetting[];
}

export const NOTHING_EXPLAINED: Explained = {
  refs: new Set(),
  landed: new Set(),
  unsettled: new Set(),
  removed: new Set(),
  altered: [],
};

/** Marks a file that git does not track. Whether it is seen depends on the ignore rules. */
export const UNTRACKED = 'untracked ';

/** What is different and nothing explains, kind by kind and in order of name. */
export function escapesBetween(before: Fingerprint, after: Fingerprint, explained: Explained): readonly Escape[] {
  const { landed, unsettled } = explained;
  const rulesChanged = [...landed].some((name) => /(^|[\\/])\.gitignore$/.test(name));
  const byLanding = ({ name, was, is }: Difference) => {
    if (unsettled.has(name)) return true;
    // A landing that holds the same content leaves the file as it is, and it is no difference to HEAD any more.
    if (is === undefined && landed.has(name)) return true;
    return rulesChanged && (was === undefined || is === undefined) && (was ?? is)?.startsWith(UNTRACKED);
  };
  const unlessByLanding = (difference: Difference) => !byLanding(difference);
  const unlessByInstall = (difference: Difference) => !accountsFor(explained.altered, difference);
  return [
    ...named('checkout', differences(before.checkout, after.checkout).filter(unlessByLanding)),
    ...named('index', differences(before.index, after.index).filter(unlessByLanding)),
    ...named(
      'ref',
      differences(before.refs, after.refs).filter(({ name }) => !explained.refs.has(name)),
    ),
    ...named('hook', differences(before.hooks, after.hooks).filter(unlessByInstall)),
    ...named('git-config', differences(before.gitConfig, after.gitConfig).filter(unlessByInstall)),
    ...named('workspace', workspaceDifferences(before, after, explained)),
  ];
}

interface Difference {
  readonly name: string;
  readonly was: string | undefined;
  readonly is: string | undefined;
}

function differences(before: Facts, after: Facts): readonly Difference[] {
  const names = [...new Set([...before.keys(), ...after.keys()])].sort();
  return names
    .map((name) => ({ name, was: before.get(name), is: after.get(name) }))
    .filter(({ was, is }) => was !== is);
}

function named(what: Escape['what'], found: readonly Difference[]): readonly Escape[] {
  return found.map(({ name }) => ({ what, name }));
}

/** A new workspace is somebody's right; what one that was used meanwhile is set to, its user answers for. */
function workspaceDifferences(before: Fingerprint, after: Fingerprint, { removed }: Explained): readonly Difference[] {
  return [...before.workspaces].flatMap(([name, was]) => {
    const is = after.workspaces.get(name);
    if (!is) return removed.has(name) ? [] : [{ name, was: was.directory, is: undefined }];
    const isIdle = was.idle !== undefined && was.idle === is.idle;
    // What was not there before is what git had still to write when the worktree was made.
    const links = differences(was.links, is.links).filter((difference) => difference.was !== undefined);
    return [...links, ...(isIdle ? differences(was.settings, is.settings) : [])];
  });
}
