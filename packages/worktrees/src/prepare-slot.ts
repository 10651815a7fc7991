import { join, resolve } from 'node:path';
import { type Redact, type RunId, redactor, type WorkspaceRequest } from '@backlog-runner/contracts';
import { ownIdentity } from '@backlog-runner/subprocess';
import { adopt } from './adopt.ts';
import { type BootstrapOptions, DEFAULT_KEEP } from './bootstrap.ts';
import { copyUserFiles } from './copy-files.ts';
import { dependencyKey } from './dependency-key.ts';
import type { FormerUsers } from './former-users.ts';
import type { Checkout } from './repository.ts';
import { removeUntracked, shareIndex, showTree } from './show-tree.ts';
import { mendSlot, resetGitState, type SlotPlace } from './slot.ts';
import type { SlotHold } from './slot-hold.ts';
import type { SlotRecord } from './slot-record.ts';
import { slotCopy } from './slot-workspace.ts';
import { mkdir, stat } from './small-files.ts';
import { tracedInstall } from './traced-install.ts';
import { throwIfCalledOff } from './unavailable.ts';

export interface PrepareOptions {
  readonly run: RunId;
  readonly bootstrap?: BootstrapOptions;
  readonly redact?: Redact;
  /** What the install command has in its environment besides the usual. */
  readonly environment: Readonly<Record<string, string>>;
  readonly users: FormerUsers;
  readonly hold: SlotHold;
}

/** From whatever a slot holds to the base with its dependencies; what was unretained is retained on the way. */
export async function prepareSlot(
  place: SlotPlace,
  checkout: Checkout,
  { attempt, base, signal, bootstrap: wish }: WorkspaceRequest,
  { run, users, hold, bootstrap = {}, redact, environment }: PrepareOptions,
): Promise<SlotRecord> {
  const { repository } = place;
  const wanted = wish !== false;
  const { installCommand, keep = DEFAULT_KEEP, copyFiles = [], environmentNames = [] } = bootstrap;
  const projectDirectory = resolve(checkout.directory, repository.prefix);
  const wantedDependencies = () => dependencyKey([checkout.directory, projectDirectory], installCommand ?? '');

  const runner = ownIdentity();
  const user = { attempt, run, ...(runner ? { runner } : {}) };
  const { before } = hold;
  await users.end(before);
  await hold.check();
  await mendSlot(place, checkout);
  await adopt(slotCopy(place, checkout, before), before);
  // Attempts that began before may still have to know what an install command did.
  let { altered = [] } = before ?? {};
  const preparing: SlotRecord = { state: 'preparing', ...user, base, copied: [], altered };
  await hold.note(preparing);
  // What the last attempt installed is not what the base asks for, even when the base's lockfile has not changed.
  const installed = before?.dependencies === (await wantedDependencies()) ? before.dependencies : undefined;

  await hold.check();
  await resetGitState(repository, checkout.gitDir, base);
  const copy = slotCopy(place, checkout, undefined);
  await hold.check();
  await showTree(copy, base);
  const dependencies = await wantedDependencies();
  const areInstalled = installed === dependencies;
  await hold.check();
  // What was installed for another base stays for whoever comes next, but where something will be run.
  await removeUntracked(copy, areInstalled || !wanted ? keep : []);
  await mkdir(projectDirectory, { recursive: true });
  throwIfCalledOff(signal);

  const copied = wanted ? await copyUserFiles(copy, copyFiles) : [];
  if (wanted && installCommand !== undefined && !areInstalled) {
    // It may ask git what there is, as `git submodule update` does.
    await shareIndex(copy);
    altered = await tracedInstall(hold, preparing, {
      repository,
      command: installCommand,
      directory: projectDirectory,
      environment,
      environmentNames,
      run,
      redact: redact ?? redactor(repository.environment),
      ...(signal ? { signal } : {}),
    });
  }
  await shareIndex(copy);
  const { ctimeNs } = await stat(join(checkout.gitDir, 'index'), { bigint: true });
  const present = wanted ? dependencies : installed;
  const known = { since: String(ctimeNs), altered, ...(present ? { dependencies: present } : {}) };
  const record: SlotRecord = { state: 'open', ...user, base, copied, ...known };
  await hold.note(record);
  await hold.check();
  return record;
}
