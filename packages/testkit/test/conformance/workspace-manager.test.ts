import { basename, resolve } from 'node:path';
import type { AttemptId, Workspace, WorkspaceManager } from '@backlog-runner/contracts';
import {
  type WorkspaceNeed,
  type WorkspaceSubject,
  type WorkspaceWorld,
  workspaceManagerCases,
} from '../../src/conformance/index.ts';
import { type MemoryRepository, memoryRepository } from '../../src/memory-repository.ts';
import { type MemoryWorkspacesOptions, memoryWorkspaces } from '../../src/memory-workspaces.ts';
import { type Breaks, describeCases, type Mutant } from './kit.ts';

const LIMIT = 3;
const IGNORED = 'installed';

/** What a mutant may know besides the part it breaks. */
interface Around {
  readonly repository: MemoryRepository;
  /** What agents committed themselves. */
  readonly committed: Set<string>;
}

type Change = (sound: WorkspaceManager, around: Around) => Partial<WorkspaceManager>;

function worldOf(change: Change = () => ({}), options: MemoryWorkspacesOptions = {}): WorkspaceWorld {
  const repository = memoryRepository();
  const dead = new Set<AttemptId>();
  const committed = new Set<string>();
  const isAbandoned = (attempt: AttemptId) => dead.has(attempt);
  const ignores = (path: string) => path === IGNORED;
  const sound = memoryWorkspaces(repository, { limit: LIMIT, isAbandoned, ignores, ...options });
  const manager = { ...sound, limit: LIMIT, ...change(sound, { repository, committed }) };
  const filesIn = ({ directory }: Workspace) => filesAt(repository, directory);
  return {
    manager,
    commit: async (files) => repository.commit('Next', files),
    write(workspace, files) {
      for (const [path, content] of Object.entries(files)) {
        if (content === null) filesIn(workspace).remove(path);
        else filesIn(workspace).write(path, content);
      }
    },
    read: (workspace) => Object.fromEntries(filesIn(workspace).entries()),
    resolve: (ref) => repository.refs.get(ref),
    contentOf: (id) => Object.fromEntries(repository.objects.tree(id)),
    reaches: (from, to) => reaches(repository, from, to),
    picture: () => JSON.stringify([repository.head(), repository.checkout.entries()]),
    commitInside(workspace) {
      for (const [path] of filesIn(workspace).entries()) committed.add(path);
    },
    die(attempt) {
      dead.add(attempt);
      return manager;
    },
    ignored: IGNORED,
  };
}

function filesAt({ directories }: MemoryRepository, directory: string) {
  const files = directories.get(resolve('/backlog-runner-memory', directory));
  if (!files) throw new Error(`There is no workspace at ${directory}.`);
  return files;
}

function reaches({ objects }: MemoryRepository, from: string, to: string): boolean {
  return (
    from === to ||
    objects
      .commit(from as Workspace['base'])
      .parents.some((parent) => reaches({ objects } as MemoryRepository, parent, to))
  );
}

const inMemory: WorkspaceSubject = { open: () => worldOf() };

type WorkspaceMutant = Mutant<WorkspaceWorld, WorkspaceNeed>;

const wrapped = (breaks: Breaks, change: Change, options: MemoryWorkspacesOptions = {}): WorkspaceMutant => ({
  breaks,
  subject: { open: () => worldOf(change, options) },
});

/** Hands out workspaces that are broken. What is not changed stays as it is, the base that moves too. */
const inside = (
  breaks: Breaks,
  change: (workspace: Workspace, around: Around) => Partial<Workspace>,
): WorkspaceMutant =>
  wrapped(breaks, (sound, around) => ({
    async open(request) {
      const workspace = await sound.open(request);
      const changed = new Map(Object.entries(change(workspace, around)));
      return new Proxy(workspace, { get: (target, key) => changed.get(String(key)) ?? Reflect.get(target, key) });
    },
  }));

const mutants: readonly WorkspaceMutant[] = [
  inside(
    [
      'shows-its-base',
      'any-commit',
      'close-is-idempotent',
      'ignored-files-stay',
      'isolated',
      'no-trace-of-the-last',
      'recovered-is-free',
      'retains-again',
      'retains-every-byte',
      'retains-nothing-of-nothing',
      'retains-own-commits',
      'shows-exactly',
    ],
    (workspace, { repository }) => {
      filesAt(repository, workspace.directory).remove('deep/b.txt');
      return {};
    },
  ),
  inside(['names-its-base', 'recovers-the-dead', 'shown-base'], ({ base }, { repository: { objects } }) => ({
    base: objects.addCommit(objects.commit(base)),
  })),
  inside(['directory-is-absolute'], ({ directory }) => ({ directory: basename(directory) })),
  wrapped(['any-commit'], (sound, { repository }) => ({
    open: (request) => sound.open({ ...request, base: repository.head() }),
  })),
  inside(['isolated'], ({ directory }, { repository: { directories } }) => {
    const [shared] = directories.values();
    if (shared) directories.set(directory, shared);
    return {};
  }),
  wrapped(['limit', 'closing-makes-room'], () => ({}), { limit: 100 }),
  wrapped(
    ['closing-makes-room'],
    (sound) => {
      let open = 0;
      return {
        async open(request) {
          const workspace = await sound.open(request);
          if (open >= LIMIT) {
            await workspace.close();
            return memoryWorkspaces(memoryRepository(), { limit: 0 }).open(request);
          }
          open += 1;
          const close = async (options = {}) => {
            open -= 1;
            await workspace.close(options);
          };
          return new Proxy(workspace, { get: (target, key) => (key === 'close' ? close : Reflect.get(target, key)) });
        },
      };
    },
    { limit: 100 },
  ),
  wrapped(['called-off'], (sound) => ({
    async open(request) {
      if (request.signal?.aborted) await sound.open({ attempt: request.attempt, base: request.base });
      return sound.open(request);
    },
  })),
  inside(['retains-changes'], (workspace) => ({
    async retain(request) {
      const retained = await workspace.retain(request);
      return { ...retained, changes: retained.changes.filter(({ change }) => change !== 'deleted') };
    },
  })),
  inside(['retains-under-its-ref', 'retained-outlives-it', 'retains-again'], (workspace) => ({
    retain: (request) => workspace.retain({ ...request, fence: (request.fence + 1) as typeof request.fence }),
  })),
  inside(['retains-every-byte'], (workspace, { repository }) => ({
    retain(request) {
      const files = filesAt(repository, workspace.directory);
      for (const [path, content] of files.entries()) files.write(path, content.replaceAll('\r\n', '\n'));
      return workspace.retain(request);
    },
  })),
  inside(['retains-nothing-of-nothing'], (workspace, { repository }) => ({
    async retain(request) {
      const retained = await workspace.retain(request);
      repository.refs.set(retained.ref, retained.commit);
      return retained;
    },
  })),
  inside(['retains-again'], (workspace, { repository: { objects, refs } }) => ({
    async retain(request) {
      const retained = await workspace.retain(request);
      if (retained.changes.length === 0) return retained;
      const commit = objects.addCommit({ ...objects.commit(retained.commit), parents: [workspace.base] });
      refs.set(retained.ref, commit);
      return { ...retained, commit };
    },
  })),
  inside(['retains-own-commits'], (workspace, { repository, committed }) => ({
    retain(request) {
      const files = filesAt(repository, workspace.directory);
      const base = repository.objects.tree(workspace.base);
      for (const path of committed) if (!base.has(path)) files.remove(path);
      return workspace.retain(request);
    },
  })),
  wrapped(['retained-outlives-it', 'unretained-work-is-kept'], (sound, { repository: { refs } }) => ({
    open(request) {
      for (const ref of refs.keys()) if (ref.startsWith('refs/backlog-runner/')) refs.delete(ref);
      return sound.open(request);
    },
  })),
  inside(['user-is-untouched'], (workspace, { repository }) => ({
    retain(request) {
      repository.checkout.write('index.lock', '');
      return workspace.retain(request);
    },
  })),
  inside(['shows-exactly'], (workspace, { repository }) => ({
    async show(tree, base) {
      const before = filesAt(repository, workspace.directory).entries();
      await workspace.show(tree, base);
      const files = filesAt(repository, workspace.directory);
      for (const [path, content] of before) if (files.read(path) === undefined) files.write(path, content);
    },
  })),
  inside(['shown-base'], (workspace) => ({ show: (tree) => workspace.show(tree, workspace.base) })),
  wrapped(['ignored-files-stay'], () => ({}), { ignores: () => false }),
  inside(['close-is-idempotent'], (workspace, { repository: { directories } }) => ({
    async close(options) {
      await workspace.close(options);
      directories.delete(workspace.directory);
    },
  })),
  wrapped(['no-trace-of-the-last'], (sound, { repository }) => {
    const left = new Map<string, string>();
    return {
      async open(request) {
        const workspace = await sound.open(request);
        const files = filesAt(repository, workspace.directory);
        for (const [path, content] of left) if (files.read(path) === undefined) files.write(path, content);
        const close = async (options = {}) => {
          const { directory } = workspace;
          for (const [path, content] of repository.directories.get(directory)?.entries() ?? []) left.set(path, content);
          await workspace.close(options);
        };
        return new Proxy(workspace, { get: (target, key) => (key === 'close' ? close : Reflect.get(target, key)) });
      },
    };
  }),
  inside(['unretained-work-is-kept'], (workspace) => ({ close: () => workspace.close() })),
  wrapped(['preferred'], (sound) => ({ open: ({ prefer: _, ...request }) => sound.open(request) })),
  wrapped(['nothing-to-recover'], () => ({}), { isAbandoned: () => true }),
  wrapped(['recovers-the-dead'], (sound) => ({
    async recover() {
      await sound.recover();
      return [];
    },
  })),
  wrapped(['recovered-is-free'], (sound) => {
    let before: Awaited<ReturnType<WorkspaceManager['recover']>> = [];
    return {
      async recover() {
        before = [...before, ...(await sound.recover())];
        return before;
      },
    };
  }),
];

describeCases('workspaces', workspaceManagerCases, inMemory, mutants);
