import { closeSync, constants, mkdirSync, openSync, readFileSync, renameSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { RepoPath, System } from '@backlog-runner/contracts';
import type { SpecDirectory } from './list-specs.ts';
import { discard } from './storage.ts';

/*
 * Which ideas are in the backlog, left for the next process: one line for each, and one for each directory as it was
 * when its ideas were known. Later lines count. Whatever cannot be read is as if it were not there: then the
 * directories look changed, and somebody looks at all tasks again.
 *
 *   idea <fingerprint> <path>
 *   directory <size> <mtimeMs> <ctimeMs> <ino> <path>
 */

export interface Ideas {
  readonly directories: readonly SpecDirectory[];
  find(fingerprint: string): RepoPath | undefined;
}

const NAME = 'ideas';
/** A file this large holds far more old lines than ideas. */
const MOST_BYTES = 32 * 1024 * 1024;

export function loadIdeas(stateDirectory: string): Ideas {
  const text = readText(join(stateDirectory, NAME));
  const directories = new Map<string, SpecDirectory>();
  for (const [, size, mtimeMs, ctimeMs, ino, path = ''] of text.matchAll(DIRECTORY)) {
    const stamp = { size: Number(size), mtimeMs: Number(mtimeMs), ctimeMs: Number(ctimeMs), ino: Number(ino) };
    directories.set(path, { path: path as RepoPath, stamp });
  }
  return {
    directories: [...directories.values()],
    find(fingerprint) {
      const start = `\nidea ${fingerprint} `;
      const at = text.lastIndexOf(start);
      const end = text.indexOf('\n', at + 1);
      return at < 0 || end < 0 ? undefined : (text.slice(at + start.length, end) as RepoPath);
    },
  };
}

const DIRECTORY = /^directory (\d+) ([\d.]+) ([\d.]+) (\d+) (.+)$/gm;

/** Forgets what the file held. */
export function saveIdeas(
  stateDirectory: string,
  ideas: ReadonlyMap<string, RepoPath>,
  directories: readonly SpecDirectory[],
  system: System,
): void {
  const aside = join(stateDirectory, `ideas.${system.token(8)}.tmp`);
  try {
    mkdirSync(stateDirectory, { recursive: true });
    writeFileSync(aside, linesOf(ideas, directories));
    renameSync(aside, join(stateDirectory, NAME));
  } catch {
    discard(aside);
  }
}

/** Only to a file that is there: one without a beginning would say too little. */
export function appendIdeas(
  stateDirectory: string,
  ideas: ReadonlyMap<string, RepoPath>,
  directories: readonly SpecDirectory[],
): void {
  try {
    const file = openSync(join(stateDirectory, NAME), constants.O_WRONLY | constants.O_APPEND);
    try {
      writeSync(file, linesOf(ideas, directories));
    } finally {
      closeSync(file);
    }
  } catch {}
}

function linesOf(ideas: ReadonlyMap<string, RepoPath>, directories: readonly SpecDirectory[]): string {
  const named = [...ideas].filter(([, path]) => !path.includes('\n'));
  const lines = named.map(([fingerprint, path]) => `idea ${fingerprint} ${path}`);
  lines.push(...directories.map(directoryLine));
  return `\n${lines.join('\n')}\n`;
}

function directoryLine({ path, stamp }: SpecDirectory): string {
  return `directory ${stamp.size} ${stamp.mtimeMs} ${stamp.ctimeMs} ${stamp.ino} ${path}`;
}

function readText(file: string): string {
  try {
    const bytes = readFileSync(file);
    return bytes.length > MOST_BYTES ? '' : bytes.toString('utf8');
  } catch {
    return '';
  }
}
