import type { AgentFailure, AttemptResult, CommitId, EpochMs } from '@backlog-runner/contracts';
import { describe, expect, test } from 'vitest';
import { NOW, policyFixture } from '../test/fixtures.ts';
import { type AttemptEnd, consequencesOf } from './consequences.ts';

const failed = (failure: AgentFailure): AttemptResult => ({ status: 'agent-failed', failure });
const refused: AttemptResult = { status: 'refused', by: 'validation', reason: 'the tests fail' };
const end = (result: AttemptResult, fields: Partial<AttemptEnd> = {}): AttemptEnd => ({
  result,
  tryNumber: 1,
  provider: 'codex',
  providerHistory: { pausesInARow: 0 },
  now: NOW,
  jitter: 0.5,
  ...fields,
});
const limited = (retryAt?: number) =>
  failed({ kind: 'rate-limited', message: '429', ...(retryAt === undefined ? {} : { retryAt: retryAt as EpochMs }) });
const unavailable = failed({ kind: 'unavailable', message: 'no network' });

const table = [
  ['landing uses up no try', end({ status: 'landed', commit: 'c' as CommitId }), { counts: false }],
  ['a held landing uses up no try', end({ status: 'held', reason: 'r', paths: [] }), { counts: false }],
  ['an interruption uses up no try', end({ status: 'interrupted', reason: 'r' }), { counts: false }],
  ['being overtaken uses up no try', end({ status: 'cancelled', reason: 'r' }), { counts: false }],
  ['a failed try rests', end(refused), { counts: true, deferUntil: NOW + 30_000 }],
  ['the rest doubles', end(refused, { tryNumber: 2 }), { counts: true, deferUntil: NOW + 60_000 }],
  ['the last try fails the task', end(refused, { tryNumber: 3 }), { counts: true, failed: 'the tests fail' }],
  ['a limit with a time pauses until then', end(limited(NOW + 5)), { counts: false, pauseUntil: NOW + 5 }],
  ['a limit without a time backs off', end(limited()), { counts: false, pauseUntil: NOW + 60_000 }],
  ['a reset time in the past is not believed', end(limited(NOW - 5)), { counts: false, pauseUntil: NOW + 60_000 }],
  [
    'limits in a row back off further',
    end(limited(), { providerHistory: { pausesInARow: 2 } }),
    { counts: false, pauseUntil: NOW + 240_000 },
  ],
  ['jitter spreads the pause', end(limited(), { jitter: 0 }), { counts: false, pauseUntil: NOW + 45_000 }],
  ['an unavailable vendor is waited for', end(unavailable), { counts: false, pauseUntil: NOW + 60_000 }],
  [
    'a vendor that stays away is given up',
    end(unavailable, { providerHistory: { pausesInARow: 8 } }),
    {
      counts: false,
      stopProvider: {
        reason: 'unusable',
        message: 'no network',
        hint: 'check that `codex` works in a terminal, then start again',
      },
    },
  ],
  [
    'a missing sign-in stops the provider and says what to type',
    end(failed({ kind: 'unauthenticated', message: '401', hint: 'codex login' })),
    { counts: false, stopProvider: { reason: 'not-signed-in', message: '401', hint: 'codex login' } },
  ],
  [
    'a crash is a failed try',
    end(failed({ kind: 'crashed', message: 'it died', exitCode: null, signal: 'SIGSEGV' }), { tryNumber: 3 }),
    { counts: true, failed: 'it died' },
  ],
] as const;

describe('consequencesOf', () => {
  test.each(table)('%s', (_claim, given, consequences) => {
    expect(consequencesOf(given, policyFixture())).toEqual(consequences);
  });
});
