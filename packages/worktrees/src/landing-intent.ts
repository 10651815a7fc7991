import { access, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CommitId, Fence, TaskId } from '@backlog-runner/contracts';
import type { FollowPlan } from './follow-plan.ts';

/** A landing that began to move checkouts. While it is on disk, nobody knows yet whether the branch moved. */
export interface LandingIntent {
  readonly task: TaskId;
  readonly fence: Fence;
  readonly branch: string;
  readonly commit: CommitId;
  readonly plans: readonly FollowPlan[];
}

export interface IntentFile {
  readonly path: string;
  readonly intent: LandingIntent;
}

export async function writeIntent(commonDir: string, intent: LandingIntent): Promise<IntentFile> {
  const directory = intentDirectory(commonDir);
  await mkdir(directory, { recursive: true });
  const path = join(directory, `${intent.task}.${intent.fence}.json`);
  await writeFile(`${path}.new`, JSON.stringify(intent));
  await rename(`${path}.new`, path);
  return { path, intent };
}

export async function readIntents(commonDir: string): Promise<readonly IntentFile[]> {
  const directory = intentDirectory(commonDir);
  const names = await readdir(directory).catch(() => []);
  const paths = names.filter((name) => name.endsWith('.json')).map((name) => join(directory, name));
  return Promise.all(paths.map(async (path) => ({ path, intent: JSON.parse(await readFile(path, 'utf8')) })));
}

/** Removes what was not yet an intent when its writer died. One that sleeps finds its draft gone, and moves nothing. */
export async function dropDrafts(commonDir: string): Promise<void> {
  const directory = intentDirectory(commonDir);
  const names = await readdir(directory).catch(() => []);
  for (const name of names) if (name.endsWith('.new')) await rm(join(directory, name), { force: true });
}

/** Whether nobody took the landing back meanwhile. */
export async function isOurs({ path }: IntentFile): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

export async function removeIntent({ path }: IntentFile): Promise<void> {
  await rm(path, { force: true });
}

function intentDirectory(commonDir: string): string {
  return join(commonDir, 'backlog-runner', 'landings');
}
