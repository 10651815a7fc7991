import { join } from 'node:path';
import { BacklogError, type CommitId, type Fence, type TaskId } from '@backlog-runner/contracts';
import type { FollowPlan } from './follow-plan.ts';
import { access, mkdir, readdir, readFile, rename, rm, writeFile } from './small-files.ts';

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

/** Those that are there. One that ends meanwhile may be among them or not. */
export async function readIntents(commonDir: string): Promise<readonly IntentFile[]> {
  const files = await Promise.all((await intentPaths(commonDir)).map(readIntent));
  return files.filter((file) => file !== undefined);
}

/** Whether there was any. */
export async function hasIntents(commonDir: string): Promise<boolean> {
  return (await intentPaths(commonDir)).length > 0;
}

async function readIntent(path: string): Promise<IntentFile | undefined> {
  const text = await readFile(path, 'utf8').catch((error) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  try {
    return { path, intent: JSON.parse(text) };
  } catch (cause) {
    throw new BacklogError('GIT_FAILED', `Nobody knows how far a landing came: ${path} is damaged.`, {
      hint: `Look at your checkout with \`git status\`, put right what is staged there, then type: rm ${path}`,
      details: { path },
      cause,
    });
  }
}

async function intentPaths(commonDir: string): Promise<readonly string[]> {
  const directory = intentDirectory(commonDir);
  const names = await readdir(directory).catch(() => []);
  return names.filter((name) => name.endsWith('.json')).map((name) => join(directory, name));
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
