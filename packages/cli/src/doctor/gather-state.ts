import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { foldHistory, type HolderId, type RunId } from '@backlog-runner/contracts';
import { fileLeases } from '@backlog-runner/leases';
import { fileJournal } from '@backlog-runner/store';
import { findMarks } from '@backlog-runner/subprocess';
import { gitRecords, poolInventory, type Repository } from '@backlog-runner/worktrees';
import { poolDirectory } from '../compose.ts';
import type { DoctorFacts, StateFacts } from './facts.ts';
import type { Ground } from './gather-facts.ts';
import { known } from './known.ts';

export async function leaseFacts({ project, system }: Ground): Promise<DoctorFacts['leases']> {
  return known(() => fileLeases({ directory: join(project.stateDirectory, 'leases'), system }).list());
}

/** What runs left, read in the order in which nothing that lives looks like something that died. */
export async function stateFacts(ground: Ground, repository: Repository): Promise<StateFacts> {
  const { project, settings, environment, system } = ground;
  const { directory, stateDirectory } = project;
  const landingsBegun = (await gitRecords(repository).landingsBegun()).length;
  const marks = await findMarks();
  const run = 'doctor' as RunId;
  const { entries, damaged } = await fileJournal({ directory, stateDirectory, run, system }).read();
  const history = foldHistory(entries);
  const pool = poolDirectory({ project, repository, settings, environment });
  const leases = fileLeases({ directory: join(stateDirectory, 'leases'), system });
  const holder = 'doctor' as HolderId;
  const inventory = poolInventory({ repository, directory: pool, leases, holder, leaseTtlMs: settings.leaseTtlMs });
  return {
    damaged: damaged.map(({ file, line }) => ({
      file: relative(directory, resolve(directory, file)).split(sep).join('/'),
      line,
    })),
    history,
    processes: marks
      .map(({ pid, mark }) => ({ pid, run: mark.slice(0, mark.indexOf('/')) as RunId }))
      .filter(({ run }) => history.runs.has(run)),
    landingsBegun,
    strangers: (await inventory.list()).filter(({ kind }) => kind === 'unknown').map(({ name }) => name),
    lost: await lostWorkspaces(repository, pool),
    poolDirectory: pool,
  };
}

/** Workspaces that git knows and whose directories somebody removed. */
async function lostWorkspaces({ commonDir }: Repository, pool: string): Promise<StateFacts['lost']> {
  const worktrees = join(commonDir, 'worktrees');
  const found: { name: string; holdsWork: boolean }[] = [];
  for (const name of await readdir(worktrees).catch(() => [])) {
    const gitDir = join(worktrees, name);
    const link = (await readFile(join(gitDir, 'gitdir'), 'utf8').catch(() => '')).trim();
    const workspace = dirname(resolve(link));
    if (link === '' || dirname(workspace) !== pool || existsSync(workspace)) continue;
    const record = await readFile(join(gitDir, 'backlog-runner.json'), 'utf8').catch(() => '');
    found.push({ name: basename(workspace), holdsWork: /"state":\s*"(open|left)"/.test(record) });
  }
  return found;
}
