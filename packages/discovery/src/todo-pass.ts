import { lstat, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DiscoveryPass, KnownWork, ProposedCandidate } from '@backlog-runner/contracts';
import { ideaKey } from './idea-key.ts';
import { findReminders, type Reminder } from './todo/find-reminders.ts';
import { candidatesFrom } from './todo/reminder-candidate.ts';
import { isScanned } from './todo/scanned-files.ts';
import { type GitOptions, trackedFiles } from './todo/tracked-files.ts';

/** Larger files are data. */
const LARGEST_FILE = 512 * 1024;
const MOST_FILES = 20_000;

export interface TodoPassOptions extends Omit<GitOptions, 'signal'> {
  /** Default `todo-comments`. */
  readonly id?: string;
  readonly includePaths?: readonly string[];
  readonly excludePaths?: readonly string[];
}

/**
 * Finds what comments with TODO, FIXME or XXX say is still to be done. Looks at files that git tracks, not at generated
 * ones or those of others, and only at comments. Asks no agent.
 */
export function todoPass(options: TodoPassOptions = {}): DiscoveryPass {
  const { id = 'todo-comments', includePaths = [], excludePaths = [], ...git } = options;
  return {
    contract: 'discovery-pass@1',
    id,
    asksAgent: false,
    async find({ known, maxCandidates }, { directory, signal }) {
      const tracked = await trackedFiles(directory, { ...git, signal });
      if ('reason' in tracked) return { status: 'refused', reason: tracked.reason };
      const paths = tracked.paths
        .filter((path) => isScanned(path, { includePaths, excludePaths }))
        .slice(0, MOST_FILES);
      const reminders: Reminder[] = [];
      for (const path of paths) {
        if (signal.aborted) return { status: 'refused', reason: 'It was stopped.' };
        reminders.push(...findReminders(path, await textOf(join(directory, path))));
      }
      const fresh = withoutKnown(candidatesFrom(reminders), known);
      return { status: 'found', candidates: fresh.slice(0, maxCandidates) };
    },
  };
}

/** Links are not followed: they may lead out of the repository. */
async function textOf(path: string): Promise<string> {
  try {
    const stats = await lstat(path);
    return stats.isFile() && stats.size <= LARGEST_FILE ? await readFile(path, 'utf8') : '';
  } catch {
    // Tracked and yet not there: a sparse checkout.
    return '';
  }
}

/** Otherwise the first few, known for long, would be all that is ever proposed. */
function withoutKnown(candidates: readonly ProposedCandidate[], known: KnownWork): readonly ProposedCandidate[] {
  const keys = new Set(known.tasks.map(ideaKey));
  const refused = new Set(known.rejected.map(({ title }) => title));
  return candidates.filter(
    ({ title, touch_paths }) => !refused.has(title) && !keys.has(ideaKey({ title, touchPaths: touch_paths })),
  );
}
