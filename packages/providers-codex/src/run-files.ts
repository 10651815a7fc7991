import { mkdir, mkdtemp, readdir, realpath, rm, rmdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { JsonSchema } from '@backlog-runner/contracts';

export interface RunFiles {
  /** The temporary directory of the agent and its commands, for this run alone. */
  readonly temporary: string;
  readonly schemaFile?: string;
  /** The workspace and all directories above it, as the file system names them. */
  readonly directories: readonly string[];
  /** Removes them, and what codex's sandbox leaves in the workspace when it is interrupted. */
  remove(): Promise<void>;
}

/** codex mounts over these while a command runs. */
const MOUNT_POINTS = ['.agents', '.aws', '.codex', '.git'];

/** Makes what one run needs outside its workspace. */
export async function makeRunFiles(workspace: string, schema: JsonSchema | undefined): Promise<RunFiles> {
  const root = await mkdtemp(path.join(tmpdir(), 'backlog-codex-'));
  const temporary = path.join(root, 'tmp');
  await mkdir(temporary);
  const before = new Set(await readdir(workspace).catch(() => MOUNT_POINTS));
  const schemaFile = path.join(root, 'schema.json');
  if (schema !== undefined) await writeFile(schemaFile, JSON.stringify(schema));
  return {
    temporary,
    directories: ancestors(await realpath(workspace).catch(() => workspace)),
    ...(schema === undefined ? {} : { schemaFile }),
    async remove() {
      const left = MOUNT_POINTS.filter((name) => !before.has(name));
      // Only an empty directory can be removed in this way, which is the point.
      await Promise.all(left.map((name) => rmdir(path.join(workspace, name)).catch(() => {})));
      await rm(root, { recursive: true, force: true, maxRetries: 3 }).catch(() => {});
    },
  };
}

function ancestors(directory: string): string[] {
  const above = path.dirname(directory);
  return above === directory ? [directory] : [directory, ...ancestors(above)];
}
