import { describe, expect, it } from 'vitest';
import type { EpochMs } from './ids.ts';
import { retryAtIn } from './retry-at.ts';

const now = new Date(2026, 10, 22, 8, 30).getTime() as EpochMs;
const inMs = (ms: number) => now + ms;
const at = (...parts: [number, number, number, number, number]) => new Date(...parts).getTime();

describe('the time until which a vendor asks to wait', () => {
  it.each([
    ['Rate limit reached. Please try again in 1.5s.', inMs(1500)],
    ['try again in 250ms', inMs(250)],
    ['Try again in 20 seconds', inMs(20_000)],
    ['try again in 1 hour 2 minutes', inMs(3_720_000)],
    ['try again in 6 days, 3 hours and 10 minutes.', inMs(529_800_000)],
    ['try again in 2h3m4s', inMs(7_384_000)],
    ['Retry-After: 60', inMs(60_000)],
    ['retry after 5 minutes', inMs(300_000)],
  ])('is read as a duration from "%s"', (message, expected) => {
    expect(retryAtIn(message, now)).toBe(expected);
  });

  it.each([
    ['You’ve hit your usage limit. Try again at 6:52 PM.', at(2026, 10, 22, 18, 52)],
    ['try again at 6:52 AM.', at(2026, 10, 23, 6, 52)],
    ['try again at 18:52', at(2026, 10, 22, 18, 52)],
    ['Try again at Mar 17th, 2030 5:46 PM.', at(2030, 2, 17, 17, 46)],
    ["You've hit your limit · resets 5pm (Europe/Berlin)", at(2026, 10, 22, 17, 0)],
    ['resets at 12am', at(2026, 10, 23, 0, 0)],
    ['resets Oct 7, 1am', at(2027, 9, 7, 1, 0)],
    ['resets Dec 24 at 12:30 p.m.', at(2026, 11, 24, 12, 30)],
  ])('is read as the next such local clock time from "%s"', (message, expected) => {
    expect(retryAtIn(message, now)).toBe(expected);
  });

  it('is the end of the minute that is named, while it lasts', () => {
    const during = (now + 42_000) as EpochMs;
    expect(retryAtIn('Try again at 8:30 AM.', during)).toBe(inMs(60_000));
  });

  it('is unknown when the time named has only just passed, and not tomorrow', () => {
    expect(retryAtIn('Try again at 8:25 AM.', now)).toBeUndefined();
  });

  it.each([
    'exceeded retry limit, last status: 429 Too Many Requests',
    'Try again at Mar 17th, 2020 5:46 PM.',
    'failed at 3',
    'try again at 31:00',
    'Look at line 12',
    'in 5 files',
    '',
  ])('is unknown in "%s"', (message) => {
    expect(retryAtIn(message, now)).toBeUndefined();
  });
});
