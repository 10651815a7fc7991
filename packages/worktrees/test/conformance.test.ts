import fs from 'node:fs';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { CommitId, HolderId, TreeId, Workspace } from '@backlog-runner/contracts';
import { memoryLeases } from '@backlog-runner/testkit';
import {
  type Files,
  type WorkspaceSubject,
  type WorkspaceWorld,
  workspaceManagerCases,
} from '@backlog-runner/testkit/conformance';
import { isDescendent, resolveRef, TREE, walk } from 'isomorphic-git';
import { describe, it } from 'vitest';
import { checkoutWorkspace } from '../src/index.ts';
import { pictureOf } from './landing-fixture.ts';
import { gitIn, pool, type World, world, writeFiles } from './repository-fixture.ts';

const IGNORE = { '.gitignore': 'installed\n' };

async function write(directory: string, files: Readonly<Record<string, string | null>>): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    if (content === null) await rm(join(directory, path));
    else await writeFiles(directory, { [path]: content });
  }
}

/** What the cases know of the repository: all but the file that says what git ignores. */
const known = (files: Readonly<Record<string, string>>): Files =>
  Object.fromEntries(Object.entries(files).filter(([path]) => !(path in IGNORE)));

async function filesOf(directory: string): Promise<Files> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(directory.length + 1))
    .filter((path) => path !== '.git' && !path.startsWith('.git/'));
  const contents = await Promise.all(paths.map(async (path) => [path, await readFile(join(directory, path), 'utf8')]));
  return known(Object.fromEntries(contents));
}

async function contentOf({ directory: dir }: World, oid: CommitId | TreeId): Promise<Files> {
  const found = await walk({
    fs,
    dir,
    trees: [TREE({ ref: oid })],
    map: async (path, [entry]) => {
      const content = (await entry?.type()) === 'blob' ? await entry?.content() : undefined;
      return content && [path, Buffer.from(content).toString()];
    },
  });
  return known(Object.fromEntries(found));
}

/** What both kinds of workspaces have around them. */
const around = (here: World): Omit<WorkspaceWorld, 'manager'> => ({
  async commit(files) {
    await write(here.directory, files);
    await here.git('add', '-A');
    await here.git('commit', '-q', '--allow-empty', '-m', 'Next');
    return (await resolveRef({ fs, dir: here.directory, ref: 'HEAD' })) as CommitId;
  },
  write: ({ directory }, files) => write(directory, files),
  read: ({ directory }) => filesOf(directory),
  resolve: (ref) =>
    resolveRef({ fs, dir: here.directory, ref }).then(
      (commit) => commit as CommitId,
      () => undefined,
    ),
  contentOf: (id) => contentOf(here, id),
  reaches: (from, to) => isDescendent({ fs, dir: here.directory, oid: from, ancestor: to, depth: -1 }),
  picture: async () => `${await pictureOf(here)}\n${await here.git('for-each-ref', 'refs/heads', 'refs/stash')}`,
  async commitInside({ directory }: Workspace) {
    await gitIn(directory, ['add', '-A']);
    await gitIn(directory, ['commit', '-q', '-m', 'By the agent']);
  },
  ignored: 'installed',
});

const worktrees: WorkspaceSubject = {
  async open() {
    const here = await world({ files: IGNORE });
    const leases = memoryLeases();
    return {
      ...around(here),
      manager: pool(here, { leases, limit: 3 }),
      async die() {
        for (const lease of await leases.list()) await leases.release(lease);
        return pool(here, { leases, limit: 3, holder: 'neighbour' as HolderId });
      },
    };
  },
};

const checkout: WorkspaceSubject = {
  cannot: {
    several: 'There is one checkout.',
    history: 'The checkout shows what its branch holds.',
  },
  async open() {
    const here = await world({ files: IGNORE });
    const leases = memoryLeases();
    const managerOf = (holder: string) =>
      checkoutWorkspace({ repository: here.repository, leases, holder: holder as HolderId, leaseTtlMs: 30_000 });
    return {
      ...around(here),
      manager: managerOf('holder'),
      async die() {
        for (const lease of await leases.list()) await leases.release(lease);
        return managerOf('neighbour');
      },
    };
  },
};

for (const [name, subject] of [
  ['worktrees', worktrees],
  ['the checkout', checkout],
] as const) {
  describe(`${name} keep the contract`, () => {
    for (const one of workspaceManagerCases) {
      it(one.id, (context) => {
        const reason = one.skipped(subject);
        if (reason !== undefined) context.skip(reason);
        return one.run(subject);
      });
    }
  });
}
