import { type JsonSchema, PRIORITIES, type ProposedCandidate } from '@backlog-runner/contracts';
import { misfit } from './fits-schema.ts';
import { listOf, oneOf, strict, text, texts } from './strict-schema.ts';

/** What an agent that looks for work answers. */
export const CANDIDATE_ANSWER_SCHEMA: JsonSchema = strict({
  candidates: listOf(
    strict({
      title: text('What will be true when it is done; at most 120 characters.'),
      description: text('What is wrong now, where (path:line), and how you know.'),
      priority: oneOf(PRIORITIES),
      touch_paths: { ...texts, description: 'The files or directories that must change, as narrow as they can be.' },
      acceptance_criteria: { ...texts, description: 'How anyone can check that it is done.' },
    }),
    'Best first. Empty when nothing is worth doing.',
  ),
});

/** Reads an answer, which is untrusted. */
export function readCandidates(
  answer: unknown,
): { readonly candidates: readonly ProposedCandidate[] } | { readonly reason: string } {
  const reason = misfit(CANDIDATE_ANSWER_SCHEMA, answer);
  return reason === undefined ? (answer as { candidates: readonly ProposedCandidate[] }) : { reason };
}
