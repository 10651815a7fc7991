import type { TreeId } from '@backlog-runner/contracts';
import { parseRawDiff, type TreeChange } from './change-set.ts';
import type { Git } from './git.ts';

export type TreePair = readonly [from: TreeId, to: TreeId];

/** What changes between the trees of each pair, for the price of one process. */
export async function diffTrees(git: Git, pairs: readonly TreePair[]): Promise<readonly (readonly TreeChange[])[]> {
  if (pairs.length === 0) return [];
  const unlike = pairs.filter(([from, to]) => from !== to);
  const input = unlike.map((pair) => `${pair.join(' ')}\n`).join('');
  const { stdout } = await git(['diff-tree', '--stdin', '-r', '--raw', '--no-abbrev', '--no-renames'], { input });
  const answers = new Map(sectionsOf(stdout));
  return pairs.map((pair) => answers.get(pair.join(' ')) ?? []);
}

/** Each pair is printed as a line of its own before what changes there. */
function sectionsOf(output: string): readonly (readonly [pair: string, changes: readonly TreeChange[]])[] {
  const starts = [...output.matchAll(/^[0-9a-f]{40,64} [0-9a-f]{40,64}$/gm)];
  return starts.map(({ 0: pair, index }, at) => [pair, parseRawDiff(output.slice(index, starts[at + 1]?.index))]);
}
