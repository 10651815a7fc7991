import { Buffer } from 'node:buffer';
import { join } from 'node:path';
import { isWithin } from '@backlog-runner/contracts';
import { ownPaths } from './borrowed-checkout.ts';
import { projectPath } from './change-set.ts';
import { type Facts, UNTRACKED } from './escapes-between.ts';
import { type FileFact, factsOf } from './file-facts.ts';
import type { Checkout, Repository } from './repository.ts';
import { access } from './small-files.ts';
import { parseUncommitted, UNCOMMITTED_COMMAND, type UncommittedPath } from './uncommitted.ts';

export interface CheckoutFacts {
  readonly files: Facts;
  readonly staged: Facts;
  /** The branch or commit it shows. */
  readonly head: string;
}

/**
 * How a checkout differs from its HEAD, by content. A landing moves HEAD, index and files together, so it changes none
 * of this. The runner's own files and what git ignores are left out.
 */
export async function checkoutFacts(
  repository: Repository,
  checkout: Checkout,
  fact: FileFact,
): Promise<CheckoutFacts> {
  const { directory, gitDir } = checkout;
  const isThere = await access(directory).then(
    () => true,
    () => false,
  );
  if (!isThere) return { files: new Map([[directory, 'removed']]), staged: new Map(), head: '' };
  const git = repository.runner.at({ gitDir, workTree: directory });
  const { stdout } = await git(UNCOMMITTED_COMMAND);
  const { head, paths } = parseUncommitted(stdout);
  const theirs = paths.filter(({ path }) => !isOurs(repository, checkout, path));
  const name = ({ path }: UncommittedPath) => checkoutName(repository, checkout, path);
  const contents = await factsOf(
    theirs.map((uncommitted) => [name(uncommitted), pathBelow(directory, uncommitted.path)]),
    fact,
  );
  const files = theirs.map((uncommitted) => {
    const content = contents.get(name(uncommitted)) ?? 'deleted';
    return [name(uncommitted), uncommitted.isTracked ? content : `${UNTRACKED}${content}`] as const;
  });
  const staged = theirs.flatMap((uncommitted) =>
    uncommitted.staged === undefined ? [] : [[name(uncommitted), uncommitted.staged] as const],
  );
  return { files: new Map(files), staged: new Map(staged), head };
}

/** How a file is named to people: from the project directory in the project's own checkout, absolute in any other. */
export function checkoutName({ checkout: own, prefix }: Repository, checkout: Checkout, path: Buffer): string {
  const text = path.toString('utf8');
  return checkout.gitDir === own.gitDir ? projectPath(text, prefix) : join(checkout.directory, text);
}

function isOurs(repository: Repository, { gitDir }: Checkout, path: Buffer): boolean {
  if (gitDir !== repository.checkout.gitDir) return false;
  const text = path.toString('utf8');
  const isReportOnItsWay = text.startsWith(`${repository.prefix}.backlog.md.`) && text.endsWith('.tmp');
  return isReportOnItsWay || ownPaths(repository).some((own) => isWithin(text, own));
}

function pathBelow(directory: string, path: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`${directory}/`), path]);
}
