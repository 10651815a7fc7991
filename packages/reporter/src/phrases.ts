import {
  type AgentFailure,
  type AttemptResult,
  type BlockReason,
  type EpochMs,
  type LookFailure,
  type PassOutcome,
  type PlanOutcome,
  type RepoPath,
  type ResourceKey,
  type Standing,
  type TaskId,
  unreachable,
} from '@backlog-runner/contracts';
import { isoTime } from './moment.ts';
import { clause, name, names, type Phrase, phrase, quote } from './phrase.ts';

/** What a reason is told about. */
export interface About {
  /** The file of the task that waits. */
  readonly path: RepoPath;
  /** The file that would hold a task if it were not broken. */
  readonly brokenFileOf?: (id: TaskId) => RepoPath | undefined;
}

/** Why a task waits, and what ends that when a person must. */
export function blockPhrase(reason: BlockReason, { path, brokenFileOf }: About): Phrase {
  switch (reason.kind) {
    case 'dependency-unfinished':
      return phrase`waits for ${name(reason.task)} (${reason.state})`;
    case 'dependency-missing': {
      const broken = brokenFileOf?.(reason.task);
      return broken === undefined
        ? phrase`${name(reason.task)} does not exist: fix depends_on in ${name(path)}`
        : phrase`${name(reason.task)} cannot be read: fix ${name(broken)}`;
    }
    case 'dependency-failed':
      return phrase`${name(reason.task)} failed: set it to ready, or take it out of depends_on in ${name(path)}`;
    case 'dependency-superseded':
      return phrase`${name(reason.task)} is superseded: take it out of depends_on in ${name(path)}`;
    case 'dependency-cycle':
      return reason.tasks.length === 1
        ? phrase`depends on itself: fix depends_on in ${name(path)}`
        : phrase`these tasks wait for each other: ${names(reason.tasks)}; take one out of a depends_on`;
    case 'landing-held':
      return reason.paths.length === 0
        ? phrase`landing is held: ${quote(reason.reason)}`
        : phrase`landing is held: these files in your checkout are in the way: ${names(reason.paths)} (${quote(reason.reason)})`;
    case 'resource-taken':
      return reason.by === undefined
        ? phrase`waits for ${resourcePhrase(reason.resource)}, which is taken`
        : phrase`waits for ${name(reason.by)}, which has ${resourcePhrase(reason.resource)}`;
    case 'provider-paused':
      return pausedPhrase(reason.provider, reason);
    case 'provider-stopped':
      return stoppedPhrase(reason.provider, reason);
    default:
      return unreachable(reason);
  }
}

export function pausedPhrase(provider: string, { until, reason }: { until: EpochMs; reason: string }): Phrase {
  return phrase`${name(provider)} rests until ${isoTime(until)}: ${quote(reason)}`;
}

export function stoppedPhrase(provider: string, { message, hint }: { message: string; hint: string }): Phrase {
  return phrase`${name(provider)} cannot run: ${clause(message)}; ${quote(hint)}`;
}

/** How a look of the planner or of a pass ended. */
export function lookPhrase(outcome: PlanOutcome | PassOutcome): Phrase {
  switch (outcome.status) {
    case 'landed': {
      const { superseded, children } = outcome;
      const count = children.length === 1 ? '1 task' : `${children.length} tasks`;
      return outcome.commit === undefined
        ? phrase`${names(superseded)} planned as ${count}`
        : phrase`${names(superseded)} planned as ${count} in ${name(shortCommit(outcome.commit))}`;
    }
    case 'held':
      return outcome.paths.length === 0
        ? phrase`the plan is held: ${quote(outcome.reason)}`
        : phrase`the plan is held by ${names(outcome.paths)}: ${quote(outcome.reason)}`;
    case 'proposed':
      return phrase`the plan waits to be accepted: ${quote(outcome.summary)}`;
    case 'found':
      return phrase`${outcome.proposed === 1 ? '1 candidate' : `${outcome.proposed} candidates`} proposed`;
    default:
      return lookFailure(outcome);
  }
}

function lookFailure(outcome: Exclude<PlanOutcome, { status: 'landed' | 'held' | 'proposed' }> | LookFailure): Phrase {
  return outcome.status === 'refused' ? phrase`refused: ${quote(outcome.reason)}` : resultPhrase(outcome);
}

/** How an attempt ended. */
export function resultPhrase(result: AttemptResult): Phrase {
  switch (result.status) {
    case 'landed':
      return phrase`landed as ${name(shortCommit(result.commit))}`;
    case 'held':
      return result.paths.length === 0
        ? phrase`landing is held: ${quote(result.reason)}`
        : phrase`landing is held by ${names(result.paths)}: ${quote(result.reason)}`;
    case 'refused':
      return phrase`refused: ${quote(result.reason)}`;
    case 'blocked':
      return phrase`the agent says it cannot be done as asked: ${quote(result.reason)}`;
    case 'agent-failed':
      return failurePhrase(result.failure);
    case 'inconclusive':
      return phrase`no answer: ${quote(result.reason)}`;
    case 'interrupted':
      return phrase`interrupted: ${quote(result.reason)}`;
    case 'cancelled':
      return phrase`cancelled: ${quote(result.reason)}`;
    default:
      // Complete at compile time. At run time a later version may have recorded it.
      return ended(result);
  }
}

function ended(_unknown: never): Phrase {
  return phrase`ended`;
}

/** Why an agent run did not complete. */
export function failurePhrase(failure: AgentFailure): Phrase {
  const message = quote(failure.message);
  switch (failure.kind) {
    case 'rate-limited':
      return failure.retryAt === undefined
        ? phrase`the agent's rate limit is reached: ${message}`
        : phrase`the agent's rate limit is reached until ${isoTime(failure.retryAt)}: ${message}`;
    case 'timed-out':
      return failure.limit === 'idle'
        ? phrase`the agent was silent for too long: ${message}`
        : phrase`the agent ran for too long: ${message}`;
    case 'crashed':
      return phrase`the agent crashed (${quote(failure.signal ?? `exit code ${failure.exitCode}`)}): ${message}`;
    default:
      return failure.hint === undefined
        ? phrase`${FAILURES[failure.kind]}: ${message}`
        : phrase`${FAILURES[failure.kind]}: ${message}; ${quote(failure.hint)}`;
  }
}

const FAILURES: Readonly<Record<Exclude<AgentFailure['kind'], 'rate-limited' | 'timed-out' | 'crashed'>, string>> = {
  unauthenticated: 'the agent is not signed in',
  unavailable: 'the agent is not available',
  'turn-limit': 'the agent used up its turns',
  'invalid-output': 'the agent did not answer as asked',
  'context-overflow': 'the task is too large for the agent',
  other: 'the agent failed',
};

/** Where a task stands. */
export function standingPhrase(standing: Standing, about: About): Phrase {
  switch (standing.status) {
    case 'runnable':
      return phrase`ready to run`;
    case 'running':
      return phrase`is running under fence ${standing.lease.fence}`;
    case 'blocked':
      return standing.reasons.flatMap((reason, index) =>
        index === 0 ? blockPhrase(reason, about) : phrase`; ${blockPhrase(reason, about)}`,
      );
    case 'deferred':
      return deferredPhrase(standing);
    case 'planned':
      return phrase`waits for the planner`;
    case 'done':
    case 'failed':
    case 'superseded':
      return phrase`is ${standing.status}`;
    default:
      return unreachable(standing);
  }
}

export function deferredPhrase({ until, reason }: { until: EpochMs; reason: string }): Phrase {
  return phrase`deferred until ${isoTime(until)}: ${quote(reason)}`;
}

export function shortCommit(commit: string): string {
  return commit.slice(0, 10);
}

function resourcePhrase(resource: ResourceKey): Phrase {
  const [kind = '', ...rest] = resource.split('/');
  const text = rest.join('/');
  if (kind === 'path') return text === '' ? phrase`the whole project` : phrase`the path ${name(text)}`;
  if (kind === 'capability') return phrase`the capability ${name(decoded(text))}`;
  return phrase`${name(resource)}`;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
