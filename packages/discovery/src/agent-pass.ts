import type { DiscoveryPass } from '@backlog-runner/contracts';
import { CANDIDATE_ANSWER_SCHEMA, readCandidates } from './candidate-answer.ts';
import { type PassPolicy, passInstructions, passPrompt } from './pass-prompt.ts';

export interface AgentPassOptions extends PassPolicy {
  /** Which provider, by id. Absent: the one the config names for discovery. */
  readonly provider?: string;
  /** The vendor's own name. */
  readonly model?: string;
}

/** A pass that asks an agent, by a policy of the repository. Promises no more candidates than asked for. */
export function agentPass({ provider, model, ...policy }: AgentPassOptions): DiscoveryPass {
  return {
    contract: 'discovery-pass@1',
    id: policy.id,
    asksAgent: true,
    async find(request, inquiry) {
      const outcome = await inquiry.ask({
        ...(provider === undefined ? {} : { provider }),
        ...(model === undefined ? {} : { model }),
        instructions: passInstructions(request.maxCandidates),
        prompt: passPrompt(policy, request),
        outputSchema: CANDIDATE_ANSWER_SCHEMA,
      });
      if (outcome.status === 'aborted') return { status: 'refused', reason: 'It was stopped.' };
      if (outcome.status === 'failed') return { status: 'agent-failed', failure: outcome.failure };
      const answer = readCandidates(outcome.output);
      if ('reason' in answer) return { status: 'refused', reason: answer.reason };
      return { status: 'found', candidates: answer.candidates.slice(0, request.maxCandidates) };
    },
  };
}
