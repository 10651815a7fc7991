import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { type CommitId, foldHistory, type HolderId, type Journal, type RunId } from '@backlog-runner/contracts';
import { fileLeases } from '@backlog-runner/leases';
import { fileJournal } from '@backlog-runner/store';
import { findMarks } from '@backlog-runner/subprocess';
import { gitRecords, poolInventory, type Repository } from '@backlog-runner/worktrees';
import { poolDirectory } from '../compose.ts';
import { type DoctorFacts, type StateFacts, UNKNOWN } from './facts.ts';
import type { Ground } from './gather-facts.ts';
import { known } from './known.ts';

/**
 * What runs left, and who holds what: read so that nothing that lives, begins or ends meanwhile looks like something that
 * died. What is there both before and after the leases were read, and is held by nobody in them, was left.
 */
export async function gatherState(ground: Ground): Promise<Pick<DoctorFacts, 'leases' | 'state'>> {
  const { project, repository, system } = ground;
  const before = repository ? await known(() => earlierState(ground, repository)) : UNKNOWN;
  const leases = await known(() => fileLeases({ directory: join(project.stateDirectory, 'leases'), system }).list());
  if (before.status !== 'known') return { leases, state: before };
  if (!repository || leases.status !== 'known') return { leases, state: UNKNOWN };
  return { leases, state: await known(() => stateFacts(ground, repository, before.value)) };
}

interface EarlierState {
  readonly landings: readonly CommitId[];
  readonly marks: Awaited<ReturnType<typeof findMarks>>;
  readonly runs: ReadonlySet<RunId>;
}

async function earlierState(ground: Ground, repository: Repository): Promise<EarlierState> {
  const landings = await gitRecords(repository).landingsBegun();
  const { entries } = await journalOf(ground).read();
  const runs = new Set(foldHistory(entries).runs.keys());
  return { landings, runs, marks: runs.size > 0 ? await findMarks() : [] };
}

async function stateFacts(ground: Ground, repository: Repository, before: EarlierState): Promise<StateFacts> {
  const { project, settings, environment, system } = ground;
  const { directory, stateDirectory } = project;
  const { entries, damaged } = await journalOf(ground).read();
  const landings = new Set(await gitRecords(repository).landingsBegun());
  const history = foldHistory(entries);
  const pool = poolDirectory({ project, repository, settings, environment });
  const leases = fileLeases({ directory: join(stateDirectory, 'leases'), system });
  const holder = 'doctor' as HolderId;
  const inventory = poolInventory({ repository, directory: pool, leases, holder, leaseTtlMs: settings.leaseTtlMs });
  return {
    damaged: damaged.map(({ file, line }) => ({ file: below(directory, file), line })),
    history,
    earlierRuns: before.runs,
    processes: before.marks
      .map(({ pid, mark }) => ({ pid, run: mark.slice(0, mark.indexOf('/')) as RunId }))
      .filter(({ run }) => before.runs.has(run)),
    landingsBegun: before.landings.filter((commit) => landings.has(commit)).length,
    strangers: (await inventory.list()).filter(({ kind }) => kind === 'unknown').map(({ name }) => name),
    lost: await lostWorkspaces(repository, pool),
    poolDirectory: pool,
  };
}

function journalOf({ project: { directory, stateDirectory }, system }: Ground): Journal {
  return fileJournal({ directory, stateDirectory, run: 'doctor' as RunId, system });
}

function below(directory: string, file: string): string {
  return relative(directory, resolve(directory, file)).split(sep).join('/');
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
