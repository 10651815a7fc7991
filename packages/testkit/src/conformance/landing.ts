import type {
  CommitId,
  CommitMessage,
  Fence,
  Landing,
  LandRequest,
  RepoPath,
  TaskFile,
  TaskId,
  TreeId,
} from '@backlog-runner/contracts';
import { type ConformanceCase, casesOf, type Subject, type World } from './case.ts';
import { failsWith, given, holds, same } from './expectations.ts';
import type { Files } from './workspace-manager.ts';

type Changes = Readonly<Record<string, string | null>>;

export interface LandingWorld extends World {
  readonly landing: Landing;
  /** Another one on the same branch: that of a neighbouring process, where there can be one. */
  readonly neighbour: Landing;
  /** Writes these files where the user works, null deletes, and commits everything there. At first there is nothing. */
  commit(files: Changes): Promise<CommitId>;
  /** A commit of these changes on top of `base`, on no branch. */
  attempt(base: CommitId, files: Changes): Promise<CommitId>;
  contentOf(id: CommitId | TreeId): Files | Promise<Files>;
  parentsOf(commit: CommitId): readonly CommitId[] | Promise<readonly CommitId[]>;
  /** What the user does where they work, without a commit. */
  readonly edit?: (files: Readonly<Record<string, string>>) => void | Promise<void>;
  /** All files where the user works. */
  readonly files?: () => Files | Promise<Files>;
  /** Everything of the user's: branches, index, stash, files. */
  readonly picture?: () => string | Promise<string>;
  /** The user takes a commit of the branch back by another one, whose message says so. */
  readonly revert?: (commit: CommitId) => Promise<void> | void;
  /** A path that git ignores. */
  readonly ignored?: RepoPath;
}

/** `edit`, `files`, `picture`: the user has the branch checked out. */
export type LandingNeed = 'edit' | 'files' | 'picture' | 'revert' | 'ignored';
export type LandingSubject = Subject<LandingWorld, LandingNeed>;
export type LandingCase = ConformanceCase<LandingWorld, LandingNeed>;

const { must } = casesOf<LandingWorld, LandingNeed>();
const ONE = 'one' as TaskId;
const TWO = 'two' as TaskId;
const FENCE = 3 as Fence;
const NEWER = 4 as Fence;
const TASK_PATH = 'backlog/tasks/one.yaml' as RepoPath;
const READY = 'title: One\nstate: ready\n';
const DONE: TaskFile = { path: TASK_PATH, content: 'title: One\nstate: done\n', replaces: READY };
const BASE: Files = { 'a.txt': 'a\n', 'deep/b.txt': 'b\n', [TASK_PATH]: READY };

const messageOf = (task: TaskId, more: Partial<CommitMessage> = {}): CommitMessage => ({
  subject: `Do ${task}`,
  body: 'What was done.',
  trailers: [
    ['Backlog-Task', task],
    ['Backlog-Attempt', `${task}.1`],
  ],
  ...more,
});
const PLAN: CommitMessage = { subject: 'Plan one', body: '', trailers: [['Backlog-Plan', 'plan.1']] };

const sorted = (files: Files) => Object.entries(files).sort(([left], [right]) => (left < right ? -1 : 1));

/** An attempt at a task that was claimed, ready to land. */
async function attempted(
  { landing, commit, attempt }: LandingWorld,
  changes: Changes = { 'a.txt': 'better\n', 'new.txt': 'new\n' },
): Promise<LandRequest> {
  const onto = await commit(BASE);
  await landing.claim(ONE, FENCE);
  const tree = await landing.treeOf(await attempt(onto, changes));
  return { task: ONE, fence: FENCE, tree, onto, files: [], message: messageOf(ONE) };
}

/** Lands this once, as it must when nothing is in its way. */
async function landed({ landing }: LandingWorld, request: LandRequest): Promise<CommitId> {
  const result = await landing.land(request);
  holds(result.status === 'landed', 'a landing', result);
  return result.commit;
}

/** Lands something for which the branch is fit now: as the next task, one file more. */
async function landsNext(world: LandingWorld, task: TaskId, message: CommitMessage): Promise<CommitId> {
  const { landing, attempt } = world;
  const onto = await landing.head();
  const fence = ((await landing.fenceFloor()) + 1) as Fence;
  await landing.claim(task, fence);
  const tree = await landing.treeOf(await attempt(onto, { [`${task}.txt`]: `${fence}\n` }));
  return landed(world, { task, fence, tree, onto, files: [], message });
}

/** The request is answered like this, and everything is as it was. */
async function refuses(world: LandingWorld, request: LandRequest, status: string): Promise<void> {
  const { landing, picture = () => '' } = world;
  const before = [await landing.head(), await picture()];
  same((await landing.land(request)).status, status);
  same([await landing.head(), await picture()], before);
}

export const landingCases: readonly LandingCase[] = [
  must('landing/head-is-the-branch', 'The head is the commit that the branch points at now.', async (world) => {
    const first = await world.commit(BASE);
    same(await world.landing.head(), first);
    const second = await world.commit({ 'a.txt': 'newer\n' });
    same(await world.landing.head(), second);
  }),
  must('landing/tree-of-a-commit', 'The tree of a commit holds what the commit holds.', async (world) => {
    const commit = await world.commit(BASE);
    same(sorted(await world.contentOf(await world.landing.treeOf(commit))), sorted(BASE));
  }),
  must('landing/claims-never-go-back', 'A claim older than the recorded one is FENCE_STALE.', async (world) => {
    await world.commit(BASE);
    await world.landing.claim(ONE, NEWER);
    await failsWith('FENCE_STALE', world.neighbour.claim(ONE, FENCE));
  }),
  must(
    'landing/claimed-again',
    'The claim that is recorded can be recorded again, and one task does not mind the claims of another.',
    async (world) => {
      await world.commit(BASE);
      await world.landing.claim(TWO, NEWER);
      await world.landing.claim(ONE, FENCE);
      await world.landing.claim(ONE, FENCE);
    },
  ),
  must(
    'landing/fence-floor',
    'The fence floor is the largest fence ever recorded for any task, and 0 before there is one.',
    async (world) => {
      await world.commit(BASE);
      const none = await world.landing.fenceFloor();
      await world.landing.claim(ONE, NEWER);
      await world.landing.claim(TWO, FENCE);
      same([none, await world.neighbour.fenceFloor()], [0, NEWER]);
    },
  ),
  must('landing/merges-both-sides', 'A merge holds what the attempt did and what the branch did.', async (world) => {
    const { landing, contentOf } = world;
    const base = await world.commit(BASE);
    const attempt = await world.attempt(base, { 'a.txt': 'better\n' });
    const onto = await world.commit({ 'deep/b.txt': 'newer\n' });
    const merged = await landing.merge({ attempt, base, onto });
    const expected = { ...BASE, 'a.txt': 'better\n', 'deep/b.txt': 'newer\n' };
    same([merged.status, sorted(await contentOf(merged.tree))], ['merged', sorted(expected)]);
  }),
  must(
    'landing/names-conflicts',
    'A merge that conflicts names the files, and its tree holds both sides of them.',
    async (world) => {
      const { landing, contentOf } = world;
      const base = await world.commit(BASE);
      const attempt = await world.attempt(base, { 'a.txt': 'mine\n' });
      const onto = await world.commit({ 'a.txt': 'yours\n', 'deep/b.txt': 'newer\n' });
      const merged = await landing.merge({ attempt, base, onto });
      holds(merged.status === 'conflicted', 'a conflict', merged);
      same(merged.paths, ['a.txt']);
      const { 'a.txt': clash = '', 'deep/b.txt': beside } = await contentOf(merged.tree);
      holds(/mine/.test(clash) && /yours/.test(clash), 'both sides of the conflict', clash);
      same(beside, 'newer\n');
    },
  ),
  must(
    'landing/lands-one-commit',
    'A landing moves the branch to one commit, on top of the one it was made for, that holds exactly the tree.',
    async (world) => {
      const request = await attempted(world, { 'a.txt': 'better\n', 'deep/b.txt': null });
      const commit = await landed(world, request);
      same([await world.landing.head(), await world.parentsOf(commit)], [commit, [request.onto]]);
      same(sorted(await world.contentOf(commit)), sorted({ 'a.txt': 'better\n', [TASK_PATH]: READY }));
    },
  ),
  must('landing/task-file-arrives-with-the-code', "The task's file is in the commit of its code.", async (world) => {
    const request = await attempted(world, { 'a.txt': 'better\n' });
    const commit = await landed(world, { ...request, files: [DONE] });
    same((await world.contentOf(commit))[TASK_PATH], DONE.content);
  }),
  must('landing/moved', 'Nothing lands on a branch that has moved, and nothing is changed.', async (world) => {
    const request = await attempted(world);
    await world.commit({ 'deep/b.txt': 'newer\n' });
    await refuses(world, request, 'moved');
  }),
  must('landing/fenced', 'Nothing lands once a newer claim is recorded, and nothing is changed.', async (world) => {
    const request = await attempted(world);
    await world.neighbour.claim(ONE, NEWER);
    await refuses(world, request, 'fenced');
  }),
  must('landing/unclaimed', 'Nothing lands under a claim that was never recorded.', async (world) => {
    const request = await attempted(world);
    await refuses(world, { ...request, fence: NEWER }, 'fenced');
    await refuses(world, { ...request, task: TWO }, 'fenced');
  }),
  must(
    'landing/every-claim-stands',
    'What was claimed for several tasks lands only while all of these claims stand.',
    async (world) => {
      const request = { ...(await attempted(world)), also: [TWO] };
      await refuses(world, request, 'fenced');
      await world.landing.claim(TWO, FENCE);
      await landed(world, request);
      await world.landing.claim(TWO, NEWER);
      await refuses(world, { ...request, onto: await world.landing.head() }, 'fenced');
    },
  ),
  must(
    'landing/lands-once',
    'Of two landings on one commit at once at most one lands, and that is what the branch holds.',
    async (world) => {
      const request = await attempted(world);
      const results = await Promise.all([world.landing, world.neighbour].map((landing) => landing.land(request)));
      const commits = results.flatMap((result) => (result.status === 'landed' ? [result.commit] : []));
      holds(commits.length <= 1, 'one landing', results);
      same(await world.landing.head(), commits[0] ?? request.onto);
    },
  ),
  must(
    'landing/edited-meanwhile',
    'A task file that a person has edited since it was rendered does not give way: the landing has moved.',
    async (world) => {
      const request = await attempted(world);
      await given(world.edit, 'edit')({ [TASK_PATH]: `${READY}priority: high\n` });
      await refuses(world, { ...request, files: [DONE] }, 'moved');
    },
    'edit',
    'picture',
  ),
  must(
    'landing/held-by-edits',
    "A landing waits while the user's edits are in its way: it names them, and nothing is changed.",
    async (world) => {
      const request = await attempted(world);
      await given(world.edit, 'edit')({ 'a.txt': "the user's\n" });
      await refuses(world, request, 'held');
      const result = await world.landing.land(request);
      same('paths' in result && result.paths, ['a.txt']);
    },
    'edit',
    'picture',
  ),
  must(
    'landing/held-by-new-files',
    'A landing waits while a file that the user never committed is in its way.',
    async (world) => {
      const request = await attempted(world);
      await given(world.edit, 'edit')({ 'new.txt': "the user's\n" });
      await refuses(world, request, 'held');
    },
    'edit',
    'picture',
  ),
  must(
    'landing/user-keeps-edits',
    'What the user has edited beside a landing stays, and every other file follows.',
    async (world) => {
      const request = await attempted(world);
      await given(world.edit, 'edit')({ 'deep/b.txt': "the user's\n", 'own.txt': 'own\n' });
      await landed(world, request);
      const expected = { ...BASE, 'a.txt': 'better\n', 'new.txt': 'new\n', 'deep/b.txt': "the user's\n" };
      same(sorted(await given(world.files, 'files')()), sorted({ ...expected, 'own.txt': 'own\n' }));
    },
    'edit',
    'files',
  ),
  must(
    'landing/ignored-task-file',
    "A task's file that git ignores is left out of the commit, and the answer says so.",
    async (world) => {
      const request = await attempted(world);
      const path = given(world.ignored, 'ignored');
      const result = await world.landing.land({ ...request, files: [{ path, content: DONE.content }] });
      holds(result.status === 'landed', 'a landing', result);
      const content = await world.contentOf(result.commit);
      same([result.taskFile, content[path], content['new.txt']], ['ignored', undefined, 'new\n']);
    },
    'ignored',
  ),
  must(
    'landing/brings-committed-files',
    'A file that the branch holds arrives with it; one that it does not hold has to be written apart.',
    async ({ landing, commit, ...world }) => {
      await commit(BASE);
      const elsewhere = given(world.ignored, 'ignored');
      same([await landing.bringsFile(TASK_PATH), await landing.bringsFile(elsewhere)], [true, false]);
    },
    'ignored',
  ),
  must(
    'landing/tells-what-landed',
    'It tells what landed, newest first, and not what people commit.',
    async (world) => {
      await world.commit(BASE);
      const first = await landsNext(world, ONE, messageOf(ONE));
      await world.commit({ 'a.txt': 'newer\n' });
      const second = await landsNext(world, TWO, messageOf(TWO));
      same(await world.neighbour.landed(), [
        { commit: second, task: TWO, attempt: 'two.1', reverted: false },
        { commit: first, task: ONE, attempt: 'one.1', reverted: false },
      ]);
    },
  ),
  must('landing/tells-what-is-new', 'It tells only what landed after a commit, when that is asked.', async (world) => {
    await world.commit(BASE);
    const first = await landsNext(world, ONE, messageOf(ONE));
    const second = await landsNext(world, TWO, messageOf(TWO));
    same(
      (await world.landing.landed(first)).map(({ commit }) => commit),
      [second],
    );
  }),
  must('landing/tells-plans', 'A plan that landed is told as a plan, and not as a task.', async (world) => {
    await world.commit(BASE);
    const commit = await landsNext(world, ONE, PLAN);
    same(await world.landing.plans(), [{ commit, plan: 'plan.1', reverted: false }]);
    same(await world.landing.landed(), []);
  }),
  must(
    'landing/words-are-no-trailers',
    'Whatever a subject and a body say, only what was given as trailers says what landed.',
    async (world) => {
      await world.commit(BASE);
      const forged = 'Backlog-Task: two\nBacklog-Attempt: two.1\nBacklog-Plan: plan.1';
      const message = messageOf(ONE, { subject: `Do one\n\n${forged}`, body: `Words.\n\n${forged}` });
      const commit = await landsNext(world, ONE, message);
      same(await world.landing.landed(), [{ commit, task: ONE, attempt: 'one.1', reverted: false }]);
      same(await world.landing.plans(), []);
    },
  ),
  must(
    'landing/tells-reverts',
    'A landing or a plan that was taken back on the branch is told as reverted.',
    async (world) => {
      await world.commit(BASE);
      const plan = await landsNext(world, TWO, PLAN);
      const commit = await landsNext(world, ONE, messageOf(ONE));
      for (const one of [commit, plan]) await given(world.revert, 'revert')(one);
      const told = [...(await world.landing.landed()), ...(await world.landing.plans())];
      same(
        told.map(({ reverted }) => reverted),
        [true, true],
      );
    },
    'revert',
  ),
  must(
    'landing/nothing-to-settle',
    'Where no landing was cut off there is nothing to take back, and nothing is changed.',
    async (world) => {
      await landed(world, await attempted(world));
      await given(world.edit, 'edit')({ 'a.txt': "the user's\n" });
      const picture = given(world.picture, 'picture');
      const before = await picture();
      same([await world.landing.settle(), await picture()], [[], before]);
    },
    'edit',
    'picture',
  ),
];
