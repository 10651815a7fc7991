import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changedFiles, mergeTrees } from './memory-tree.ts';

const tree = (files: Record<string, string>) => new Map(Object.entries(files));
const anyTree = fc.dictionary(fc.constantFrom('a', 'b', 'c/d'), fc.constantFrom('1', '2', '3')).map(tree);

describe('the files that changed', () => {
  it('are named in order of path, with how they changed', () => {
    expect(changedFiles(tree({ gone: '', same: '', edited: '1' }), tree({ same: '', edited: '2', born: '' }))).toEqual([
      { path: 'born', change: 'added' },
      { path: 'edited', change: 'modified' },
      { path: 'gone', change: 'deleted' },
    ]);
  });
});

describe('a merge of trees', () => {
  it.each([
    ['takes what only they changed', '1', '1', '2', '2'],
    ['keeps what only we changed', '1', '2', '1', '2'],
    ['takes a change both made', '1', '2', '2', '2'],
    ['takes their deletion', '1', '1', undefined, undefined],
    ['takes their new file', undefined, undefined, '2', '2'],
  ])('%s', (_title, base, ours, theirs, merged) => {
    const one = (content: string | undefined) => tree(content === undefined ? {} : { path: content });
    expect(mergeTrees(one(base), one(ours), one(theirs))).toEqual({ tree: one(merged), conflicts: [] });
  });

  it('names the files both sides changed and keeps both texts', () => {
    const { tree: merged, conflicts } = mergeTrees(
      tree({ a: 'old', b: '' }),
      tree({ a: 'our', b: '' }),
      tree({ a: 'their' }),
    );
    expect(conflicts).toEqual(['a']);
    expect([...merged]).toEqual([['a', '<<<<<<< ours\nour\n=======\ntheir\n>>>>>>> theirs\n']]);
  });

  it('of an unchanged side is the other side', () => {
    fc.assert(
      fc.property(anyTree, anyTree, (base, theirs) => {
        expect(mergeTrees(base, base, theirs)).toEqual({ tree: theirs, conflicts: [] });
        expect(mergeTrees(base, theirs, base)).toEqual({ tree: theirs, conflicts: [] });
      }),
    );
  });

  it('conflicts in the same files from either side', () => {
    fc.assert(
      fc.property(anyTree, anyTree, anyTree, (base, ours, theirs) => {
        expect(mergeTrees(base, ours, theirs).conflicts).toEqual(mergeTrees(base, theirs, ours).conflicts);
      }),
    );
  });
});
