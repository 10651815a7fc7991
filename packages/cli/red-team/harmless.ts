import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findMarked } from '@backlog-runner/subprocess';
import { expect } from 'vitest';
import type { Answer, World } from './hostile-world.ts';

/** What a terminal obeys, and what shows text in another order or not at all. */
const TERMINAL = /[^\P{Cc}\n\t]|[\u200b-\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029\ufeff]/u;

/** Nothing was printed that a terminal obeys. */
export function expectPlain({ stdout, stderr }: Answer): void {
  expect(`${stdout}${stderr}`).not.toMatch(TERMINAL);
}

/** No command of a text was run, nothing is broken and no process is left. */
export async function expectHarmless({ root, project, git, journal }: World): Promise<void> {
  expect(readFileSync(join(project, 'backlog.md'), 'utf8')).not.toMatch(TERMINAL);
  expect(execFileSync('find', [root, '-name', 'pwned'], { encoding: 'utf8' })).toBe('');
  await git('fsck', '--connectivity-only', '--no-dangling');
  for (const run of new Set(journal().map((entry) => entry.run))) expect(await findMarked(`${run}/`)).toEqual([]);
}
