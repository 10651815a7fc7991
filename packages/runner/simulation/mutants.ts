import type { Fence, JournalEntry, Lease, Task, Workspace } from '@backlog-runner/contracts';
import type { Mutation, SharedParts } from './world.ts';

export interface Mutant {
  /** What is broken, as a sentence. */
  readonly what: string;
  /** The promise that is broken by it first. */
  readonly promise: number;
  readonly mutate: Mutation;
}

/** Parts that each break one promise, by a wrapper around the sound ones. What the simulation is worth shows on them. */
export const MUTANTS: readonly Mutant[] = [
  {
    what: 'a lease is granted although another one stands',
    promise: 1,
    mutate: ({ leases }) => ({
      leases: {
        ...leases,
        async acquire(request) {
          const granted = await leases.acquire(request);
          if (granted || !request.resources.some((key) => key.startsWith('task/'))) return granted;
          const aside = await leases.acquire({ ...request, resources: [`task/aside-${request.holder}` as never] });
          return aside && { ...aside, resources: [...request.resources] };
        },
      },
    }),
  },
  {
    what: 'a fence is granted twice',
    promise: 1,
    mutate: ({ leases }) => {
      const halved = (lease: Lease): Lease => ({ ...lease, fence: Math.ceil(lease.fence / 2) as Fence });
      return {
        leases: {
          ...leases,
          async acquire(request) {
            const lease = await leases.acquire(request);
            return lease && halved(lease);
          },
        },
      };
    },
  },
  {
    what: 'a claim under an old fence is accepted, and lands',
    promise: 2,
    mutate: ({ landing }) => ({
      landing: {
        ...landing,
        claim: async (task, fence) => landing.claim(task, fence).catch(() => {}),
        async land(request) {
          const result = await landing.land(request);
          if (result.status !== 'fenced') return result;
          const floor = await landing.fenceFloor();
          for (let at = floor; at > 0; at -= 1) {
            const again = await landing.land({ ...request, fence: at as Fence });
            if (again.status !== 'fenced') return again;
          }
          return result;
        },
      },
    }),
  },
  {
    what: 'code lands without its task being done',
    promise: 3,
    mutate: ({ landing }) => ({
      landing: { ...landing, land: (request) => landing.land({ ...request, files: [] }) },
    }),
  },
  {
    what: 'a task is marked as done and its code does not land',
    promise: 3,
    mutate: ({ landing, store }) => ({
      landing: {
        ...landing,
        async land(request) {
          await store.update(request.task, { state: 'done' }, { fence: request.fence });
          return { status: 'landed', commit: request.onto, checkout: 'followed' };
        },
      },
    }),
  },
  {
    what: 'whatever is judged passes',
    promise: 4,
    mutate: ({ validation }) => ({
      validation: { ...validation, run: async () => ({ status: 'passed', profile: 'repo', durationMs: 0 }) },
    }),
  },
  {
    what: 'another tree lands than the one that passed',
    promise: 4,
    mutate: ({ landing }) => ({
      landing: {
        ...landing,
        async land(request) {
          const tree = await landing.treeOf(request.onto);
          return landing.land({ ...request, tree });
        },
      },
    }),
  },
  {
    what: 'work is not retained',
    promise: 5,
    mutate: ({ workspaces }) => ({
      workspaces: {
        ...workspaces,
        async open(request) {
          const workspace = await workspaces.open(request);
          const retain: Workspace['retain'] = async () => {
            const tree = workspace.base as never;
            return { ref: 'none', commit: workspace.base, tree, changes: [{ path: 'src/x', change: 'added' }] };
          };
          return Object.create(workspace, { retain: { value: retain } }) as Workspace;
        },
      },
    }),
  },
  {
    what: 'nothing that the dead left is recovered',
    promise: 10,
    mutate: ({ workspaces }) => ({ workspaces: { ...workspaces, recover: async () => [] } }),
  },
  {
    what: 'a landing takes away what a person has not committed',
    promise: 6,
    mutate: ({ landing }, { checkout }) => ({
      landing: {
        ...landing,
        async land(request) {
          const result = await landing.land(request);
          if (result.status === 'landed' && checkout.read('notes.txt')?.startsWith('edit '))
            checkout.remove('notes.txt');
          return result;
        },
      },
    }),
  },
  {
    what: 'a landing gives way to nothing that was edited since it was rendered',
    promise: 6,
    mutate: ({ landing }) => ({
      landing: {
        ...landing,
        land: (request) =>
          landing.land({ ...request, files: request.files.map(({ replaces: _edited, ...file }) => file) }),
      },
    }),
  },
  {
    what: 'an update of a task drops what a person has noted in its file',
    promise: 6,
    mutate: ({ store }, { checkout }) => ({
      store: {
        ...store,
        async update(id, patch, guard) {
          const { path } = await store.update(id, patch, guard);
          const file = JSON.parse(checkout.read(path) ?? '{}') as Task;
          const statusNotes = file.statusNotes.filter((note) => !note.startsWith('mark'));
          checkout.write(path, JSON.stringify({ ...file, statusNotes }, undefined, 2));
          return (await store.get(id)) as Task;
        },
      },
    }),
  },
  {
    what: 'no path is protected',
    promise: 7,
    mutate: ({ validation }) => ({ validation: { ...validation, protectedAmong: () => [] } }),
  },
  {
    what: 'nobody hears of the dead',
    promise: 8,
    mutate: ({ leases }) => {
      const presences = new Map<string, Lease>();
      return {
        leases: {
          ...leases,
          async acquire(request) {
            const lease = await leases.acquire(request);
            if (lease && request.resources.some((key) => key.startsWith('runner/')))
              presences.set(request.holder, lease);
            return lease;
          },
          async list() {
            const live = await leases.list();
            const ghosts = [...presences.values()].filter((ghost) => !live.some(({ fence }) => fence === ghost.fence));
            return [...live, ...ghosts];
          },
        },
      };
    },
  },
  {
    what: 'a landing is never written',
    promise: 9,
    mutate: ({ journalOf }) => ({ journalOf: silentOn(journalOf, 'task.landed') }),
  },
  {
    what: 'a failure is never written',
    promise: 9,
    mutate: ({ journalOf }) => ({ journalOf: silentOn(journalOf, 'task.failed') }),
  },
  {
    what: 'leases are not given back',
    promise: 10,
    mutate: ({ leases }) => ({ leases: { ...leases, release: async () => {} } }),
  },
];

/** A journal that takes events of one type and keeps none of them. */
function silentOn(journalOf: SharedParts['journalOf'], type: JournalEntry['type']): SharedParts['journalOf'] {
  return (run) => {
    const journal = journalOf(run);
    let seq = 0;
    return {
      ...journal,
      async append(event) {
        seq += 1;
        return event.type === type ? ({ ...event, at: 0 as never, run, seq } as JournalEntry) : journal.append(event);
      },
    };
  };
}
