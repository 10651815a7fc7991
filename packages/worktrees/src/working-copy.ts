import { join } from 'node:path';
import type { CommitId } from '@backlog-runner/contracts';
import type { Git } from './git.ts';
import { type Checkout, headCommit, type Repository } from './repository.ts';
import { readFile } from './small-files.ts';

/** A checkout in which an attempt works, seen through an index of our own that no agent knows. */
export interface WorkingCopy {
  readonly repository: Repository;
  readonly checkout: Checkout;
  readonly indexFile: string;
  /** A directory on the same file system, outside the working tree. */
  readonly asideDirectory: string;
  /** Paths from the top of the repository that are never part of an attempt. */
  readonly leftOut: readonly string[];
  /** When the attempt got it, by the clock of the file system, in nanoseconds. Absent: nobody knows. */
  readonly since?: bigint | undefined;
  /** Git on this working tree with our index. */
  readonly git: Git;
}

/** An agent may have weakened how changes are noticed, or hidden parts of the tree. */
const SETTINGS = [
  'core.trustctime=true',
  'core.checkStat=default',
  'core.ignoreStat=false',
  'core.sparseCheckout=false',
  'core.splitIndex=false',
  'core.untrackedCache=false',
];

export function workingCopy({
  repository,
  checkout,
  asideDirectory,
  leftOut,
  since,
}: Omit<WorkingCopy, 'git' | 'indexFile'>): WorkingCopy {
  const indexFile = join(checkout.gitDir, 'backlog-runner-index');
  const { gitDir, directory: workTree } = checkout;
  const git = repository.runner.at({ gitDir, workTree, indexFile, settings: SETTINGS });
  return { repository, checkout, indexFile, asideDirectory, leftOut, since, git };
}

/** The commit the checkout's own HEAD is at: what an agent committed itself. Undefined when it is at none. */
export async function agentCommit({ repository, checkout }: WorkingCopy): Promise<CommitId | undefined> {
  if (!repository.refsAreFiles) return headCommit(repository, checkout.gitDir);
  const head = await readFile(join(checkout.gitDir, 'HEAD'), 'utf8').catch(() => '');
  const [, ref] = /^ref: (refs\/\S+)/.exec(head) ?? [];
  const id = ref === undefined ? head.trim() : await repository.refs.read(ref);
  const isId = id !== undefined && /^[0-9a-f]{40,64}$/.test(id);
  return isId && (await repository.objects.isCommit(id)) ? (id as CommitId) : undefined;
}
