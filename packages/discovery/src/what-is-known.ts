import type { AdmissionFacts, Candidate, Refusal, RejectedCandidate, Task } from '@backlog-runner/contracts';
import { quoted } from './candidate-rules.ts';
import { ideaKey } from './idea-key.ts';
import type { Idea } from './likeness/profile.ts';
import { type KnownIdeas, knownIdeas } from './near-duplicate.ts';

export type Reason = Omit<Refusal, 'status' | 'candidate'>;

export interface WhatIsKnown {
  /** Makes these facts all that is known. Quick when they are those of the last time and some more. */
  learn(facts: Pick<AdmissionFacts, 'tasks' | 'rejected'>): void;
  /** Adds a candidate until facts are learned again. */
  learnFor(candidate: Candidate): void;
  /** What a candidate repeats, as the reason to refuse it. */
  repeatedBy(candidate: Candidate): Reason | undefined;
}

/** What the backlog holds, did or refused lately, in any words. */
export function whatIsKnown(): WhatIsKnown {
  let memory = emptyMemory();

  const remember = (idea: Idea, reason: Reason) => {
    const key = ideaKey(idea);
    if (!memory.exact.has(key)) memory.exact.set(key, reason);
    memory.reasons.push(reason);
    memory.ideas.add(idea);
  };

  return {
    learn(facts) {
      const sources = sourcesIn(facts);
      const isMore = memory.isPure && [...memory.sources].every((source) => sources.has(source));
      if (!isMore) memory = emptyMemory();
      for (const [source, what] of sources) {
        if (memory.sources.has(source)) continue;
        memory.sources.add(source);
        remember(what, 'state' in what ? repeatsTask(what) : repeatsRejected(what));
      }
    },
    learnFor(candidate) {
      memory.isPure = false;
      remember(candidate, { reason: `It says the same as ${quoted(candidate.title)} before it.` });
    },
    repeatedBy(candidate) {
      const same = memory.exact.get(ideaKey(candidate));
      if (same) return same;
      const like = memory.ideas.find(candidate);
      return like && memory.reasons[like.index];
    },
  };
}

interface Memory {
  /** Names each task and rejected candidate in one exact form. */
  readonly sources: Set<string>;
  readonly exact: Map<string, Reason>;
  readonly ideas: KnownIdeas;
  /** By the index of the idea. */
  readonly reasons: Reason[];
  /** It holds facts only. */
  isPure: boolean;
}

function emptyMemory(): Memory {
  return { sources: new Set(), exact: new Map(), ideas: knownIdeas([]), reasons: [], isPure: true };
}

function sourcesIn({
  tasks,
  rejected,
}: Pick<AdmissionFacts, 'tasks' | 'rejected'>): ReadonlyMap<string, Task | RejectedCandidate> {
  const sources = new Map<string, Task | RejectedCandidate>();
  for (const task of tasks) if (isAlive(task)) sources.set(`task ${task.id} ${task.revision}`, task);
  for (const idea of rejected) sources.set(`rejected ${idea.at} ${ideaKey(idea)}`, idea);
  return sources;
}

/** A failed or superseded task is no reason not to try again. */
function isAlive({ state }: Task): boolean {
  return state === 'planned' || state === 'ready' || state === 'done';
}

function repeatsTask({ id, title, state }: Task): Reason {
  const where = state === 'done' ? 'is done' : 'is in the backlog';
  return { reason: `It says the same as ${quoted(title)}, which ${where}.`, duplicateOf: id };
}

function repeatsRejected({ title, reason }: RejectedCandidate): Reason {
  return { reason: `It says the same as ${quoted(title)}, which was refused: ${reason}` };
}
