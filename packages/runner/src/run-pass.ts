import {
  type DiscoveryPass,
  type EpochMs,
  type History,
  originOf,
  type PassOutcome,
  type PassRequest,
  type PassResult,
  resource,
  type Task,
  type TaskId,
} from '@backlog-runner/contracts';
import { admittedSince, rejectedLately } from './admit.ts';
import { type EndedLook, inquire, type Look } from './inquire.ts';
import { consequencesOfLook, tellOfProvider } from './look-consequences.ts';
import type { AgentChoice, PassPolicy } from './policy.ts';
import { proposeAll } from './propose.ts';
import { discovererOf } from './route-agent.ts';
import type { RunContext } from './run-context.ts';

/**
 * Gives a pass its turn: what it finds waits in the inbox for its admission. Undefined when nothing was begun, because
 * another runner runs this pass now.
 */
export async function runPass(
  context: RunContext,
  policy: PassPolicy,
  tasks: readonly Task[],
  past: () => Promise<History>,
): Promise<PassOutcome | undefined> {
  const { parts } = context;
  const pass = parts.passes?.find(({ id }) => id === policy.id);
  if (!pass) throw new Error(`No pass ${policy.id} was handed to the runner.`);
  const history = await past();
  const request = passRequest(policy, { tasks, history, now: parts.system.now() });
  const agent = pass.asksAgent ? discovererOf(policy, context.policy) : undefined;
  let outcome: PassOutcome | undefined;
  await inquire<PassResult>(
    context,
    lookOf(pass, agent, history),
    (inquiry) => pass.find(request, inquiry),
    async (ended) => {
      outcome = await outcomeOf(context, pass, ended, request.maxCandidates);
      const { inquiry, usage, provider = agent?.provider } = ended;
      const consequences = await consequencesOfLook(outcome, provider, context, past);
      const { counts } = consequences;
      await context.emit({ type: 'pass.ended', inquiry, pass: pass.id, outcome, counts, ...(usage ? { usage } : {}) });
      await tellOfProvider(consequences, provider, context.emit);
    },
  );
  return outcome;
}

function lookOf({ id, needsInstall }: DiscoveryPass, agent: AgentChoice | undefined, { passes }: History): Look {
  return {
    role: 'discovery',
    subject: `pass-${id}` as TaskId,
    resources: [resource.pass(id)],
    claims: [],
    needsInstall: needsInstall === true,
    ...(agent ? { agent } : {}),
    tryNumber: (passes.get(id)?.turns ?? 0) + 1,
    isStillWanted: async () => true,
    started: ({ inquiry, fence, base }) => ({ type: 'pass.started', inquiry, pass: id, fence, base, ...agent }),
  };
}

/** What a pass is told when it gets its turn. */
export function passRequest(
  { id, maxCandidates, maxPerDay }: Pick<PassPolicy, 'id' | 'maxCandidates' | 'maxPerDay'>,
  { tasks, history, now }: { readonly tasks: readonly Task[]; readonly history: History; readonly now: EpochMs },
): PassRequest {
  const leftToday = Math.max(0, maxPerDay - admittedSince(history, originOf({ type: 'pass', passId: id }), now));
  return {
    known: { tasks, rejected: rejectedLately(history, now) },
    maxCandidates: Math.min(maxCandidates, leftToday),
  };
}

async function outcomeOf(
  context: RunContext,
  { id }: DiscoveryPass,
  { ending }: EndedLook<PassResult>,
  maxCandidates: number,
): Promise<PassOutcome> {
  if (ending.status !== 'looked') return ending;
  const result = ending.value;
  if (result.status !== 'found') return result;
  const source = { type: 'pass', passId: id } as const;
  const reason = `a turn may propose ${maxCandidates}`;
  for (const { title } of result.candidates.slice(maxCandidates)) {
    await context.emit({ type: 'candidate.rejected', title, reason, source, mayComeAgain: true });
  }
  await proposeAll(result.candidates.slice(0, maxCandidates), source, context);
  return { status: 'found', proposed: result.candidates.length };
}
