import { join } from 'node:path';
import {
  type HolderId,
  type Journal,
  type Landing,
  type LeaseManager,
  type RunId,
  type System,
  system,
  type TaskStore,
  type Validation,
  type WorkspaceManager,
} from '@backlog-runner/contracts';
import { fileLeases } from '@backlog-runner/leases';
import { fileJournal, fileStore } from '@backlog-runner/store';
import {
  type GitRecords,
  gitLanding,
  gitRecords,
  openRepository,
  type PoolInventory,
  poolInventory,
  type Repository,
} from '@backlog-runner/worktrees';
import { childEnvironment } from '../child-path.ts';
import { poolDirectory, validationOf, workspacesOf } from '../compose.ts';
import { findProject, type Project } from '../find-project.ts';
import { loadConfig } from '../load-config.ts';
import { locateSyntaxError } from '../locate-syntax-error.ts';
import { type Settings, settingsOf } from '../settings.ts';
import type { Surroundings } from '../surroundings.ts';

/** A backlog with its repository, its config and everything that was recorded, but without agents. */
export interface OpenRecords {
  readonly project: Project;
  readonly settings: Settings;
  readonly repository: Repository;
  readonly store: TaskStore;
  readonly leases: LeaseManager;
  readonly journal: Journal;
  readonly landing: Landing;
  readonly git: GitRecords;
  readonly poolDirectory: string;
  readonly pool: PoolInventory;
  readonly workspaces: WorkspaceManager;
  /** What judges by the config as it is now, and by none at all. */
  readonly validation: Validation;
  readonly unconfigured: Validation;
  readonly system: System;
}

/** Opening writes nothing. */
export async function openRecords(surroundings: Surroundings): Promise<OpenRecords> {
  const project = findProject(surroundings.directory);
  const { directory, stateDirectory, configFile } = project;
  const config = await loadConfig({
    file: configFile,
    locateSyntaxError: (file) => locateSyntaxError(file, surroundings),
  });
  const settings = settingsOf(config);
  const environment = childEnvironment(surroundings.environment, directory);
  const repository = await openRepository({ directory, environment, system });
  const { branch, leaseTtlMs } = settings;
  const landing = await gitLanding(branch === undefined ? { repository } : { repository, branch });
  const run = `cli-${system.token(8)}` as RunId;
  const holder = run as string as HolderId;
  const around = { run, project, repository, settings, environment, system };
  const leases = fileLeases({
    directory: join(stateDirectory, 'leases'),
    floor: () => landing.fenceFloor(),
    system,
  });
  const path = poolDirectory(around);
  return {
    project,
    settings,
    repository,
    leases,
    landing,
    store: fileStore({ directory, stateDirectory, index: 'read-only', system }),
    journal: fileJournal({ directory, stateDirectory, run, system }),
    git: gitRecords(repository),
    poolDirectory: path,
    pool: poolInventory({ repository, directory: path, leases, holder, leaseTtlMs }),
    workspaces: workspacesOf(around, leases),
    validation: validationOf(around),
    unconfigured: validationOf({ ...around, settings: settingsOf({}) }),
    system,
  };
}
