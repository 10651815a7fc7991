import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type RunId, system } from '@backlog-runner/contracts';
import { findMarked } from '@backlog-runner/subprocess';
import { expect, test } from 'vitest';
import { endOrphans } from '../src/end-processes.ts';
import { markedGit } from '../src/marked-git.ts';
import { temporaryDirectory } from './temp-project.ts';

const run = `orphans-${system.token(10)}` as RunId;

test.runIf(process.platform === 'linux')(
  'the git of a run that died finishes before anything else happens',
  async () => {
    const directory = temporaryDirectory();
    const args = ['-c', 'echo > began; sleep 0.4; echo > done'];
    const environment = { PATH: process.env.PATH ?? '' };
    const ended = markedGit(run, system)({ command: 'sh', args, cwd: directory, environment });
    await expect.poll(() => existsSync(join(directory, 'began'))).toBe(true);
    expect(await endOrphans(run)).toBe(0);
    expect(existsSync(join(directory, 'done'))).toBe(true);
    expect(await findMarked(`${run}/`)).toEqual([]);
    expect(await ended).toMatchObject({ end: { status: 'exited', code: 0 } });
  },
);
