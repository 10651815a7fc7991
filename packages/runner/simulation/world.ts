import {
  type Fence,
  type Inbox,
  type Journal,
  type Landing,
  type LandRequest,
  type Lease,
  type LeaseManager,
  type RunId,
  resource,
  type Task,
  type TaskStore,
  type Validation,
  type WorkspaceManager,
} from '@backlog-runner/contracts';
import {
  type MemoryInbox,
  type MemoryRecord,
  type MemoryRepository,
  type MemoryStore,
  memoryInbox,
  memoryJournal,
  memoryLanding,
  memoryLeases,
  memoryRecord,
  memoryRepository,
  memoryStore,
  memoryValidation,
  memoryWorkspaces,
} from '@backlog-runner/testkit';
import { createMachine, type Machine } from './agent-process.ts';
import { BROKEN, createLedger, type Ledger, PATTERNS, PROTECTED } from './ledger.ts';
import type { Life } from './life.ts';
import type { Chance } from './random.ts';
import type { Scheduler } from './scheduler.ts';

/** The parts that all runners of one machine share. */
export interface SharedParts {
  readonly store: TaskStore;
  readonly inbox: Inbox;
  readonly leases: LeaseManager;
  readonly landing: Landing;
  readonly workspaces: WorkspaceManager;
  readonly validation: Validation;
  readonly journalOf: (run: RunId) => Journal;
}

/** Breaks a part on purpose, to show that it is noticed. */
export type Mutation = (parts: SharedParts, repository: MemoryRepository) => Partial<SharedParts>;

export interface World {
  readonly repository: MemoryRepository;
  readonly store: MemoryStore;
  readonly inbox: MemoryInbox;
  readonly record: MemoryRecord;
  readonly leases: LeaseManager;
  readonly ledger: Ledger;
  readonly machine: Machine;
  readonly lives: Life[];
  /** Who opened the workspace of an attempt. */
  readonly owners: Map<string, RunId>;
  /** Who opened a directory last. */
  readonly users: Map<string, RunId>;
  /** What runners have rendered and not landed yet. */
  readonly aboutToLand: Map<Life, LandRequest>;
  readonly parts: SharedParts;
  /** Ends a lease before its time. */
  loseLease(lease: Lease): Promise<void>;
}

export interface WorldOptions {
  readonly scheduler: Scheduler;
  readonly chance: Chance;
  readonly random: () => number;
  readonly tasks: readonly Task[];
  readonly isBacklogIgnored: boolean;
  readonly mischief: () => number;
  readonly mutate?: Mutation;
}

const FILES = {
  'backlog.config.mjs': 'export default {}\n',
  'scripts/backlog/validate.sh': 'test\n',
  [PATTERNS]: '# Patterns\n',
  'README.md': 'Read me.\n',
  'shared.txt': 'shared\n',
  'src/a/work.txt': 'a\n',
};

export function createWorld({
  scheduler,
  chance,
  random,
  tasks,
  isBacklogIgnored,
  mischief,
  mutate,
}: WorldOptions): World {
  const now = scheduler.now;
  const system = {
    now,
    monotonic: scheduler.elapsed,
    after: () => () => {},
    random,
    token: (length: number) => Array.from({ length }, () => 'abcdefghij'[Math.floor(random() * 10)]).join(''),
  };
  const ignores = (path: string) => isBacklogIgnored && path.startsWith('backlog/');
  const repository = memoryRepository({ files: FILES, ignores });
  const ledger = createLedger(repository, now);
  const machine = createMachine(scheduler);
  const lives: Life[] = [];
  const record = memoryRecord();
  const leases = memoryLeases({ system });
  const highestFence = (id: string) => repository.fences.get(id as Task['id']) ?? 0;
  const store = memoryStore(tasks, { files: repository.checkout, system, highestFence });
  repository.commit('Add the backlog');
  const inbox = memoryInbox(store);

  const isGone = (run: RunId): boolean =>
    lives.some((life) => life.run === run && (life.state === 'dead' || life.isOver));
  const owners = new Map<string, RunId>();
  const abandoned = new Set<RunId>();
  const pool = memoryWorkspaces(repository, {
    isAbandoned: (attempt) => abandoned.has(owners.get(attempt) ?? ('' as RunId)),
  });
  const workspaces: WorkspaceManager = {
    limit: undefined,
    open: async (request) => pool.open(request),
    /** As the pool of worktrees does: nobody is gone who only sleeps, and what the dead left at work is ended before. */
    async recover() {
      const held = new Set((await leases.list()).flatMap(({ resources }) => resources));
      abandoned.clear();
      for (const run of owners.values()) if (isGone(run) && !held.has(resource.runner(run))) abandoned.add(run);
      for (const run of abandoned) machine.endRun(run);
      return pool.recover();
    },
  };
  const validation = memoryValidation(
    ({ directory }) => {
      if (chance.happens(mischief() * 0.05)) {
        return { status: 'inconclusive', profile: 'repo', reason: 'It was killed.' };
      }
      const files = repository.directories.get(directory)?.entries() ?? [];
      const bad = files.filter(([path, content]) => !path.startsWith('backlog/') && BROKEN.test(content));
      return bad.length > 0 ? `broken: ${bad.map(([path]) => path).join(', ')}` : undefined;
    },
    { protects: PROTECTED },
  );
  const plain: SharedParts = {
    store,
    inbox,
    leases,
    landing: memoryLanding(repository),
    workspaces,
    validation,
    journalOf: (run) => memoryJournal({ record, system, run }),
  };
  const parts = { ...plain, ...mutate?.(plain, repository) };
  return {
    repository,
    store,
    inbox,
    record,
    leases: parts.leases,
    ledger,
    machine,
    lives,
    parts: observed(parts, ledger),
    owners,
    users: new Map(),
    aboutToLand: new Map(),
    async loseLease(lease) {
      await leases.release(lease);
      ledger.ended(lease.fence);
    },
  };
}

/** The same parts; what takes effect is entered in the ledger. */
function observed(parts: SharedParts, ledger: Ledger): SharedParts {
  const { store, leases, landing, validation } = parts;
  return {
    ...parts,
    store: {
      ...store,
      async update(id, patch, guard) {
        const task = await store.update(id, patch, guard);
        if ('fence' in guard) ledger.updated(id, guard.fence);
        return task;
      },
    },
    leases: {
      ...leases,
      async acquire(request) {
        const lease = await leases.acquire(request);
        if (lease) ledger.granted(lease);
        return lease;
      },
      async renew(lease, ttlMs) {
        const renewed = await leases.renew(lease, ttlMs);
        ledger.renewed(renewed);
        return renewed;
      },
      async release(lease) {
        await leases.release(lease);
        ledger.ended(lease.fence as Fence);
      },
    },
    landing: {
      ...landing,
      async claim(task, fence) {
        await landing.claim(task, fence);
        ledger.claimed(task, fence);
      },
      async land(request) {
        const result = await landing.land(request);
        if (result.status === 'landed') ledger.landed(request, result.commit);
        else ledger.notLanded(result.status);
        return result;
      },
    },
    validation: {
      ...validation,
      async run(request) {
        const result = await validation.run(request);
        if (result.status === 'passed') ledger.validated(request.task, request.directory);
        return result;
      },
    },
  };
}
