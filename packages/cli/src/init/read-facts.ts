import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { upward } from '../find-project.ts';
import type { ProjectFacts } from './detect.ts';

/** Files larger than this are no settings. */
const LARGEST = 1024 * 1024;

/** Looks at a project directory and, for lockfiles, at the directories above it in the repository. */
export function readFacts(directory: string, top: string): ProjectFacts {
  const lockNames = [...upward(directory, top)].flatMap((level) => readdirSync(level));
  return {
    names: new Set(readdirSync(directory)),
    lockNames: new Set(lockNames),
    read(name) {
      try {
        const content = readFileSync(join(directory, name), 'utf8');
        return content.length > LARGEST ? undefined : content;
      } catch {
        return undefined;
      }
    },
  };
}
