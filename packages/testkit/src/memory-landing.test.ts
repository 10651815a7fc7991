import {
  type AttemptId,
  type CommitId,
  type Fence,
  isBacklogError,
  type LandRequest,
  type RepoPath,
  type TaskId,
  type TreeId,
} from '@backlog-runner/contracts';
import { describe, expect, it } from 'vitest';
import { memoryLanding } from './memory-landing.ts';
import { type MemoryRepository, memoryRepository } from './memory-repository.ts';
import { memoryStore } from './memory-store.ts';
import { memoryWorkspaces } from './memory-workspaces.ts';
import { taskFixture } from './task-fixture.ts';

const task = 'greet' as TaskId;
const fence = (number: number) => number as Fence;

function world(files: Record<string, string> = { 'a.txt': 'old' }) {
  const repository = memoryRepository({ files });
  return { repository, landing: memoryLanding(repository), workspaces: memoryWorkspaces(repository) };
}

function request(
  repository: MemoryRepository,
  tree: Record<string, string>,
  more: Partial<LandRequest> = {},
): LandRequest {
  return {
    task,
    fence: fence(1),
    tree: repository.objects.addTree(new Map(Object.entries(tree))),
    onto: repository.head(),
    files: [],
    message: { subject: 'Greet', body: '', trailers: [['Backlog-Task', task]] },
    ...more,
  };
}

describe('landing in memory', () => {
  it('moves the branch to one commit of tree, task file and trailers, and the checkout follows', async () => {
    const { repository, landing } = world({ 'a.txt': 'old', 'b.txt': 'gone' });
    await landing.claim(task, fence(1));
    const files = [{ path: 'backlog/tasks/greet.yaml' as RepoPath, content: 'done' }];
    const result = await landing.land(request(repository, { 'a.txt': 'new' }, { files }));
    expect(result).toEqual({ status: 'landed', commit: repository.head(), checkout: 'followed' });
    expect(repository.history().map(({ message }) => [message.subject, message.trailers])).toEqual([
      ['Begin', []],
      ['Greet', [['Backlog-Task', 'greet']]],
    ]);
    const landed = [
      ['a.txt', 'new'],
      ['backlog/tasks/greet.yaml', 'done'],
    ];
    expect([...repository.objects.tree(await landing.head())]).toEqual(landed);
    expect(repository.checkout.entries()).toEqual(landed);
  });

  it('changes nothing under a fence that is not the recorded one', async () => {
    const { repository, landing } = world();
    const unclaimed = await landing.land(request(repository, { 'a.txt': 'new' }));
    await landing.claim(task, fence(1));
    await landing.claim(task, fence(2));
    const stale = await landing.land(request(repository, { 'a.txt': 'new' }));
    expect([unclaimed.status, stale.status]).toEqual(['fenced', 'fenced']);
    expect([repository.history().length, repository.checkout.read('a.txt')]).toEqual([1, 'old']);
  });

  it('refuses a claim older than the recorded one and knows the fence floor', async () => {
    const { landing } = world();
    expect(await landing.fenceFloor()).toBe(0);
    await landing.claim(task, fence(5));
    await landing.claim('other' as TaskId, fence(3));
    await expect(landing.claim(task, fence(4))).rejects.toSatisfy((error) => isBacklogError(error, 'FENCE_STALE'));
    await landing.claim(task, fence(5));
    expect(await landing.fenceFloor()).toBe(5);
  });

  it('changes nothing once the branch has moved', async () => {
    const { repository, landing } = world();
    await landing.claim(task, fence(1));
    const late = request(repository, { 'a.txt': 'new' });
    repository.commit('A person was faster', { 'b.txt': '' });
    expect(await landing.land(late)).toEqual({ status: 'moved' });
    expect(repository.history().map(({ message }) => message.subject)).toEqual(['Begin', 'A person was faster']);
  });

  it('lets only one of two landings through', async () => {
    const { repository, landing } = world();
    await landing.claim(task, fence(1));
    const twice = request(repository, { 'a.txt': 'new' });
    const results = await Promise.all([landing.land(twice), landing.land(twice)]);
    expect(results.map(({ status }) => status)).toEqual(['landed', 'moved']);
  });

  it('is held by what the user changed, and only by that', async () => {
    const { repository, landing } = world({ 'a.txt': 'old', 'b.txt': 'old' });
    await landing.claim(task, fence(1));
    repository.checkout.write('b.txt', "the user's");
    const held = await landing.land(request(repository, { 'a.txt': 'new', 'b.txt': 'new' }));
    expect(held).toMatchObject({ status: 'held', paths: ['b.txt'] });
    expect([repository.history().length, repository.checkout.read('a.txt')]).toEqual([1, 'old']);
    const beside = await landing.land(request(repository, { 'a.txt': 'new', 'b.txt': 'old' }));
    expect(beside.status).toBe('landed');
    expect(repository.checkout.entries()).toEqual([
      ['a.txt', 'new'],
      ['b.txt', "the user's"],
    ]);
  });

  it('brings the state of the task with it, also when its file was never committed', async () => {
    const { repository, landing } = world();
    const store = memoryStore([taskFixture()], { files: repository.checkout });
    await landing.claim(task, fence(1));
    const [before] = (await store.read()).tasks;
    if (!before) expect.unreachable();
    const files = [await store.render(before, { state: 'done' })];
    expect(await landing.land(request(repository, { 'a.txt': 'new' }, { files }))).toMatchObject({ status: 'landed' });
    expect(await store.get(task)).toMatchObject({ state: 'done' });
  });

  it('merges an attempt onto a branch that moved, and names conflicts', async () => {
    const { repository, landing, workspaces } = world({ 'a.txt': 'old', 'b.txt': 'old' });
    const base = repository.head();
    const workspace = await workspaces.open({ attempt: 'greet.1' as AttemptId, base });
    repository.directories.get(workspace.directory)?.write('a.txt', 'new');
    const { commit: attempt } = await workspace.retain({ task, fence: fence(1), subject: 'x' });
    const clean = repository.commit('Elsewhere', { 'b.txt': 'new' });
    const merged = await landing.merge({ attempt, base, onto: clean });
    expect(merged).toMatchObject({ status: 'merged' });
    expect(Object.fromEntries(repository.objects.tree(merged.tree))).toEqual({ 'a.txt': 'new', 'b.txt': 'new' });
    const clash = repository.commit('Same place', { 'a.txt': 'other' });
    expect(await landing.merge({ attempt, base, onto: clash })).toMatchObject({
      status: 'conflicted',
      paths: ['a.txt'],
    });
    expect(await landing.treeOf(clash)).toBe(repository.objects.commit(clash).tree);
  });

  it('is loud about a branch or an object that does not exist', async () => {
    const { repository, landing } = world();
    await expect(landing.treeOf('none' as CommitId)).rejects.toThrow('no object');
    expect(() => repository.objects.tree('none' as TreeId)).toThrow('no object');
    repository.refs.delete(repository.branch);
    await expect(landing.head()).rejects.toSatisfy((error) => isBacklogError(error, 'BRANCH_MISSING'));
  });
});
