import { chmod, mkdir, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TreeId } from '@backlog-runner/contracts';
import * as fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { indexEntries } from '../src/index-entries.ts';
import { readFile } from '../src/small-files.ts';
import { isUntouched, outsideIndex, smallIndex } from '../src/small-index.ts';
import { attempt, fence, pool, task, type World, world, writeFiles } from './repository-fixture.ts';

const name = fc.constantFrom('a', 'b', 'a.txt', 'a-b', 'a0', 'é', 'B', 'x y');
const path = fc.array(name, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'));
/** No file where another one has a directory. */
const paths = fc
  .uniqueArray(path, { minLength: 1, maxLength: 12 })
  .map((all) => all.filter((one) => !all.some((other) => other.startsWith(`${one}/`))));

test('the tree of an index is the one git writes, whatever tree it is like', async () => {
  const here = await world();
  await fc.assert(
    fc.asyncProperty(paths, fc.nat({ max: 12 }), async (names, kept) => {
      await here.git('read-tree', '--empty');
      const blob = (await here.git('hash-object', '-w', 'a.txt')).trim();
      const trees: TreeId[] = [];
      for (const some of [names.slice(0, kept), names]) {
        for (const one of some) await here.git('update-index', '--add', '--cacheinfo', `100644,${blob},${one}`);
        trees.push((await here.git('write-tree')).trim() as TreeId);
      }
      const [like, whole] = trees;
      const entries = indexEntries(await readFile(join(here.directory, '.git', 'index'))) ?? [];
      const made = await here.repository.objects.treeOfIndex(entries, like ?? ('' as TreeId));
      expect(made).toBe(whole);
      expect(
        (await here.git('ls-tree', '-r', '-z', '--name-only', made ?? '')).split('\0').filter(Boolean).sort(),
      ).toEqual([...names].sort());
    }),
    { numRuns: 12 },
  );
});

test('the tree of an index is written whole when nothing of it was there', async () => {
  const here = await world({ files: { 'src/deep/a.txt': 'a\n', 'src/b.txt': 'b\n', 'c.txt': 'c\n' } });
  const [before, tree] = [await here.git('rev-parse', 'HEAD^{tree}'), (await here.git('write-tree')).trim()];
  const entries = indexEntries(await readFile(join(here.directory, '.git', 'index'))) ?? [];
  for (const id of (await here.git('rev-list', '--objects', 'HEAD')).match(/^[0-9a-f]{40}/gm) ?? [])
    if ((await here.git('cat-file', '-t', id)).trim() === 'tree')
      await rm(join(here.directory, '.git', 'objects', id.slice(0, 2), id.slice(2)));
  const empty = (await here.git('hash-object', '-w', '-t', 'tree', '/dev/null')).trim() as TreeId;
  expect(await here.repository.objects.treeOfIndex(entries, empty)).toBe(tree);
  expect(before.trim()).toBe(tree);
  expect(await here.git('fsck', '--strict', '--no-dangling')).toBe('');
});

describe('a working tree that was looked at', () => {
  const FILES = { 'src/a.txt': 'a\n', 'src/b.sh': 'b\n', '.gitignore': 'built/\n*.log\n', 'built/x': 'x\n' };
  const changes: readonly (readonly [string, (at: (path: string) => string) => Promise<unknown>])[] = [
    ['a file has other content of the same length', (at) => writeFile(at('src/a.txt'), 'b\n')],
    ['a file was only touched', (at) => utimes(at('src/a.txt'), 1, 1)],
    ['a file became a program', (at) => chmod(at('src/b.sh'), 0o755)],
    ['a file is gone', (at) => rm(at('src/a.txt'))],
    ['a directory is gone', (at) => rm(at('src'), { recursive: true })],
    ['a file became a link', (at) => rm(at('src/a.txt')).then(() => symlink('b.sh', at('src/a.txt')))],
    ['a file came', (at) => writeFile(at('src/new.txt'), 'n\n')],
    ['an ignored file came', (at) => writeFile(at('src/new.log'), 'n\n')],
    ['a file came into a directory that is ignored', (at) => writeFile(at('built/new'), 'n\n')],
    ['a directory came', (at) => mkdir(at('empty'))],
    ['a repository came into a directory', (at) => mkdir(at('src/.git'))],
  ];

  const looked = async () => {
    const here = await world({ files: FILES });
    await utimes(join(here.directory, '.git', 'index'), new Date(), new Date(Date.now() + 60_000));
    const copy = { checkout: here.repository.checkout, indexFile: join(here.directory, '.git', 'index') };
    const outside = outsideIndex(copy, smallIndex(copy) ?? []);
    return { here, copy: copy as Parameters<typeof isUntouched>[0], outside: outside ?? [] };
  };

  it('is untouched when nothing happened', async () => {
    const { copy, outside } = await looked();
    expect(outside.map(({ path }) => path)).toEqual(['built/']);
    expect(isUntouched(copy, outside)).toBe(true);
  });

  it.each(changes)('is not when %s', async (_what, change) => {
    const { here, copy, outside } = await looked();
    await change((file) => join(here.directory, file));
    expect(isUntouched(copy, outside)).toBe(false);
  });

  it('is not when a file is as young as the index, whose times may tell nothing', async () => {
    const { copy, outside } = await looked();
    await utimes(copy.indexFile, 1, 1);
    expect(isUntouched(copy, outside)).toBe(false);
  });
});

describe('the next attempt in a workspace', () => {
  const leftovers: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
    ['an ignored directory', { 'built/x': 'x\n' }],
    ['an ignored file beside others', { 'src/x.log': 'x\n' }],
    ['something that only begins like what is kept', { 'node_modules.log': 'x\n' }],
    ['a git directory in a directory', { 'src/.git/HEAD': 'ref: refs/heads/main\n' }],
  ];

  it.each(leftovers)('does not find %s', async (_what, files) => {
    const here = await world({ files: { 'src/a.txt': 'a\n', '.gitignore': 'built/\n*.log\nnode_modules/\n' } });
    const first = await open(here);
    await writeFiles(first.directory, { ...files, 'node_modules/kept': 'k\n' });
    await first.retain({ task: task('x'), fence: fence(1), subject: 'Try x' });
    await first.close();
    const second = await open(here);
    for (const file of Object.keys(files))
      await expect(readFile(join(second.directory, file))).rejects.toThrow('ENOENT');
    expect(await readFile(join(second.directory, 'node_modules/kept'), 'utf8')).toBe('k\n');
    await second.close();
  });
});

async function open(here: World) {
  return pool(here).open({ attempt: attempt('x.1'), base: await here.head() });
}
