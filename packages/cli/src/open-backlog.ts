import { join } from 'node:path';
import type { Inbox, Journal, LeaseManager, RunId, System } from '@backlog-runner/contracts';
import { system as realSystem } from '@backlog-runner/contracts';
import { fileLeases } from '@backlog-runner/leases';
import { type FileStore, fileInbox, fileJournal, fileStore } from '@backlog-runner/store';
import { findProject, type Project } from './find-project.ts';

/** A backlog without anything that runs agents: enough to read and to add. */
export interface OpenBacklog {
  readonly project: Project;
  readonly system: System;
  readonly store: FileStore;
  readonly leases: LeaseManager;
  /** Opened for reading only; nothing is written until something is appended. */
  readonly journal: Journal;
  readonly inbox: Inbox;
  /** The name under which this process appends to the journal. */
  readonly run: RunId;
}

/** Opens the backlog a directory belongs to. With `writes: false` nothing is ever written, not even an index. */
export function openBacklog(directory: string, { writes }: { readonly writes: boolean }): OpenBacklog {
  const system = realSystem;
  const project = findProject(directory);
  const places = { directory: project.directory, stateDirectory: project.stateDirectory, system };
  const store = fileStore({ ...places, index: writes ? 'read-write' : 'read-only' });
  // One that only reads never signs anything.
  const run = (writes ? `cli-${system.token(8)}` : 'cli') as RunId;
  return {
    project,
    system,
    store,
    leases: fileLeases({ directory: join(project.stateDirectory, 'leases'), system }),
    journal: fileJournal({ ...places, run }),
    inbox: fileInbox({ ...places, store }),
    run,
  };
}
