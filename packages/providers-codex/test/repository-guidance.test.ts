import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { repositoryGuidance } from '../src/repository-guidance.ts';

describe('what a repository says in its AGENTS.md', () => {
  let root: string;

  beforeEach(async () => {
    root = await realpath(await mkdtemp(path.join(tmpdir(), 'guidance-')));
    await mkdir(path.join(root, 'repository', 'apps', 'web'), { recursive: true });
    await writeFile(path.join(root, 'AGENTS.md'), 'outside');
    await writeFile(path.join(root, 'repository', '.git'), 'gitdir: elsewhere');
  });
  afterEach(() => rm(root, { recursive: true, force: true }));

  it('is read from the root of the checkout down to the directory, and not from beyond', async () => {
    await writeFile(path.join(root, 'repository', 'AGENTS.md'), 'root');
    await writeFile(path.join(root, 'repository', 'apps', 'AGENTS.md'), 'shared');
    await writeFile(path.join(root, 'repository', 'apps', 'AGENTS.override.md'), 'mine');
    await writeFile(path.join(root, 'repository', 'apps', 'web', 'AGENTS.md'), 'web');
    const read = (...parts: string[]) => repositoryGuidance(path.join(root, 'repository', ...parts));
    expect(await read('apps', 'web')).toEqual(['root', 'mine', 'web']);
    expect(await read()).toEqual(['root']);
    expect(await repositoryGuidance(root)).toEqual([]);
  });

  it('may be a link inside the directory, not one that leads out', async () => {
    const repository = path.join(root, 'repository');
    await writeFile(path.join(repository, 'GUIDE.md'), 'for all agents');
    await symlink('GUIDE.md', path.join(repository, 'AGENTS.md'));
    await symlink(path.join(root, 'AGENTS.md'), path.join(repository, 'apps', 'AGENTS.md'));
    expect(await repositoryGuidance(path.join(repository, 'apps'))).toEqual(['for all agents']);
  });

  it('is nothing where there is nothing', async () => {
    expect(await repositoryGuidance(path.join(root, 'repository'))).toEqual([]);
    expect(await repositoryGuidance(path.join(root, 'missing'))).toEqual([]);
  });
});
