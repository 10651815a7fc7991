import { isAbsolute } from 'node:path';
import type {
  AttemptId,
  ChangedFile,
  CommitId,
  Fence,
  RetainRequest,
  TaskId,
  TreeId,
  Workspace,
  WorkspaceManager,
  WorkspaceRequest,
} from '@backlog-runner/contracts';
import { type ConformanceCase, casesOf, type Subject, type World } from './case.ts';
import { failsWith, given, holds, present, same } from './expectations.ts';

/** Contents by path. */
export type Files = Readonly<Record<string, string>>;

export interface WorkspaceWorld extends World {
  readonly manager: WorkspaceManager;
  /** Writes these files where the user works, null deletes, and commits everything there. At first there is nothing. */
  commit(files: Readonly<Record<string, string | null>>): Promise<CommitId>;
  /** What an agent does in a workspace; null deletes. */
  write(workspace: Workspace, files: Readonly<Record<string, string | null>>): void | Promise<void>;
  /** All files of a working copy but git's own. */
  read(workspace: Workspace): Files | Promise<Files>;
  /** What a ref points at. */
  resolve(ref: string): CommitId | undefined | Promise<CommitId | undefined>;
  contentOf(id: CommitId | TreeId): Files | Promise<Files>;
  /** Whether one of the commits is among the ancestors of the other, or the same. */
  reaches(from: CommitId, to: CommitId): boolean | Promise<boolean>;
  /** Everything of the user's: branches, index, stash, uncommitted files. */
  readonly picture?: () => Promise<string> | string;
  /** What an agent does that commits by itself. */
  readonly commitInside?: (workspace: Workspace) => Promise<void> | void;
  /** The runner of this attempt dies, and nobody notices before it is asked. The manager of the next runner. */
  readonly die?: (attempt: AttemptId) => WorkspaceManager | Promise<WorkspaceManager>;
  /** A path that git ignores. */
  readonly ignored?: string;
}

/** `several`: more than one workspace at a time. `history`: workspaces at commits the branch has left behind. */
export type WorkspaceNeed = 'several' | 'history' | 'limit' | 'picture' | 'commitInside' | 'die' | 'ignored';
export type WorkspaceSubject = Subject<WorkspaceWorld, WorkspaceNeed>;
export type WorkspaceCase = ConformanceCase<WorkspaceWorld, WorkspaceNeed>;

const { must } = casesOf<WorkspaceWorld, WorkspaceNeed>();
const ONE = 'one.1' as AttemptId;
const TWO = 'two.2' as AttemptId;
const REF = 'refs/backlog-runner/attempts/one/1';
const RETAIN: RetainRequest = { task: 'one' as TaskId, fence: 1 as Fence, subject: 'Try one' };
const BASE: Files = { 'a.txt': 'a\n', 'deep/b.txt': 'b\n', 'gone.txt': 'gone\n' };

const paths = (files: Files) => Object.keys(files).sort();
const ordered = (changes: readonly ChangedFile[]) => changes.map(({ path, change }) => `${path} ${change}`).sort();
const isFree = async (manager: WorkspaceManager, base: CommitId) =>
  (await manager.open({ attempt: TWO, base })).close();

async function opened({ manager, commit }: WorkspaceWorld, more: Partial<WorkspaceRequest> = {}): Promise<Workspace> {
  return manager.open({ attempt: ONE, base: await commit(BASE), ...more });
}

/** As many as may be open at once. */
async function openAll(manager: WorkspaceManager, base: CommitId): Promise<readonly Workspace[]> {
  const all: Workspace[] = [];
  const limit = present(manager.limit, 'a limit');
  while (all.length < limit) all.push(await manager.open({ attempt: `t${all.length}.1` as AttemptId, base }));
  return all;
}

export const workspaceManagerCases: readonly WorkspaceCase[] = [
  must('workspaces/shows-its-base', 'A workspace shows the commit it was opened at, exactly.', async (world) => {
    const workspace = await opened(world);
    same(await world.read(workspace), BASE);
    await workspace.close();
  }),
  must('workspaces/names-its-base', 'A workspace names the commit its changes are counted against.', async (world) => {
    const base = await world.commit(BASE);
    const workspace = await world.manager.open({ attempt: ONE, base });
    same(workspace.base, base);
    await workspace.close();
  }),
  must('workspaces/directory-is-absolute', 'The directory of a workspace is absolute.', async (world) => {
    const workspace = await opened(world);
    holds(isAbsolute(workspace.directory), 'an absolute path', workspace.directory);
    await workspace.close();
  }),
  must(
    'workspaces/any-commit',
    'A workspace can be opened at a commit that the branch has left behind.',
    async (world) => {
      const base = await world.commit(BASE);
      await world.commit({ 'a.txt': 'newer\n', 'new.txt': 'new\n' });
      const workspace = await world.manager.open({ attempt: ONE, base });
      same(await world.read(workspace), BASE);
      await workspace.close();
    },
    'history',
  ),
  must(
    'workspaces/isolated',
    'What is written in one workspace is in no other one.',
    async (world) => {
      const base = await world.commit(BASE);
      const [one, two] = await Promise.all([ONE, TWO].map((attempt) => world.manager.open({ attempt, base })));
      const [mine, other] = [present(one, 'a workspace'), present(two, 'a workspace')];
      await world.write(mine, { 'a.txt': 'mine\n', 'new.txt': 'new\n' });
      same([mine.directory === other.directory, await world.read(other)], [false, BASE]);
      await Promise.all([mine.close(), other.close()]);
    },
    'several',
  ),
  must(
    'workspaces/limit',
    'No more workspaces are open at once than the limit says: one more is WORKSPACE_UNAVAILABLE.',
    async (world) => {
      const base = await world.commit(BASE);
      const all = await openAll(world.manager, base);
      await failsWith('WORKSPACE_UNAVAILABLE', world.manager.open({ attempt: TWO, base }));
      for (const workspace of all) await workspace.close();
    },
    'limit',
  ),
  must(
    'workspaces/closing-makes-room',
    'A workspace that is closed makes room for another one, once.',
    async (world) => {
      const base = await world.commit(BASE);
      const all = await openAll(world.manager, base);
      const [first] = all;
      await first?.close();
      await first?.close();
      const again = await world.manager.open({ attempt: TWO, base });
      await failsWith('WORKSPACE_UNAVAILABLE', world.manager.open({ attempt: 'three.3' as AttemptId, base }));
      for (const workspace of [...all.slice(1), again]) await workspace.close();
    },
    'limit',
  ),
  must(
    'workspaces/called-off',
    'An opening that nobody waits for any more is WORKSPACE_UNAVAILABLE and leaves nothing open.',
    async (world) => {
      const base = await world.commit(BASE);
      await failsWith('WORKSPACE_UNAVAILABLE', world.manager.open({ attempt: TWO, base, signal: AbortSignal.abort() }));
      for (const workspace of await openAll(world.manager, base)) await workspace.close();
    },
    'limit',
  ),
  must(
    'workspaces/retains-changes',
    'What was retained tells which files were added, modified and deleted.',
    async (world) => {
      const workspace = await opened(world);
      await world.write(workspace, { 'deep/b.txt': 'better\n', 'new/c d.txt': 'new\n', 'gone.txt': null });
      const { changes } = await workspace.retain(RETAIN);
      same(ordered(changes), ['deep/b.txt modified', 'gone.txt deleted', 'new/c d.txt added']);
      await workspace.close();
    },
  ),
  must(
    'workspaces/retains-under-its-ref',
    'What was retained is under the ref of its task and fence.',
    async (world) => {
      const workspace = await opened(world);
      await world.write(workspace, { 'new.txt': 'new\n' });
      const { ref, commit } = await workspace.retain(RETAIN);
      same([ref, await world.resolve(REF)], [REF, commit]);
      await workspace.close();
    },
  ),
  must('workspaces/retains-every-byte', 'Commit and tree hold every file as it was.', async (world) => {
    const workspace = await opened(world);
    const content = 'one\r\n\ttwo\n no end';
    await world.write(workspace, { 'new.txt': content, 'a.txt': '' });
    const { commit, tree } = await workspace.retain(RETAIN);
    const expected = { ...BASE, 'new.txt': content, 'a.txt': '' };
    for (const id of [commit, tree]) same(sorted(await world.contentOf(id)), sorted(expected));
    await workspace.close();
  }),
  must(
    'workspaces/retains-nothing-of-nothing',
    'An attempt that changed nothing has no changes and no ref.',
    async (world) => {
      const workspace = await opened(world);
      const { changes } = await workspace.retain(RETAIN);
      same([changes, await world.resolve(REF)], [[], undefined]);
      await workspace.close();
    },
  ),
  must(
    'workspaces/retains-again',
    'Retained again, the ref moves and the earlier state stays reachable from it.',
    async (world) => {
      const workspace = await opened(world);
      await world.write(workspace, { 'draft.txt': 'draft\n' });
      const first = await workspace.retain(RETAIN);
      await world.write(workspace, { 'draft.txt': null, 'final.txt': 'final\n' });
      const second = await workspace.retain(RETAIN);
      same(await world.resolve(REF), second.commit);
      holds(
        await world.reaches(second.commit, first.commit),
        `a commit from which ${first.commit} is reached`,
        second.commit,
      );
      same(
        [ordered(second.changes), (await world.contentOf(first.commit))['draft.txt']],
        [['final.txt added'], 'draft\n'],
      );
      await workspace.close();
    },
  ),
  must(
    'workspaces/retains-own-commits',
    'What the agent committed itself is retained like the rest.',
    async (world) => {
      const workspace = await opened(world);
      await world.write(workspace, { 'one.txt': '1\n' });
      await given(world.commitInside, 'commitInside')(workspace);
      await world.write(workspace, { 'two.txt': '2\n' });
      same(ordered((await workspace.retain(RETAIN)).changes), ['one.txt added', 'two.txt added']);
      await workspace.close();
    },
    'commitInside',
  ),
  must(
    'workspaces/retained-outlives-it',
    'What was retained is there when its workspace is closed and used by another attempt.',
    async (world) => {
      const workspace = await opened(world);
      await world.write(workspace, { 'new.txt': 'new\n' });
      const { commit } = await workspace.retain(RETAIN);
      const { base } = workspace;
      await workspace.close();
      await isFree(world.manager, base);
      same([await world.resolve(REF), (await world.contentOf(commit))['new.txt']], [commit, 'new\n']);
    },
  ),
  must(
    'workspaces/user-is-untouched',
    'Nothing an attempt does in its workspace changes the user’s branches, index, stash or files.',
    async (world) => {
      const base = await world.commit(BASE);
      const picture = given(world.picture, 'picture');
      const before = await picture();
      const workspace = await world.manager.open({ attempt: ONE, base });
      await world.write(workspace, { 'a.txt': 'mine\n', 'new.txt': 'new\n', 'gone.txt': null });
      await workspace.retain(RETAIN);
      await workspace.show(base, base);
      await workspace.close();
      same(await picture(), before);
    },
    'picture',
  ),
  must('workspaces/shows-exactly', 'A tree that is shown is all that is there.', async (world) => {
    const workspace = await opened(world);
    await world.write(workspace, { 'a.txt': 'mine\n', 'new.txt': 'new\n', 'gone.txt': null });
    const { tree } = await workspace.retain(RETAIN);
    await workspace.show(workspace.base, workspace.base);
    same(sorted(await world.read(workspace)), sorted(BASE));
    await workspace.show(tree, workspace.base);
    same(paths(await world.read(workspace)), ['a.txt', 'deep/b.txt', 'new.txt']);
    await workspace.close();
  }),
  must(
    'workspaces/shown-base',
    'From when a tree is shown, changes are counted against the base it is shown with.',
    async (world) => {
      const workspace = await opened(world);
      await world.write(workspace, { 'mine.txt': 'mine\n' });
      const { commit } = await workspace.retain(RETAIN);
      await workspace.show(commit, commit);
      await world.write(workspace, { 'later.txt': 'later\n' });
      same([workspace.base, ordered((await workspace.retain(RETAIN)).changes)], [commit, ['later.txt added']]);
      await workspace.close();
    },
  ),
  must(
    'workspaces/ignored-files-stay',
    'Files git ignores are not retained, and stay when another tree is shown.',
    async (world) => {
      const ignored = given(world.ignored, 'ignored');
      const workspace = await opened(world);
      await world.write(workspace, { [ignored]: 'installed\n' });
      same((await workspace.retain(RETAIN)).changes, []);
      await workspace.show(workspace.base, workspace.base);
      same((await world.read(workspace))[ignored], 'installed\n');
      await workspace.close();
    },
    'ignored',
  ),
  must(
    'workspaces/close-is-idempotent',
    'Closing twice is closing once, also when another attempt has the working copy by then.',
    async (world) => {
      const workspace = await opened(world);
      await workspace.close();
      const next = await world.manager.open({ attempt: TWO, base: workspace.base });
      await workspace.close();
      await world.write(next, { 'new.txt': 'new\n' });
      same(ordered((await next.retain({ ...RETAIN, task: 'two' as TaskId })).changes), ['new.txt added']);
      await next.close();
    },
  ),
  must('workspaces/no-trace-of-the-last', 'An attempt finds nothing of the attempts before it.', async (world) => {
    const workspace = await opened(world);
    await world.write(workspace, { 'a.txt': 'mine\n', 'new.txt': 'new\n', 'gone.txt': null });
    await workspace.retain(RETAIN);
    await workspace.close();
    const next = await world.manager.open({ attempt: TWO, base: workspace.base });
    same(sorted(await world.read(next)), sorted(BASE));
    await next.close();
  }),
  must(
    'workspaces/unretained-work-is-kept',
    'What a workspace was closed with unretained is retained before the next attempt has it.',
    async (world) => {
      const workspace = await opened(world);
      await world.write(workspace, { 'precious.txt': 'precious\n' });
      await workspace.close({ unretained: true });
      await isFree(world.manager, workspace.base);
      const kept = present(await world.resolve(REF), 'a retained attempt');
      same((await world.contentOf(kept))['precious.txt'], 'precious\n');
    },
  ),
  must(
    'workspaces/preferred',
    'The workspace that is preferred is taken if it is free, and another one if it is not.',
    async (world) => {
      const base = await world.commit(BASE);
      const one = await world.manager.open({ attempt: ONE, base });
      const two = await world.manager.open({ attempt: TWO, base });
      await Promise.all([one.close(), two.close()]);
      const again = await world.manager.open({ attempt: 'three.3' as AttemptId, base, prefer: two.name });
      const other = await world.manager.open({ attempt: 'four.4' as AttemptId, base, prefer: two.name });
      same([again.name, other.name === two.name, again.directory], [two.name, false, two.directory]);
      await Promise.all([again.close(), other.close()]);
    },
    'several',
  ),
  must(
    'workspaces/nothing-to-recover',
    'Where no runner died there is nothing to recover, and what is open is left alone.',
    async (world) => {
      same(await world.manager.recover(), []);
      const workspace = await opened(world);
      await world.write(workspace, { 'new.txt': 'new\n' });
      same(await world.manager.recover(), []);
      same((await world.read(workspace))['new.txt'], 'new\n');
      await workspace.close();
    },
  ),
  must(
    'workspaces/recovers-the-dead',
    'What an attempt left in the workspace of a runner that died is retained, and told with its attempt and its base.',
    async (world) => {
      const workspace = await opened(world);
      await world.write(workspace, { 'unfinished.txt': 'precious\n' });
      const neighbour = await given(world.die, 'die')(ONE);
      const [found, ...more] = await neighbour.recover();
      same([found?.attempt, found?.base, more], [ONE, workspace.base, []]);
      same(await world.resolve(REF), found?.retained.commit);
      same(
        (await world.contentOf(present(found, 'a recovered attempt').retained.tree))['unfinished.txt'],
        'precious\n',
      );
    },
    'die',
  ),
  must(
    'workspaces/recovered-is-free',
    'A workspace that was recovered is free, and is not recovered again.',
    async (world) => {
      const workspace = await opened(world);
      await world.write(workspace, { 'unfinished.txt': 'precious\n' });
      const neighbour = await given(world.die, 'die')(ONE);
      await neighbour.recover();
      same(await neighbour.recover(), []);
      const next = await neighbour.open({ attempt: TWO, base: workspace.base, prefer: workspace.name });
      same([next.name, sorted(await world.read(next))], [workspace.name, sorted(BASE)]);
      await next.close();
    },
    'die',
  ),
];

function sorted(files: Files): Files {
  return Object.fromEntries(Object.entries(files).sort(([left], [right]) => (left < right ? -1 : 1)));
}
