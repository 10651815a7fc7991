import type { EpochMs } from '@backlog-runner/contracts';
import type { ProcessEnd } from '@backlog-runner/subprocess';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { classifyMessage, type EndedRun, outcomeOf } from './classify-failure.ts';
import { NOTHING_READ } from './read-event.ts';

const now = Date.UTC(2026, 10, 22) as EpochMs;

describe('codex’s words for a failure', () => {
  it.each([
    ['exceeded retry limit, last status: 429 Too Many Requests', 'rate-limited'],
    ['unexpected status 429 Too Many Requests: unauthorized words', 'rate-limited'],
    ['You’ve hit your usage limit. Upgrade to Pro.', 'rate-limited'],
    ['{"error":{"type":"rate_limit_exceeded","message":"Slow down."}}', 'rate-limited'],
    ['unexpected status 401 Unauthorized: rate limit, url: http://h/', 'unauthenticated'],
    ['Your access token could not be refreshed. Please log out and sign in again.', 'unauthenticated'],
    ['unexpected status 502 Bad Gateway: <html>429</html>', 'unavailable'],
    ['stream disconnected before completion: idle timeout waiting for SSE', 'unavailable'],
    ['unexpected status 404 Not Found: no such model, url: http://127.0.0.1:33429/429/rate_limit', 'other'],
    ['error sending request for url (http://127.0.0.1:429/v1/responses)', 'other'],
    ['{"error":{"type":"invalid_request_error","message":"429 rate limit is not a number."}}', 'other'],
    ['Line 429: 401 apples, 500 pears.', 'other'],
  ])('mean what they say: %s', (message, kind) => {
    expect(classifyMessage(message, now).kind).toBe(kind);
  });

  it('carry the time until which to wait', () => {
    const message = 'rate limit exceeded: Please try again in 1.5s.';
    expect(classifyMessage(message, now)).toEqual({ kind: 'rate-limited', message, retryAt: now + 1500 });
  });

  it('never break the reader', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => void classifyMessage(text, now)));
  });
});

describe('the outcome of a run of codex', () => {
  const ended = (changes: Partial<EndedRun>): EndedRun => {
    const end: ProcessEnd = { status: 'exited', code: 0 };
    return { run: NOTHING_READ, end, stderr: '', asksForOutput: false, now, ...changes };
  };
  const done = { ...NOTHING_READ, completed: true, text: 'Done.' };

  it('is a completed turn, also when the process had to be ended afterwards', () => {
    for (const end of [
      { status: 'aborted' },
      { status: 'timed-out', limit: 'idle' },
      { status: 'killed', signal: 'SIGKILL' },
    ] as const) {
      expect(outcomeOf(ended({ run: done, end }))).toEqual({ status: 'completed', text: 'Done.' });
    }
  });

  it('is no success when codex says otherwise with its exit code', () => {
    const outcome = outcomeOf(ended({ run: done, end: { status: 'exited', code: 1 } }));
    expect(outcome).toMatchObject({ status: 'failed', failure: { kind: 'crashed', exitCode: 1 } });
  });

  it('is a rate limit when codex was silent because it waited for one', () => {
    const run = {
      ...NOTHING_READ,
      notice: 'Reconnecting... 1/5 (exceeded retry limit, last status: 429 Too Many Requests)',
    };
    const end: ProcessEnd = { status: 'timed-out', limit: 'idle' };
    expect(outcomeOf(ended({ run, end }))).toMatchObject({ failure: { kind: 'rate-limited' } });
    expect(outcomeOf(ended({ end }))).toMatchObject({ failure: { kind: 'timed-out', limit: 'idle' } });
  });

  it('has the structured answer, fenced or not, and only the text when it is none', () => {
    const answer = (text: string) => outcomeOf(ended({ run: { ...done, text }, asksForOutput: true }));
    expect(answer('{"a":1}')).toMatchObject({ status: 'completed', output: { a: 1 } });
    expect(answer('```json\n{"a":1}\n```')).toMatchObject({ output: { a: 1 } });
    expect(answer('It is done.')).toEqual({ status: 'completed', text: 'It is done.' });
  });
});
