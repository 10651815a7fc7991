import type { CommitId, TreeId } from '@backlog-runner/contracts';
import { expect, test } from 'vitest';
import { gitLanding } from '../src/index.ts';
import { treeWith } from './landing-fixture.ts';
import { type World, world } from './repository-fixture.ts';

const LINES = Array.from({ length: 30 }, (_line, at) => `line ${at}\n`);
const withLine = (at: number, text: string) => LINES.with(at, `${text}\n`).join('');
const FILES = { 'a.txt': LINES.join(''), 'sub/b.txt': 'b\n' };

async function commitOf(here: World, tree: TreeId, ...parents: readonly string[]): Promise<CommitId> {
  const flags = parents.flatMap((parent) => ['-p', parent]);
  return (await here.git('commit-tree', ...flags, '-m', 'An attempt', tree)).trim() as CommitId;
}

test('an attempt on the head of the branch is its own merge, and no process is needed', async () => {
  const here = await world({ files: FILES });
  const base = await here.head();
  const tree = await treeWith(here, base, { 'a.txt': 'new\n' });
  const attempt = await commitOf(here, tree, base);
  const { merge } = await gitLanding({ repository: here.repository });
  here.started.length = 0;
  expect(await merge({ attempt, base, onto: base })).toEqual({ status: 'merged', tree });
  expect(here.started).toEqual([]);
});

test('changes of both sides are merged, and no checkout is involved', async () => {
  const here = await world({ files: FILES });
  const base = await here.head();
  const attempt = await commitOf(here, await treeWith(here, base, { 'a.txt': withLine(2, 'theirs') }), base);
  const onto = await here.commit('Meanwhile', { 'a.txt': withLine(25, 'ours') });
  const { merge } = await gitLanding({ repository: here.repository });
  const merged = await merge({ attempt, base, onto });
  expect(merged.status).toBe('merged');
  expect(await here.git('show', `${merged.tree}:a.txt`)).toBe(LINES.with(2, 'theirs\n').with(25, 'ours\n').join(''));
  expect(await here.git('diff', '--name-status', onto, merged.tree)).toBe('M\ta.txt\n');
});

test('a conflict names its paths, relative to the project, and shows both sides in the tree', async () => {
  const here = await world({ files: FILES, project: 'sub' });
  const base = await here.head();
  const files = { 'a.txt': withLine(2, 'theirs'), 'sub/b.txt': 'theirs\n' };
  const attempt = await commitOf(here, await treeWith(here, base, files), base);
  const onto = await here.commit('Meanwhile', { 'a.txt': withLine(2, 'ours'), 'sub/b.txt': 'ours\n' });
  const { merge } = await gitLanding({ repository: here.repository });
  const merged = await merge({ attempt, base, onto });
  expect(merged).toMatchObject({ status: 'conflicted', paths: ['../a.txt', 'b.txt'] });
  expect(await here.git('show', `${merged.tree}:sub/b.txt`)).toMatch(/^<{7} .*\nours\n={7}\ntheirs\n>{7} /);
});

test('what the user took out of the branch does not come back with an attempt that was made on it', async () => {
  const here = await world({ files: FILES });
  const root = await here.head();
  const base = await here.commit('Regretted', { 'secret.txt': 'regretted\n' });
  const attempt = await commitOf(here, await treeWith(here, base, { 'sub/b.txt': 'better\n' }), base);
  await here.git('reset', '-q', '--hard', root);
  const onto = await here.commit('Instead', { 'other.txt': 'other\n' });
  const { merge } = await gitLanding({ repository: here.repository });
  const { tree } = await merge({ attempt, base, onto });
  expect(await here.git('diff', '--name-status', onto, tree)).toBe('M\tsub/b.txt\n');
});

test('an agent that merged a newer commit and dropped its content reverts nothing', async () => {
  const here = await world({ files: FILES });
  const base = await here.head();
  const onto = await here.commit('Meanwhile', { 'other.txt': 'landed\n' });
  const attempt = await commitOf(here, await treeWith(here, base, { 'sub/b.txt': 'better\n' }), base, onto);
  const { merge } = await gitLanding({ repository: here.repository });
  const { tree } = await merge({ attempt, base, onto });
  expect(await here.git('diff', '--name-status', onto, tree)).toBe('M\tsub/b.txt\n');
});
