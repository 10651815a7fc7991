import { system } from '@backlog-runner/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isSessionId, newSessionId } from './session-id.ts';

const letter = fc.constantFrom(...'abcdefghijklmnopqrstuvwxyz234567');
const token = fc.string({ unit: letter, minLength: 26, maxLength: 26 });
const idFrom = (text: string) => newSessionId({ ...system, token: () => text });

describe('a session id', () => {
  it('is a random UUID', () => {
    fc.assert(
      fc.property(token, (text) => {
        expect(idFrom(text)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
      }),
    );
  });

  it('is another one each time', () => {
    expect(new Set(Array.from({ length: 100 }, () => newSessionId(system))).size).toBe(100);
  });

  it('is told from what could be a flag', () => {
    expect(isSessionId(newSessionId(system))).toBe(true);
    expect(isSessionId('--continue')).toBe(false);
    expect(isSessionId('')).toBe(false);
  });
});
