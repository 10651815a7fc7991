import {
  type Candidate,
  type DiscoveryPass,
  type Inquiry,
  isWithin,
  type Landing,
  type Plan,
  type Planner,
  type PlanResult,
  type ProposedCandidate,
  type Question,
  type Reporter,
  type Task,
  type TreeId,
  type Workspace,
  type WorkspaceManager,
} from '@backlog-runner/contracts';
import { createRunner, type Runner, type RunnerParts, type RunnerPolicy } from '../src/index.ts';
import { plainAdmission } from './admission.ts';
import { type AgentWorld, agentFor } from './agent.ts';
import { gated } from './gated-parts.ts';
import { PATTERNS } from './ledger.ts';
import type { Life } from './life.ts';
import type { Chance } from './random.ts';
import type { World } from './world.ts';

export interface RunnerSetting {
  readonly world: World;
  readonly policy: RunnerPolicy;
  readonly narrate: RunnerParts['narrate'];
  readonly agents: Omit<AgentWorld, 'repository' | 'machine' | 'ledger'>;
}

/** A real runner, whose every call of a part is a step of this life. */
export function runnerOf(life: Life, { world, policy, narrate, agents }: RunnerSetting): Runner {
  const { repository, machine, ledger, parts } = world;
  const agentWorld = { ...agents, repository, machine, ledger };
  const { store, inbox, leases } = parts;
  const own: RunnerParts = {
    store: {
      ...gated(life, 'store', store, {
        get: 'read',
        read: 'read',
        render: 'read',
        renderNew: 'read',
        add: 'write',
        update: 'write',
        create: 'write',
      }),
      watch: (onChange) => life.watch('store.watch', store.watch, onChange),
    },
    inbox: gated(life, 'inbox', inbox, { propose: 'write', drain: 'write' }),
    leases: gated(life, 'leases', leases, { acquire: 'write', renew: 'write', release: 'write', list: 'read' }),
    journal: journalOf(life, world),
    workspaces: workspacesOf(life, world, policy.workers + 1),
    landing: landingOf(life, world),
    escapes: {
      begin: () =>
        life.gate('escapes.begin', 'read', async () => {
          const before = machine.escapes.length;
          return () => life.gate('escapes.since', 'read', async () => machine.escapes.slice(before));
        }),
    },
    validation: gated(life, 'validation', parts.validation, { run: 'read' }),
    providers: new Map(['codex', 'claude'].map((id) => [id, agentFor(id, life, agentWorld)])),
    planner: plannerOf(agents),
    passes: [passOf(agents.chance)],
    admission: plainAdmission(),
    pathExists: (path) => repository.checkout.entries().some(([file]) => isWithin(file, path)),
    prompts: { instructions: async () => '', patterns: async () => '' },
    memory: {
      path: PATTERNS,
      read: (tree) => life.gate('memory.read', 'read', async () => repository.objects.tree(tree).get(PATTERNS)),
      write: (tree, text) =>
        life.gate(
          'memory.write',
          'write',
          async (): Promise<TreeId> =>
            repository.objects.addTree(new Map([...repository.objects.tree(tree), [PATTERNS, text]])),
        ),
    },
    attemptLog: {
      prompt: () => life.gate('log.prompt', 'write', async () => {}),
      native: () => {},
      flush: async () => {},
    },
    reporter: REPORTER,
    publish: () => life.gate('publish', 'write', async () => {}),
    narrate,
    redact: (text) => text,
    endProcesses: (run) => life.gate('endProcesses', 'write', async () => machine.endRun(run)),
    system: life.system,
  };
  return createRunner(own, policy, { run: life.run, version: '0.0.0', host: 'here' });
}

function landingOf(life: Life, { parts: { landing }, aboutToLand }: World): Landing {
  return {
    ...gated(life, 'landing', landing, {
      head: 'read',
      treeOf: 'read',
      claim: 'write',
      fenceFloor: 'read',
      merge: 'read',
      landed: 'read',
      plans: 'read',
      bringsFile: 'read',
      settle: 'write',
    }),
    branch: landing.branch,
    async land(request) {
      aboutToLand.set(life, request);
      try {
        return await life.gate('landing.land', 'write', () => {
          aboutToLand.delete(life);
          return landing.land(request);
        });
      } finally {
        aboutToLand.delete(life);
      }
    },
  };
}

function journalOf(life: Life, { parts }: World): RunnerParts['journal'] {
  const journal = parts.journalOf(life.run);
  return {
    ...gated(life, 'journal', journal, { append: 'write', read: 'read' }),
    watch: (onChange) => life.watch('journal.watch', journal.watch, onChange),
  };
}

function workspacesOf(life: Life, { parts, owners, users }: World, limit: number): WorkspaceManager {
  const { workspaces } = parts;
  return {
    limit,
    open: (request) =>
      life.gate('workspaces.open', 'write', async () => {
        const workspace = await workspaces.open(request);
        owners.set(request.attempt, life.run);
        users.set(workspace.directory, life.run);
        return gatedWorkspace(life, workspace);
      }),
    recover: () => life.gate('workspaces.recover', 'write', () => workspaces.recover()),
  };
}

function gatedWorkspace(life: Life, workspace: Workspace): Workspace {
  return gated(life, workspace.name, workspace, { retain: 'write', show: 'write', close: 'write' });
}

const REPORTER: Reporter = {
  render: ({ backlog }) => backlog.tasks.map(({ id, state }) => `${id} ${state}`).join('\n'),
};

const QUESTION: Question = { instructions: 'Only look.', prompt: 'What now?', outputSchema: { type: 'object' } };

function plannerOf({ chance, mischief }: RunnerSetting['agents']): Planner {
  return {
    async plan({ parents }, inquiry) {
      const failure = await failureOf(inquiry);
      if (failure) return failure;
      const plan = twoEach(parents.map(({ task }) => task));
      const strange = chance.happens(mischief()) ? chance.pick(STRANGE_ANSWERS)(plan) : undefined;
      return strange ?? { status: 'planned', plan };
    },
  };
}

/** What no planner should answer. */
const STRANGE_ANSWERS: readonly ((plan: Plan) => PlanResult)[] = [
  () => ({ status: 'refused', reason: 'No plan fits.' }),
  (plan) => ({ status: 'planned', plan: { ...plan, children: [] } }),
  (plan) => ({
    status: 'planned',
    plan: { ...plan, supersedes: plan.supersedes.map((step) => ({ ...step, parent: 'who' as Task['id'] })) },
  }),
  (plan) => ({
    status: 'planned',
    plan: { ...plan, children: plan.children.map((step) => ({ ...step, after: plan.children.map(({ key }) => key) })) },
  }),
  (plan) => ({
    status: 'planned',
    plan: {
      ...plan,
      children: plan.children.map((step) => ({
        ...step,
        candidate: { ...step.candidate, dependsOn: plan.supersedes.map(({ parent }) => parent) },
      })),
    },
  }),
  (plan) => ({
    status: 'planned',
    plan: {
      ...plan,
      children: plan.children.map((step) => ({ ...step, candidate: { ...step.candidate, title: ' ' } })),
    },
  }),
];

async function failureOf(inquiry: Inquiry) {
  const outcome = await inquiry.ask(QUESTION);
  if (outcome.status === 'completed') return undefined;
  const failure =
    outcome.status === 'failed' ? outcome.failure : ({ kind: 'other', message: 'It was stopped.' } as const);
  return { status: 'agent-failed', failure } as const;
}

function twoEach(parents: readonly Task[]): Plan {
  return {
    supersedes: parents.map(({ id }) => ({ parent: id, children: [`${id}-1`, `${id}-2`] })),
    children: parents.flatMap(({ id, title }) => [
      { key: `${id}-1`, candidate: child(`First of ${title}`, `src/${id}`), after: [] },
      { key: `${id}-2`, candidate: child(`Second of ${title}`, `src/${id}`), after: [`${id}-1`] },
    ]),
    summary: 'In two steps.',
  };
}

function child(title: string, path: string): Candidate {
  return {
    title,
    priority: 'normal',
    kind: 'implementation',
    dependsOn: [],
    touchPaths: [path as Candidate['touchPaths'][number]],
    capabilities: [],
    acceptanceCriteria: [],
    source: { type: 'planner-pass' },
  };
}

function passOf(chance: Chance): DiscoveryPass {
  return {
    contract: 'discovery-pass@1',
    id: 'look',
    asksAgent: true,
    async find(_request, inquiry) {
      const failure = await failureOf(inquiry);
      if (failure) return failure;
      const found = Array.from({ length: chance.below(3) }, (): ProposedCandidate => {
        const title = `Found ${chance.below(4)}`;
        return {
          title,
          description: '',
          priority: 'low',
          touch_paths: [chance.pick(['src', 'src/a', 'src/found'])],
          acceptance_criteria: [],
        };
      });
      return { status: 'found', candidates: found };
    },
  };
}
