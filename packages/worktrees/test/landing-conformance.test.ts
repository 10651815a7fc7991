import fs from 'node:fs';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import type { CommitId, RepoPath, TreeId } from '@backlog-runner/contracts';
import { type Files, type LandingSubject, type LandingWorld, landingCases } from '@backlog-runner/testkit/conformance';
import { readCommit, TREE, walk } from 'isomorphic-git';
import { describe, it } from 'vitest';
import { gitLanding } from '../src/index.ts';
import { pictureOf } from './landing-fixture.ts';
import { gitIn, openWorld, type World, world, writeFiles } from './repository-fixture.ts';

type Changes = Readonly<Record<string, string | null>>;

/** The project is a directory of the repository, as that of a package is. */
const PROJECT = 'packages/app';
const IGNORE = { '.gitignore': 'private\n' };
const IGNORED = 'private/one.yaml' as RepoPath;
const NOTHING = '0'.repeat(40);

/** What the cases know of the repository: the project, but for the file that says what git ignores. */
const known = (files: readonly (readonly [string, string])[]): Files =>
  Object.fromEntries(
    files
      .filter(([path]) => path.startsWith(`${PROJECT}/`) && !path.endsWith('.gitignore'))
      .map(([path, content]) => [path.slice(PROJECT.length + 1), content]),
  );

async function commit({ git, head }: World, project: string, files: Changes): Promise<CommitId> {
  for (const [path, content] of Object.entries(files)) {
    if (content === null) await rm(join(project, path));
    else await writeFiles(project, { [path]: content });
  }
  await git('add', '-A');
  await git('commit', '-q', '--allow-empty', '-m', 'Next');
  return head();
}

/** Made in an index of its own, so that nothing of the user's is touched. */
async function attempt({ directory, repository }: World, base: CommitId, files: Changes): Promise<CommitId> {
  const environment = { GIT_INDEX_FILE: join(directory, '.git', 'attempt-index') };
  const git = (args: readonly string[], input = '') => gitIn(directory, args, { environment, input });
  const entries = Object.entries(files).map(async ([path, content]) => {
    const entry = content === null ? `0 ${NOTHING}` : `100644 ${await repository.objects.writeBlob(content)}`;
    return `${entry}\t${PROJECT}/${path}\n`;
  });
  await git(['read-tree', base]);
  await git(['update-index', '--index-info'], (await Promise.all(entries)).join(''));
  const tree = (await git(['write-tree'])).trim();
  await rm(environment.GIT_INDEX_FILE);
  return (await git(['commit-tree', '-p', base, '-m', 'Try', tree])).trim() as CommitId;
}

async function contentOf({ directory: dir }: World, ref: CommitId | TreeId): Promise<Files> {
  const found: [string, string][] = await walk({
    fs,
    dir,
    trees: [TREE({ ref })],
    map: async (path, [entry]) => {
      const content = (await entry?.type()) === 'blob' ? await entry?.content() : undefined;
      return content && [path, Buffer.from(content).toString()];
    },
  });
  return known(found);
}

async function filesOf({ directory }: World): Promise<Files> {
  const entries = await readdir(join(directory, PROJECT), { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const named = paths.map(async (path) => {
    return [relative(directory, path).split(sep).join('/'), await readFile(path, 'utf8')] as const;
  });
  return known(await Promise.all(named));
}

async function landingWorld(): Promise<LandingWorld> {
  const { directory } = await world({ files: { ...IGNORE, [`${PROJECT}/.gitignore`]: '', 'top.txt': 'top\n' } });
  const project = join(directory, PROJECT);
  const here = await openWorld(directory, directory, project);
  const there = await openWorld(directory, directory, project);
  return {
    landing: await gitLanding({ repository: here.repository }),
    neighbour: await gitLanding({ repository: there.repository }),
    commit: (files) => commit(here, project, files),
    attempt: (base, files) => attempt(here, base, files),
    contentOf: (id) => contentOf(here, id),
    parentsOf: async (oid) => (await readCommit({ fs, dir: directory, oid })).commit.parent as CommitId[],
    edit: (files) => writeFiles(project, files),
    files: () => filesOf(here),
    picture: async () => `${await pictureOf(here)}\n${await here.git('for-each-ref', 'refs/heads', 'refs/stash')}`,
    revert: async (id) => void (await here.git('revert', '--no-edit', id)),
    ignored: IGNORED,
  };
}

const git: LandingSubject = { open: landingWorld };

describe('landing in git keeps the contract', () => {
  for (const one of landingCases) it(one.id, () => one.run(git));
});
