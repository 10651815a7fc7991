import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { ProcessEnd } from '@backlog-runner/subprocess';

/** What one run of the real CLI gave. Made by record.ts. */
export interface Recording {
  readonly version: string;
  readonly name: string;
  readonly lines: readonly string[];
  readonly end: ProcessEnd;
  readonly stderr: string;
}

const FIXTURES = path.join(import.meta.dirname, 'fixtures');

export const RECORDINGS: readonly Recording[] = readdirSync(FIXTURES).flatMap((version) =>
  readdirSync(path.join(FIXTURES, version)).map((file) => {
    const lines = readFileSync(path.join(FIXTURES, version, file), 'utf8')
      .trimEnd()
      .split('\n');
    const { recorded } = JSON.parse(lines.at(-1) ?? '') as { recorded: Pick<Recording, 'end' | 'stderr'> };
    return { version, name: path.basename(file, '.jsonl'), lines: lines.slice(0, -1), ...recorded };
  }),
);
