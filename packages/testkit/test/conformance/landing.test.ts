import {
  BacklogError,
  type CommitId,
  type Landing,
  type LandRequest,
  type LandResult,
  type RepoPath,
} from '@backlog-runner/contracts';
import { type LandingNeed, type LandingSubject, type LandingWorld, landingCases } from '../../src/conformance/index.ts';
import { memoryLanding } from '../../src/memory-landing.ts';
import { type MemoryRepository, memoryRepository } from '../../src/memory-repository.ts';
import { type Breaks, describeCases, type Mutant } from './kit.ts';

const IGNORED = 'private/one.yaml' as RepoPath;

type Change = (sound: Landing, repository: MemoryRepository) => Partial<Landing>;

function worldOf(change: Change = () => ({})): LandingWorld {
  const repository = memoryRepository({ ignores: (path) => path === IGNORED });
  const sound = memoryLanding(repository);
  const landing = { ...sound, ...change(sound, repository) };
  const { objects, checkout } = repository;
  return {
    landing,
    neighbour: landing,
    commit: async (files) => repository.commit('Next', files),
    async attempt(base, files) {
      const tree = new Map(objects.tree(base));
      for (const [path, content] of Object.entries(files)) {
        if (content === null) tree.delete(path);
        else tree.set(path, content);
      }
      const message = { subject: 'Try', body: '', trailers: [] };
      return objects.addCommit({ tree: objects.addTree(tree), parents: [base], message });
    },
    contentOf: (id) => Object.fromEntries(objects.tree(id)),
    parentsOf: (commit) => objects.commit(commit).parents,
    edit(files) {
      for (const [path, content] of Object.entries(files)) checkout.write(path, content);
    },
    files: () => Object.fromEntries(checkout.entries()),
    picture: () => JSON.stringify([repository.head(), checkout.entries()]),
    revert: (commit) => revert(repository, commit),
    ignored: IGNORED,
  };
}

function revert({ objects, refs, branch, head }: MemoryRepository, commit: CommitId): void {
  const body = `This reverts commit ${commit}.`;
  const { tree } = objects.commit(head());
  refs.set(branch, objects.addCommit({ tree, parents: [head()], message: { subject: 'Revert', body, trailers: [] } }));
}

const inMemory: LandingSubject = { open: () => worldOf() };

type LandingMutant = Mutant<LandingWorld, LandingNeed>;
type Land = (request: LandRequest) => Promise<LandResult>;

const wrapped = (breaks: Breaks, change: Change): LandingMutant => ({
  breaks,
  subject: { open: () => worldOf(change) },
});

const lands = (breaks: Breaks, change: (land: Land, repository: MemoryRepository) => Land): LandingMutant =>
  wrapped(breaks, (sound, repository) => ({ land: change(sound.land, repository) }));

/** Makes the checkout what the branch holds, whatever the user has there. */
function overwrite({ checkout, objects, head }: MemoryRepository, wanted: (path: string) => boolean): void {
  const tree = objects.tree(head());
  for (const path of new Set([...tree.keys(), ...checkout.entries().map(([name]) => name)])) {
    const content = tree.get(path);
    if (!wanted(path)) continue;
    if (content === undefined) checkout.remove(path);
    else checkout.write(path, content);
  }
}

const mutants: readonly LandingMutant[] = [
  wrapped(['head-is-the-branch', 'tells-reverts', 'tells-what-is-new', 'tells-what-landed'], (sound) => {
    let first: Promise<CommitId> | undefined;
    return {
      head: () => {
        first ??= sound.head();
        return first;
      },
    };
  }),
  wrapped(['tree-of-a-commit', 'lands-one-commit', 'user-keeps-edits'], ({ treeOf }, { objects }) => ({
    async treeOf(commit) {
      const tree = new Map(objects.tree(await treeOf(commit)));
      tree.delete('backlog/tasks/one.yaml');
      return objects.addTree(tree);
    },
  })),
  wrapped(['claims-never-go-back'], (_, { fences }) => ({
    async claim(task, fence) {
      fences.set(task, fence);
    },
  })),
  wrapped(['claimed-again'], (sound, { fences }) => ({
    async claim(task, fence) {
      if (fences.get(task) === fence) throw new BacklogError('FENCE_STALE', 'It is claimed.');
      await sound.claim(task, fence);
    },
  })),
  wrapped(['fence-floor'], (_, { fences }) => ({ fenceFloor: async () => [...fences.values()].at(-1) ?? 0 })),
  wrapped(['merges-both-sides'], (sound) => ({
    async merge(request) {
      const merged = await sound.merge(request);
      return merged.status === 'merged' ? { ...merged, tree: await sound.treeOf(request.attempt) } : merged;
    },
  })),
  wrapped(['names-conflicts'], (sound) => ({
    merge: async (request) => ({ ...(await sound.merge(request)), paths: [] }),
  })),
  lands(['lands-one-commit'], (land, { objects }) => (request) => {
    const tree = objects.addTree(new Map([...objects.tree(request.onto), ...objects.tree(request.tree)]));
    return land({ ...request, tree });
  }),
  lands(['task-file-arrives-with-the-code'], (land, { ignores, checkout }) => async (request) => {
    const files = request.files.filter(({ path, replaces }) => ignores(path) || checkout.read(path) !== replaces);
    return land({ ...request, files });
  }),
  lands(
    ['moved', 'lands-once'],
    (land, { head }) =>
      (request) =>
        land({ ...request, onto: head() }),
  ),
  // Leaves something behind, whatever it answers.
  lands(
    [
      'moved',
      'edited-meanwhile',
      'every-claim-stands',
      'fenced',
      'held-by-edits',
      'held-by-new-files',
      'unclaimed',
      'user-keeps-edits',
    ],
    (land, { checkout }) =>
      (request) => {
        checkout.write('index.lock', '');
        return land(request);
      },
  ),
  lands(['fenced'], (land, { fences }) => (request) => {
    const recorded = fences.get(request.task);
    return land({ ...request, fence: recorded && recorded > request.fence ? recorded : request.fence });
  }),
  lands(['unclaimed'], (land, { fences }) => (request) => {
    if ((fences.get(request.task) ?? 0) < request.fence) fences.set(request.task, request.fence);
    return land(request);
  }),
  lands(
    ['every-claim-stands'],
    (land) =>
      ({ also: _, ...request }) =>
        land(request),
  ),
  lands(['lands-once'], (land, { head }) => async (request) => {
    const hasMoved = (await head()) !== request.onto;
    return hasMoved ? { status: 'moved' } : land({ ...request, onto: head() });
  }),
  lands(
    ['edited-meanwhile'],
    (land) => (request) => land({ ...request, files: request.files.map(({ replaces: _, ...file }) => file) }),
  ),
  lands(['held-by-edits'], (land, repository) => (request) => {
    const { objects } = repository;
    const [before, after] = [objects.tree(request.onto), objects.tree(request.tree)];
    overwrite(repository, (path) => before.has(path) && before.get(path) !== after.get(path));
    return land(request);
  }),
  lands(['held-by-new-files'], (land, repository) => (request) => {
    const { objects } = repository;
    overwrite(repository, (path) => !objects.tree(request.onto).has(path) && objects.tree(request.tree).has(path));
    return land(request);
  }),
  lands(['user-keeps-edits'], (land, repository) => async (request) => {
    const result = await land(request);
    if (result.status === 'landed') overwrite(repository, () => true);
    return result;
  }),
  lands(['ignored-task-file'], (land) => async (request) => {
    const result = await land(request);
    return result.status === 'landed' ? { ...result, taskFile: 'committed' } : result;
  }),
  wrapped(['brings-committed-files'], () => ({ bringsFile: async () => true })),
  wrapped(['tells-what-landed'], (sound) => ({ landed: async (since) => [...(await sound.landed(since))].reverse() })),
  wrapped(['tells-what-is-new'], (sound) => ({ landed: () => sound.landed() })),
  wrapped(['tells-plans', 'tells-reverts'], () => ({ plans: async () => [] })),
  lands(['words-are-no-trailers'], (land) => ({ message, ...request }) => {
    const said = [...message.body.matchAll(/^(Backlog-\w+): (.+)$/gm)].map(([, name = '', value = '']) => {
      return [name, value] as const;
    });
    return land({ ...request, message: { ...message, trailers: [...message.trailers, ...said] } });
  }),
  wrapped(['tells-reverts'], (sound) => ({
    landed: async (since) => (await sound.landed(since)).map((one) => ({ ...one, reverted: false })),
  })),
  wrapped(['nothing-to-settle'], (_, repository) => ({
    async settle() {
      overwrite(repository, () => true);
      return [];
    },
  })),
];

describeCases('landing', landingCases, inMemory, mutants);
