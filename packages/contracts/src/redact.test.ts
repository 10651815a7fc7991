import { describe, expect, it } from 'vitest';
import { redactor } from './redact.ts';

describe('redaction', () => {
  const redact = redactor({
    OPENAI_API_KEY: 'very-secret-value',
    LONGER_TOKEN: 'very-secret-value-and-more',
    SHORT_TOKEN: 'true',
    HOME: '/home/ada',
    GIT_AUTHOR_NAME: 'Ada Lovelace',
    SSH_AUTH_SOCK: '/run/agent.sock',
    EMPTY_SECRET: '',
    UNSET_SECRET: undefined,
  });

  it.each([
    ['a very-secret-value here, very-secret-value', 'a [redacted] here, [redacted]'],
    ['very-secret-value-and-more', '[redacted]'],
    ['true: /home/ada by Ada Lovelace via /run/agent.sock', 'true: /home/ada by Ada Lovelace via /run/agent.sock'],
    [`key sk-${'a'.repeat(20)}.`, 'key [redacted].'],
    [`ghp_${'a'.repeat(36)}`, '[redacted]'],
    [`github_pat_${'a'.repeat(30)}`, '[redacted]'],
    [`AKIA${'A'.repeat(16)}`, '[redacted]'],
    ['xoxb-1234567890-abc', '[redacted]'],
    [`eyJ${'a'.repeat(12)}.${'b'.repeat(12)}.${'c'.repeat(12)}`, '[redacted]'],
    ['a -----BEGIN RSA PRIVATE KEY-----\nabc\n-----END RSA PRIVATE KEY----- b', 'a [redacted] b'],
    ['-----BEGIN PRIVATE KEY-----\ncut off', '[redacted]'],
    ['https://ada:pass@host/x', 'https://[redacted]@host/x'],
    ['https://host:8080/a@b', 'https://host:8080/a@b'],
    ['task-skeleton and risk-averse', 'task-skeleton and risk-averse'],
  ])('makes of %j %j', (text, expected) => {
    expect(redact(text)).toBe(expected);
  });

  it('of a long text takes a moment', { timeout: 2_000 }, () => {
    expect(redact('://a:b '.repeat(50_000)).length).toBe(350_000);
    expect(redact('-----BEGIN '.repeat(20_000)).length).toBe(220_000);
  });
});
