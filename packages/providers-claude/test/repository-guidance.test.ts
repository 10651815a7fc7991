import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { repositoryGuidance } from '../src/repository-guidance.ts';

describe('what a repository says in its CLAUDE.md', () => {
  let root: string;

  beforeEach(async () => {
    root = await realpath(await mkdtemp(path.join(tmpdir(), 'guidance-')));
    await mkdir(path.join(root, 'repository', 'apps', 'web'), { recursive: true });
    await mkdir(path.join(root, 'repository', '.claude'));
    await writeFile(path.join(root, 'CLAUDE.md'), 'outside');
    await writeFile(path.join(root, 'repository', '.git'), 'gitdir: elsewhere');
  });
  afterEach(() => rm(root, { recursive: true, force: true }));

  it('is read from the root of the checkout down to the directory, and not from beyond', async () => {
    await writeFile(path.join(root, 'repository', 'CLAUDE.md'), 'root');
    await writeFile(path.join(root, 'repository', '.claude', 'CLAUDE.md'), 'folder');
    await writeFile(path.join(root, 'repository', 'apps', 'web', 'CLAUDE.md'), 'web');
    const read = (...parts: string[]) => repositoryGuidance(path.join(root, 'repository', ...parts));
    expect(await read('apps', 'web')).toEqual(['root', 'folder', 'web']);
    expect(await read('apps')).toEqual(['root', 'folder']);
    expect(await repositoryGuidance(root)).toEqual([]);
  });

  it('may be a link inside the repository, not one that leads out', async () => {
    const repository = path.join(root, 'repository');
    await writeFile(path.join(repository, 'AGENTS.md'), 'for all agents');
    await symlink('AGENTS.md', path.join(repository, 'CLAUDE.md'));
    await symlink(path.join(root, 'CLAUDE.md'), path.join(repository, 'apps', 'CLAUDE.md'));
    expect(await repositoryGuidance(path.join(repository, 'apps'))).toEqual(['for all agents']);
  });

  it('is nothing where there is nothing', async () => {
    expect(await repositoryGuidance(path.join(root, 'repository'))).toEqual([]);
    expect(await repositoryGuidance(path.join(root, 'missing'))).toEqual([]);
  });
});
