import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseRawDiff } from '../src/change-set.ts';
import { changesBetween } from '../src/changes-between.ts';
import { readLooseObject } from '../src/loose-object.ts';
import { parseTree } from '../src/tree-edit.ts';
import { world } from './repository-fixture.ts';

const names = fc.constantFrom('a', 'a.b', 'a-b', 'b', 'dir', 'ü', 'a b', 'q"t');
const paths = fc.array(names, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/'));
/** A path below which another file lies is left out: it cannot be both. */
const contents = fc.dictionary(paths, fc.constantFrom('one\n', 'two\n'), { minKeys: 1, maxKeys: 8 }).map((files) => {
  const all = Object.keys(files);
  return Object.entries(files).filter(([path]) => !all.some((other) => other.startsWith(`${path}/`)));
});

test('two trees differ in what git says they differ in', async () => {
  const here = await world({ files: { 'a.txt': 'a\n' } });
  const { commonDir, git } = here.repository;
  const treeOf = async (files: readonly (readonly [string, string])[]) => {
    const blobs = await Promise.all(files.map(([, text]) => here.repository.objects.writeBlob(text)));
    const input = files.map(([path], at) => `100644 ${blobs[at]}\t${path}\0`).join('');
    const indexFile = `${commonDir}/test-index`;
    const scratch = here.repository.runner.at({ gitDir: commonDir, indexFile });
    await scratch(['read-tree', '--empty']);
    await scratch(['update-index', '-z', '--index-info'], { input });
    return (await scratch(['write-tree'])).stdout.trim();
  };
  const readTree = async (id: string) =>
    parseTree(readLooseObject(`${commonDir}/objects`, id)?.bytes ?? expect.unreachable());
  await fc.assert(
    fc.asyncProperty(contents, contents, async (before, after) => {
      const [from, to] = [await treeOf(before), await treeOf(after)];
      const { stdout } = await git(['diff-tree', '-r', '--raw', '--no-abbrev', '--no-renames', from, to]);
      const asText = (changes: ReturnType<typeof parseRawDiff>) =>
        changes.map(({ path, ...rest }) => ({ ...rest, path: path.toString() }));
      expect(asText(await changesBetween(readTree, from, to))).toEqual(asText(parseRawDiff(stdout)));
    }),
    { numRuns: 15 },
  );
});
