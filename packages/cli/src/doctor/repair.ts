import { chmod, mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { BacklogError, type HolderId, type RunId, resource, type System, storageHint } from '@backlog-runner/contracts';
import { fileLeases } from '@backlog-runner/leases';
import { fileJournal, renderTaskSchema } from '@backlog-runner/store';
import { findMarks } from '@backlog-runner/subprocess';
import { gitLanding, openRepository } from '@backlog-runner/worktrees';
import { endOrphans } from '../end-processes.ts';
import { type Project, STATE_NAME } from '../find-project.ts';
import { withIgnored } from '../init/ignore-line.ts';
import { AGENT, PATTERNS, PLANNER } from '../init/prompt-texts.ts';
import type { Repair } from './finding.ts';

export interface RepairGround {
  readonly project: Project;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly system: System;
  /** Where work lands; absent: the branch that is checked out. */
  readonly branch?: string;
}

const LEASE_MS = 60_000;

/**
 * Mends one thing and says in a sentence what it did; undefined when it was not to be mended after all. Nothing is
 * deleted and nothing that exists is overwritten, but for an empty prompt.
 */
export async function repair(what: Repair, ground: RepairGround): Promise<string | undefined> {
  const { directory } = ground.project;
  switch (what.kind) {
    case 'ignore-state':
      return storing(join(directory, '.gitignore'), ignoreState);
    case 'write-prompt':
      return writePrompt(directory, what.path);
    case 'write-task-schema':
      return writeNew(directory, 'backlog/task.schema.json', renderTaskSchema());
    case 'make-executable':
      return makeExecutable(directory, what.path);
    case 'set-leases-aside':
      return setLeasesAside(ground);
    case 'end-processes': {
      const ended = await alone(ground, [resource.recovery(what.run)], (held) =>
        held.has(resource.runner(what.run)) ? Promise.resolve(0) : endOrphans(what.run),
      );
      return ended
        ? `Ended ${ended === 1 ? 'a process' : `${ended} processes`} that the run ${what.run} left.`
        : undefined;
    }
    case 'settle-landing':
      return settleLanding(ground);
  }
}

async function ignoreState(path: string): Promise<string | undefined> {
  const before = await readFile(path, 'utf8').catch(() => undefined);
  const after = withIgnored(before, STATE_NAME);
  if (after === undefined) return undefined;
  await writeFile(path, after);
  return `Added ${STATE_NAME}/ to .gitignore.`;
}

const PROMPTS: Readonly<Record<string, string>> = {
  'scripts/backlog/agent.md': AGENT,
  'scripts/backlog/planner.md': PLANNER,
  'scripts/backlog/patterns.md': PATTERNS,
};

async function writePrompt(directory: string, path: string): Promise<string | undefined> {
  const content = PROMPTS[path];
  if (content === undefined) return undefined;
  return storing(join(directory, path), async (file) => {
    const present = await readFile(file, 'utf8').catch(() => '');
    if (present.trim() !== '') return undefined;
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content);
    return `Wrote ${path}.`;
  });
}

async function writeNew(directory: string, path: string, content: string): Promise<string | undefined> {
  return storing(join(directory, path), async (file) => {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content, { flag: 'wx' });
    return `Wrote ${path}.`;
  });
}

async function makeExecutable(directory: string, path: string): Promise<string | undefined> {
  return storing(join(directory, path), async (file) => {
    const { mode } = await stat(file);
    await chmod(file, mode | 0o111);
    return `Made ${path} executable.`;
  });
}

/** Not while anything of a run lives that works here: its runner may be about to write there. */
async function setLeasesAside({ project, system }: RepairGround): Promise<string | undefined> {
  const { directory, stateDirectory } = project;
  const { entries } = await fileJournal({ directory, stateDirectory, run: 'doctor' as RunId, system }).read();
  const runs = new Set(entries.map(({ run }) => run));
  const marks = await findMarks();
  if (marks.some(({ mark }) => runs.has(mark.slice(0, mark.indexOf('/')) as RunId))) return undefined;
  const name = `leases.damaged-${system.token(6)}`;
  return storing(join(project.stateDirectory, 'leases'), async (path) => {
    await rename(path, join(project.stateDirectory, name));
    return `Moved the damaged lease table to ${STATE_NAME}/${name}; the next start makes a new one.`;
  });
}

async function settleLanding(ground: RepairGround): Promise<string | undefined> {
  const { project, environment, system, branch } = ground;
  const repository = await openRepository({ directory: project.directory, environment, system });
  const landing = await gitLanding(branch === undefined ? { repository } : { repository, branch });
  const stuck = await alone(ground, [resource.landing(landing.branch)], () => landing.settle());
  if (stuck === undefined) return undefined;
  if (stuck.length === 0) return 'Ended a landing that was cut short.';
  return `Looked at a landing that was cut short; ${stuck.join(', ')} was changed since and is left as it is: see git status.`;
}

/** Does the work unless somebody else is at it; it is told what is held. */
async function alone<Value>(
  { project, system }: RepairGround,
  resources: readonly ReturnType<typeof resource.recovery>[],
  work: (held: ReadonlySet<string>) => Promise<Value>,
): Promise<Value | undefined> {
  const leases = fileLeases({ directory: join(project.stateDirectory, 'leases'), system });
  const lease = await leases.acquire({ resources, holder: `doctor-${system.token(8)}` as HolderId, ttlMs: LEASE_MS });
  if (!lease) return undefined;
  try {
    const live = await leases.list();
    return await work(new Set(live.flatMap((other) => other.resources)));
  } finally {
    await leases.release(lease);
  }
}

async function storing(path: string, work: (path: string) => Promise<string | undefined>): Promise<string | undefined> {
  try {
    return await work(path);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new BacklogError('STORAGE_FAILED', `${path} could not be mended: ${reason}`, {
      hint: storageHint(error) ?? 'Check the permissions and the space on the disk.',
      details: { path },
      cause: error,
    });
  }
}
