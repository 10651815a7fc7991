import { AGENT_ROLES, type AgentOutcome, type AgentProvider, type RunId, type System } from '@backlog-runner/contracts';
import type { Agents } from '../agents-of.ts';
import type { RoleChoice } from '../resolve-agents.ts';
import type { AgentFacts } from './facts.ts';

interface Around {
  readonly live: boolean;
  readonly directory: string;
  readonly system: System;
}

/** Each agent once, with what it is for. */
export async function agentFacts(agents: Agents, around: Around): Promise<readonly AgentFacts[]> {
  const uses = [
    ...AGENT_ROLES.map((role) => ({ use: role as string, choice: agents.roles[role] })),
    ...[...agents.passes].map(([id, choice]) => ({ use: `the pass ${id}`, choice })),
  ];
  const byId = new Map<string, { choice: RoleChoice<AgentProvider>; roles: string[] }>();
  for (const { use, choice } of uses) {
    const known = byId.get(choice.provider.id);
    if (known) known.roles.push(use);
    else byId.set(choice.provider.id, { choice, roles: [use] });
  }
  const sorted = [...byId].sort(([left], [right]) => left.localeCompare(right));
  return Promise.all(sorted.map(([id, { choice, roles }]) => factsOf(choice, { id, roles, ...around })));
}

async function factsOf(
  choice: RoleChoice<AgentProvider>,
  { id, roles, live, directory, system }: Around & { readonly id: string; readonly roles: readonly string[] },
): Promise<AgentFacts> {
  const health = await choice.provider.check();
  if (!live || health.status !== 'ready') return { id, roles, health };
  const outcome = await ask(choice, { directory, system });
  return { id, roles, health, live: outcome };
}

const SECOND = 1000;
const LIMITS = { idleMs: 90 * SECOND, totalMs: 120 * SECOND, toolMs: 60 * SECOND, maxTurns: 2 };

async function ask(
  { provider, model }: RoleChoice<AgentProvider>,
  { directory, system }: Pick<Around, 'directory' | 'system'>,
): Promise<NonNullable<AgentFacts['live']>> {
  let outcome: AgentOutcome | undefined;
  for await (const event of provider.run({
    prompt: 'Answer with the single word "ready". Use no tool.',
    directory,
    access: 'read-only',
    limits: LIMITS,
    environment: {},
    origin: { run: `doctor-${system.token(8)}` as RunId, role: 'discovery', tryNumber: 1, turn: 1 },
    ...(model === undefined ? {} : { model }),
  })) {
    if (event.type === 'run.ended') outcome = event.outcome;
  }
  if (outcome?.status === 'completed') return { status: 'answered' };
  return { status: 'failed', message: outcome?.status === 'failed' ? outcome.failure.message : 'it was ended' };
}
