import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type RunId, system } from '@backlog-runner/contracts';
import { findMarked } from '@backlog-runner/subprocess';
import { expect, test } from 'vitest';
import { endOrphans, endProcesses } from '../src/end-processes.ts';
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

test.runIf(process.platform === 'linux')('git that is told to end at once may remove its locks', async () => {
  const directory = temporaryDirectory();
  const args = ['-c', 'trap "rm lock; exit 1" TERM; echo > lock; while :; do sleep 0.01; done'];
  const environment = { PATH: process.env.PATH ?? '' };
  const ended = markedGit(run, system)({ command: 'sh', args, cwd: directory, environment });
  await expect.poll(() => existsSync(join(directory, 'lock'))).toBe(true);
  expect(await endProcesses(run)).toBeGreaterThan(0);
  expect(existsSync(join(directory, 'lock'))).toBe(false);
  expect(await ended).toMatchObject({ end: { status: 'exited', code: 1 } });
});
