import { type AttemptId, type Fence, isBacklogError, type TaskId } from '@backlog-runner/contracts';
import { describe, expect, it } from 'vitest';
import { memoryRepository } from './memory-repository.ts';
import { memoryWorkspaces } from './memory-workspaces.ts';

const attempt = 'greet.1' as AttemptId;
const retention = { task: 'greet' as TaskId, fence: 1 as Fence, subject: 'An attempt' };
const unavailable = (error: unknown) => isBacklogError(error, 'WORKSPACE_UNAVAILABLE');

async function openOne(files: Record<string, string> = { 'a.txt': 'old' }) {
  const repository = memoryRepository({ files });
  const workspace = await memoryWorkspaces(repository).open({ attempt, base: repository.head() });
  const write = (path: string, content: string) =>
    repository.directories.get(workspace.directory)?.write(path, content);
  return { repository, workspace, write };
}

describe('a workspace in memory', () => {
  it('shows its base, apart from the checkout and from other workspaces', async () => {
    const { repository, workspace, write } = await openOne();
    const other = await memoryWorkspaces(repository).open({ attempt, base: repository.head() });
    write('a.txt', 'new');
    expect(other.directory).not.toBe(workspace.directory);
    expect(repository.directories.get(other.directory)?.entries()).toEqual([['a.txt', 'old']]);
    expect(repository.checkout.read('a.txt')).toBe('old');
  });

  it('retains what was written under the ref of the task and fence, and earlier states behind it', async () => {
    const { repository, workspace, write } = await openOne();
    write('b.txt', '1');
    const first = await workspace.retain(retention);
    write('b.txt', '2');
    const second = await workspace.retain(retention);
    expect(first).toMatchObject({
      ref: 'refs/backlog-runner/attempts/greet/1',
      changes: [{ path: 'b.txt', change: 'added' }],
    });
    expect(repository.refs.get(first.ref)).toBe(second.commit);
    expect(repository.objects.commit(second.commit).parents).toContain(first.commit);
    expect(repository.objects.tree(first.commit).get('b.txt')).toBe('1');
  });

  it('retains on top of what an earlier workspace of the same attempt has retained', async () => {
    const { repository, workspace, write } = await openOne();
    write('b.txt', '1');
    const first = await workspace.retain(retention);
    await workspace.close();
    const again = await memoryWorkspaces(repository).open({ attempt, base: repository.head() });
    repository.directories.get(again.directory)?.write('b.txt', '2');
    const second = await again.retain(retention);
    expect(repository.objects.commit(second.commit).parents).toContain(first.commit);
  });

  it('retains nothing, under no ref, when nothing was changed', async () => {
    const { repository, workspace } = await openOne();
    const { changes, ref } = await workspace.retain(retention);
    expect([changes, repository.refs.has(ref)]).toEqual([[], false]);
  });

  it('shows another tree, with changes counted against the new base', async () => {
    const { repository, workspace, write } = await openOne();
    write('a.txt', 'attempt');
    const { tree } = await workspace.retain(retention);
    const base = repository.commit('Elsewhere', { 'b.txt': 'new' });
    await workspace.show(tree, base);
    expect(workspace.base).toBe(base);
    const { changes } = await workspace.retain(retention);
    expect(changes).toEqual([
      { path: 'a.txt', change: 'modified' },
      { path: 'b.txt', change: 'deleted' },
    ]);
  });

  it('is gone once it is closed, however often, and is not used after that', async () => {
    const { repository, workspace } = await openOne();
    await workspace.close();
    const next = await memoryWorkspaces(repository).open({ attempt, base: repository.head() });
    await workspace.close();
    expect([...repository.directories.keys()]).toEqual([next.directory]);
    await expect(workspace.retain(retention)).rejects.toThrow('closed');
  });

  it('is not to be had beyond the limit or for nobody', async () => {
    const repository = memoryRepository();
    const workspaces = memoryWorkspaces(repository, { limit: 1 });
    const wanted = { attempt, base: repository.head() };
    await expect(workspaces.open({ ...wanted, signal: AbortSignal.abort() })).rejects.toSatisfy(unavailable);
    const workspace = await workspaces.open(wanted);
    await expect(workspaces.open(wanted)).rejects.toSatisfy(unavailable);
    await workspace.close();
    expect(await workspaces.open(wanted)).toMatchObject({ name: workspace.name });
  });
});
