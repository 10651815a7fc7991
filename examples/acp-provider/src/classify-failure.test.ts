import { RequestError } from '@agentclientprotocol/sdk';
import type { EpochMs } from '@backlog-runner/contracts';
import { describe, expect, it } from 'vitest';
import { failureOfError } from './classify-failure.ts';

const now = 1_000_000 as EpochMs;
const failureOf = (message: string, data?: unknown, code = -32603) =>
  failureOfError(new RequestError(code, message, data), now, 'agent');

describe('an error of an agent', () => {
  it.each([
    ['Too Many Requests', 'rate-limited'],
    ['API Error: 429', 'rate-limited'],
    ['Quota exceeded', 'rate-limited'],
    ['401 Unauthorized', 'unauthenticated'],
    ['Invalid API key', 'unauthenticated'],
    ['Prompt is too long', 'context-overflow'],
    ['529 Overloaded', 'unavailable'],
    ['connect ECONNREFUSED http://127.0.0.1:42900/v1', 'unavailable'],
    ['Something at http://127.0.0.1/429 broke', 'other'],
    ['Session not found', 'other'],
  ])('that says %j is %s', (message, kind) => {
    expect(failureOf(message).kind).toBe(kind);
  });

  it('is read with its details', () => {
    const failure = failureOf('Internal error', { details: 'rate limit reached, try again in 30 seconds' });
    expect(failure).toMatchObject({ kind: 'rate-limited', retryAt: now + 30_000 });
  });

  it('is about the sign-in when its code says so, whatever it says', () => {
    expect(failureOf('quota', undefined, -32000)).toMatchObject({
      kind: 'unauthenticated',
      hint: expect.stringContaining('agent'),
    });
  });
});
