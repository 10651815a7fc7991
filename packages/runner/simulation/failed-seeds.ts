/** The seeds that ever failed, with those that fail now: each once, in order. */
export function joinSeeds(known: readonly number[], failing: readonly number[]): readonly number[] {
  return [...new Set([...known, ...failing])].sort((left, right) => left - right);
}

const WIDTH = 100;

/** The list as the text of its file, in lines that are not too long. */
export function seedsFile(seeds: readonly number[]): string {
  const line = `[${seeds.join(', ')}]`;
  if (line.length <= WIDTH) return `${line}\n`;
  const lines: string[] = [];
  for (const seed of seeds) {
    const longer = lines.length === 0 ? undefined : `${lines.at(-1)}, ${seed}`;
    if (longer !== undefined && longer.length + 1 <= WIDTH) lines.splice(-1, 1, longer);
    else lines.push(`  ${seed}`);
  }
  return `[\n${lines.join(',\n')}\n]\n`;
}

/** What to type to see one history again. */
export function replayOf(seed: number): string {
  return `npm run simulate -- --seed ${seed}`;
}

/** What is said of seeds that failed for the first time. Only people add to the list what a build found. */
export function toldOf(isCI: boolean, listed: readonly number[], added: readonly number[]): readonly string[] {
  if (added.length === 0) return [];
  const file = 'packages/runner/simulation/failed-seeds.json';
  return isCI
    ? [`Put ${added.join(', ')} into ${file}, so that they are played every time:`, seedsFile(listed).trimEnd()]
    : [`${added.join(', ')} joined ${file} and are played every time from now on`];
}
