import { readFile, realpath, stat } from 'node:fs/promises';
import path from 'node:path';

/** The first of them that is there counts, as codex has it. */
const GUIDANCE_FILES = ['AGENTS.override.md', 'AGENTS.md'];
const LONGEST_GUIDANCE = 64 * 1024;

/**
 * What the repository tells codex in its AGENTS.md files, in the directory and those above it up to the root of the
 * checkout. codex does not read them itself when it is told not to trust the repository.
 */
export async function repositoryGuidance(directory: string): Promise<string[]> {
  const found: string[] = [];
  for (let current = await realpath(directory).catch(() => directory); ; current = path.dirname(current)) {
    const texts = await Promise.all(GUIDANCE_FILES.map((name) => readWithin(current, name)));
    found.unshift(...texts.filter((text) => text !== undefined).slice(0, 1));
    const isRoot = await exists(path.join(current, '.git'));
    if (isRoot || path.dirname(current) === current) return isRoot ? found : [];
  }
}

/** A link that leads out of the directory is not followed. */
async function readWithin(directory: string, name: string): Promise<string | undefined> {
  try {
    const file = await realpath(path.join(directory, name));
    const inside = file.startsWith(directory + path.sep);
    const { size } = await stat(file);
    return inside && size > 0 && size <= LONGEST_GUIDANCE ? await readFile(file, 'utf8') : undefined;
  } catch {
    return undefined;
  }
}

const exists = (file: string) =>
  stat(file).then(
    () => true,
    () => false,
  );
