import type { AttemptResult, BlockReason, RepoPath, Standing, TaskId } from '@backlog-runner/contracts';
import { describe, expect, it } from 'vitest';
import { NOW } from '../test/story.ts';
import { plain } from './phrase.ts';
import { blockPhrase, resultPhrase, standingPhrase } from './phrases.ts';

const about = {
  path: 'backlog/tasks/x.yaml' as RepoPath,
  brokenFileOf: (id: TaskId) => (id === 'torn' ? ('backlog/tasks/torn.yaml' as RepoPath) : undefined),
};

describe('why a task waits', () => {
  it.each<[object, string]>([
    [{ kind: 'dependency-unfinished', task: 'y', state: 'ready' }, 'waits for `y` (ready)'],
    [{ kind: 'dependency-missing', task: 'y' }, '`y` does not exist: fix depends_on in `backlog/tasks/x.yaml`'],
    [{ kind: 'dependency-missing', task: 'torn' }, '`torn` cannot be read: fix `backlog/tasks/torn.yaml`'],
    [
      { kind: 'dependency-failed', task: 'y' },
      '`y` failed: set it to ready, or take it out of depends_on in `backlog/tasks/x.yaml`',
    ],
    [
      { kind: 'dependency-superseded', task: 'y' },
      '`y` is superseded: take it out of depends_on in `backlog/tasks/x.yaml`',
    ],
    [{ kind: 'dependency-cycle', tasks: ['x'] }, 'depends on itself: fix depends_on in `backlog/tasks/x.yaml`'],
    [
      { kind: 'dependency-cycle', tasks: ['x', 'y'] },
      'these tasks wait for each other: `x`, `y`; take one out of a depends_on',
    ],
    [
      { kind: 'landing-held', reason: 'they differ', paths: ['a.txt', 'b.txt'] },
      'landing is held: these files in your checkout are in the way: `a.txt`, `b.txt` (they differ)',
    ],
    [
      { kind: 'landing-held', reason: 'a rebase is in progress', paths: [] },
      'landing is held: a rebase is in progress',
    ],
    [{ kind: 'resource-taken', resource: 'path/src/ui', by: 'y' }, 'waits for `y`, which has the path `src/ui`'],
    [{ kind: 'resource-taken', resource: 'path', by: 'y' }, 'waits for `y`, which has the whole project'],
    [{ kind: 'resource-taken', resource: 'capability/a%20b' }, 'waits for the capability `a b`, which is taken'],
    [
      { kind: 'provider-paused', provider: 'codex', until: NOW, reason: '429' },
      '`codex` rests until 2026-01-01T12:00:00Z: 429',
    ],
    [
      { kind: 'provider-stopped', provider: 'codex', message: 'not signed in', hint: 'type codex login' },
      '`codex` cannot run: not signed in; type codex login',
    ],
  ])('%j reads: %s', (reason, sentence) => {
    expect(plain(blockPhrase(reason as BlockReason, about))).toBe(sentence);
  });

  it('names a few of many files', () => {
    const paths = Array.from({ length: 30 }, (_, index) => `f${index}`);
    const sentence = plain(blockPhrase({ kind: 'landing-held', reason: 'r', paths }, about));
    expect(sentence).toContain('`f7` and 22 more');
    expect(sentence).not.toContain('f8');
  });
});

describe('how an attempt ended', () => {
  it.each<[object, string]>([
    [{ status: 'landed', commit: '0123456789abcdef' }, 'landed as `0123456789`'],
    [{ status: 'held', reason: 'r', paths: ['a'] }, 'landing is held by `a`: r'],
    [{ status: 'held', reason: 'r', paths: [] }, 'landing is held: r'],
    [{ status: 'refused', by: 'validation', reason: 'r' }, 'refused: r'],
    [{ status: 'refused', by: 'protected-paths', reason: 'r' }, 'refused: r'],
    [{ status: 'refused', by: 'no-changes', reason: 'r' }, 'refused: r'],
    [{ status: 'refused', by: 'invalid-answer', reason: 'r' }, 'refused: r'],
    [{ status: 'refused', by: 'conflict', reason: 'r' }, 'refused: r'],
    [{ status: 'blocked', reason: 'r' }, 'the agent says it cannot be done as asked: r'],
    [{ status: 'inconclusive', reason: 'r' }, 'no answer: r'],
    [{ status: 'interrupted', reason: 'r' }, 'interrupted: r'],
    [{ status: 'cancelled', reason: 'r' }, 'cancelled: r'],
    [{ status: 'invented-later', reason: 'r' }, 'ended'],
  ])('%j reads: %s', (result, sentence) => {
    expect(plain(resultPhrase(result as AttemptResult))).toBe(sentence);
  });

  it.each<[object, string]>([
    [{ kind: 'rate-limited' }, "the agent's rate limit is reached: m"],
    [{ kind: 'rate-limited', retryAt: NOW }, "the agent's rate limit is reached until 2026-01-01T12:00:00Z: m"],
    [{ kind: 'unauthenticated', hint: 'type codex login' }, 'the agent is not signed in: m; type codex login'],
    [{ kind: 'unavailable' }, 'the agent is not available: m'],
    [{ kind: 'turn-limit' }, 'the agent used up its turns: m'],
    [{ kind: 'invalid-output' }, 'the agent did not answer as asked: m'],
    [{ kind: 'context-overflow' }, 'the task is too large for the agent: m'],
    [{ kind: 'other' }, 'the agent failed: m'],
    [{ kind: 'timed-out', limit: 'idle' }, 'the agent was silent for too long: m'],
    [{ kind: 'timed-out', limit: 'total' }, 'the agent ran for too long: m'],
    [{ kind: 'crashed', exitCode: 3, signal: null }, 'the agent crashed (exit code 3): m'],
    [{ kind: 'crashed', exitCode: null, signal: 'SIGKILL' }, 'the agent crashed (SIGKILL): m'],
  ])('by a failure of the agent, %j, reads: %s', (failure, sentence) => {
    const result = { status: 'agent-failed', failure: { message: 'm', ...failure } } as AttemptResult;
    expect(plain(resultPhrase(result))).toBe(sentence);
  });
});

it.each<[object, string]>([
  [{ status: 'runnable' }, 'ready to run'],
  [{ status: 'running', lease: { fence: 4 } }, 'is running under fence 4'],
  [{ status: 'planned' }, 'waits for the planner'],
  [{ status: 'done' }, 'is done'],
  [{ status: 'failed' }, 'is failed'],
  [{ status: 'superseded' }, 'is superseded'],
  [{ status: 'deferred', until: NOW, reason: 'r' }, 'deferred until 2026-01-01T12:00:00Z: r'],
  [
    {
      status: 'blocked',
      reasons: [
        { kind: 'dependency-unfinished', task: 'y', state: 'planned' },
        { kind: 'resource-taken', resource: 'task/z' },
      ],
    },
    'waits for `y` (planned); waits for `task/z`, which is taken',
  ],
])('a task that stands %j reads: %s', (standing, sentence) => {
  expect(plain(standingPhrase(standing as Standing, about))).toBe(sentence);
});
