import { readFile, realpath, stat } from 'node:fs/promises';
import path from 'node:path';

const GUIDANCE_FILES = ['CLAUDE.md', path.join('.claude', 'CLAUDE.md')];
const LONGEST_GUIDANCE = 256 * 1024;

/**
 * What the repository tells claude in its CLAUDE.md files, in the directory and those above it up to the root of the
 * checkout. claude does not read them itself when it is kept from the repository's other settings.
 */
export async function repositoryGuidance(directory: string): Promise<string[]> {
  const found: string[] = [];
  for (let current = await realpath(directory).catch(() => directory); ; current = path.dirname(current)) {
    const texts = await Promise.all(GUIDANCE_FILES.map((name) => readWithin(current, name)));
    found.unshift(...texts.filter((text) => text !== undefined));
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
