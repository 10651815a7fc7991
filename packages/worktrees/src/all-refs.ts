import { join } from 'node:path';
import type { Facts } from './escapes-between.ts';
import type { Repository } from './repository.ts';
import { readdir, readFile } from './small-files.ts';

const OURS = 'refs/backlog-runner';

/** Every ref that is not the runner's, and its value. */
export async function allRefs(repository: Repository): Promise<Facts> {
  return repository.refsAreFiles ? refsOfFiles(repository.commonDir) : refsOfGit(repository);
}

async function refsOfGit({ git }: Repository): Promise<Facts> {
  const { stdout } = await git(['for-each-ref', '--format=%(refname) %(objectname) %(symref)']);
  const lines = stdout.split('\n').filter((line) => line !== '' && !line.startsWith(`${OURS}/`));
  return new Map(lines.map((line) => [line.slice(0, line.indexOf(' ')), line.slice(line.indexOf(' ') + 1).trim()]));
}

async function refsOfFiles(commonDir: string): Promise<Facts> {
  // In this order: git writes a ref into the packed file before it removes the loose one.
  const loose = await looseRefs(commonDir, 'refs');
  const packed = await textOf(join(commonDir, 'packed-refs'));
  return new Map([...parsePackedRefs(packed ?? ''), ...loose]);
}

function parsePackedRefs(text: string): readonly (readonly [name: string, value: string])[] {
  return text.split('\n').flatMap((line) => {
    const [, value, name] = /^([0-9a-f]{40,64}) (refs\/.+)$/.exec(line) ?? [];
    return value === undefined || name === undefined || name.startsWith(`${OURS}/`) ? [] : [[name, value] as const];
  });
}

async function looseRefs(
  commonDir: string,
  name: string,
): Promise<readonly (readonly [name: string, value: string])[]> {
  if (name === OURS) return [];
  const entries = await readdir(join(commonDir, name), { withFileTypes: true }).catch(() => []);
  const refs: (readonly [string, string])[] = [];
  for (const entry of entries) {
    const inner = `${name}/${entry.name}`;
    if (entry.isDirectory()) refs.push(...(await looseRefs(commonDir, inner)));
    else if (!inner.endsWith('.lock')) {
      const text = await textOf(join(commonDir, inner));
      if (text !== undefined) refs.push([inner, text.trim()]);
    }
  }
  return refs;
}

async function textOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'EISDIR') return undefined;
    throw error;
  }
}
