import { readFile, writeFile } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import { BacklogError, type System, storageHint } from '@backlog-runner/contracts';
import { type LoadConfigOptions, loadConfig } from '../load-config.ts';
import type { ConfigEdit } from './config-edit.ts';
import { editConfig, pasteFor } from './edit-config.ts';

export type EditedFile =
  | { readonly status: 'edited' }
  /** The file says so already. */
  | { readonly status: 'unchanged' }
  /** Nothing was changed. What must be done by hand. */
  | { readonly status: 'by-hand'; readonly steps: readonly ManualStep[] };

/** `reason` says where and why, a line for each edit; `paste` is all that belongs there, empty when that is nothing. */
export interface ManualStep {
  readonly reason: string;
  readonly paste: string;
}

/**
 * Makes all the edits in a config file, or none. Afterwards the file has been loaded and its config is valid and says
 * what was asked for; when it turns out that it does not, the file is as it was. Throws `CONFIG_INVALID` when the config
 * would break its schema, `STORAGE_FAILED` when the file cannot be read or written.
 */
export async function editConfigFile(
  options: Pick<LoadConfigOptions, 'file' | 'locateSyntaxError'> & { readonly system: System },
  edits: readonly ConfigEdit[],
): Promise<EditedFile> {
  const { file, system } = options;
  const before = await stored(file, () => readFile(file, 'utf8'));
  let source = before;
  const reasons: string[] = [];
  for (const edit of edits) {
    const result = editConfig(source, edit);
    if (result.status === 'edited') source = result.source;
    else reasons.push(result.reason);
  }
  if (reasons.length > 0) return byHand(reasons, edits);
  if (source === before) return { status: 'unchanged' };
  await stored(file, () => writeFile(file, source));
  const isRight = await loadConfig({ ...options, again: system.token(10) }).then(
    (config) => edits.every((edit) => saysSo(config, edit)),
    async (error) => {
      await stored(file, () => writeFile(file, before));
      throw error;
    },
  );
  if (isRight) return { status: 'edited' };
  await stored(file, () => writeFile(file, before));
  const reason = `${file} says something else when it runs than it seems to say, and is as it was.`;
  return byHand([reason], edits);
}

function byHand(reasons: readonly string[], edits: readonly ConfigEdit[]): EditedFile {
  return { status: 'by-hand', steps: [{ reason: reasons.join('\n'), paste: pasteFor(edits) }] };
}

function saysSo(config: unknown, edit: ConfigEdit): boolean {
  const value = edit.path.reduce<unknown>(
    (at, key) => (isObject(at) && Object.hasOwn(at, key) ? at[key] : undefined),
    config,
  );
  return isDeepStrictEqual(value, edit.do === 'set' ? edit.value : undefined);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

async function stored<T>(file: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new BacklogError('STORAGE_FAILED', `${file} could not be read or written: ${reason}`, {
      hint: storageHint(error) ?? 'Check the permissions of the file and the space on the disk.',
      details: { path: file },
      cause: error,
    });
  }
}
