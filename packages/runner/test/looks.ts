import type {
  AgentOutcome,
  Candidate,
  DiscoveryPass,
  PassResult,
  Plan,
  Planner,
  ProposedCandidate,
  Question,
  Task,
} from '@backlog-runner/contracts';
import type { DiscoveryPolicy, PassPolicy, PlannerPolicy } from '../src/policy.ts';

export const HOUR = 3_600_000;

export const planning: PlannerPolicy = {
  readyMark: 1,
  batch: 2,
  maxTries: 2,
  maxDepth: 3,
  pause: { firstMs: 60_000, maxMs: HOUR },
};

export function passPolicy(id: string, fields: Partial<PassPolicy> = {}): PassPolicy {
  return { id, trigger: 'low-queue', everyMs: 6 * HOUR, maxCandidates: 3, maxPerDay: 10, ...fields };
}

export function discovery(...passes: readonly PassPolicy[]): DiscoveryPolicy {
  return { readyMark: 1, passes };
}

const QUESTION: Question = { instructions: 'Only look.', prompt: 'What now?', outputSchema: { type: 'object' } };

export function childCandidate(title: string, fields: Partial<Candidate> = {}): Candidate {
  return {
    title,
    priority: 'normal',
    kind: 'implementation',
    dependsOn: [],
    touchPaths: [],
    capabilities: [],
    acceptanceCriteria: [],
    source: { type: 'planner-pass' },
    ...fields,
  };
}

/** For every parent two children, of which the second waits for the first. */
export function twoEach(parents: readonly Task[]): Plan {
  return {
    supersedes: parents.map(({ id }) => ({ parent: id, children: [`${id}-1`, `${id}-2`] })),
    children: parents.flatMap(({ id, title }) => [
      { key: `${id}-1`, candidate: childCandidate(`First of ${title}`), after: [] },
      { key: `${id}-2`, candidate: childCandidate(`Second of ${title}`), after: [`${id}-1`] },
    ]),
    summary: 'In two steps.',
  };
}

/** Asks an agent once and answers what it is told to, unless the agent failed. */
export function plannerWith(answer: (parents: readonly Task[]) => Plan | string): Planner {
  return {
    async plan({ parents }, inquiry) {
      const outcome = await inquiry.ask(QUESTION);
      if (outcome.status !== 'completed') return failed(outcome);
      const plan = answer(parents.map(({ task }) => task));
      return typeof plan === 'string' ? { status: 'refused', reason: plan } : { status: 'planned', plan };
    },
  };
}

function failed(outcome: Exclude<AgentOutcome, { status: 'completed' }>) {
  const failure = outcome.status === 'failed' ? outcome.failure : ({ kind: 'other', message: 'stopped' } as const);
  return { status: 'agent-failed', failure } as const;
}

export function proposal(title: string, fields: Partial<ProposedCandidate> = {}): ProposedCandidate {
  return { title, description: '', priority: 'normal', touch_paths: [], acceptance_criteria: [], ...fields };
}

/** A pass that asks an agent once and then finds these. */
export function passWith(id: string, find: () => readonly ProposedCandidate[] | string): DiscoveryPass {
  return {
    contract: 'discovery-pass@1',
    id,
    asksAgent: true,
    async find(_request, inquiry): Promise<PassResult> {
      const outcome = await inquiry.ask(QUESTION);
      if (outcome.status !== 'completed') return failed(outcome);
      const found = find();
      return typeof found === 'string' ? { status: 'refused', reason: found } : { status: 'found', candidates: found };
    },
  };
}
