import { describe, expect, it } from 'vitest';
import { settingsOf } from './settings.ts';

describe('settingsOf', () => {
  it.each([
    ['safe', { workers: 1, maxTries: 2, backoff: { firstMs: 120_000 } }],
    ['balanced', { workers: 2, maxTries: 3, backoff: { firstMs: 30_000 } }],
    ['aggressive', { workers: 4, maxTries: 3, backoff: { firstMs: 10_000 } }],
  ] as const)('%s means its numbers', (preset, expected) => expect(settingsOf({ preset })).toMatchObject(expected));

  it('is balanced when nothing is said', () => expect(settingsOf({})).toEqual(settingsOf({ preset: 'balanced' })));

  it('takes a number of the config over the one of the preset, and one of the command line over both', () => {
    const config = { preset: 'aggressive', workspace: { workers: 3 } } as const;
    expect(settingsOf(config).workers).toBe(3);
    expect(settingsOf(config, { workers: 7 }).workers).toBe(7);
  });

  it.each([
    [{ workspace: { useWorktrees: false, workers: 4 } }, {}],
    [{ workspace: { workers: 4 } }, { noWorktrees: true, workers: 8 }],
  ])('has one worker without worktrees: %j %j', (config, choices) => {
    expect(settingsOf(config, choices)).toMatchObject({ useWorktrees: false, workers: 1 });
  });

  it('watches the checkout as if nobody worked in it, unless the config says so', () => {
    expect(settingsOf({}).sharedCheckout).toBe(false);
    expect(settingsOf({ workspace: { sharedCheckout: true } }).sharedCheckout).toBe(true);
  });

  it('reads prefixes as paths of the project', () => {
    const classification = { uiPathPrefixes: ['./apps/web/', 'src\\ui'] };
    expect(settingsOf({ classification }).uiPathPrefixes).toEqual(['apps/web', 'src/ui']);
  });

  it('counts in milliseconds', () => {
    const config = {
      leases: { ttlSeconds: 5 },
      limits: { idleMinutes: 1, totalMinutes: 2, toolMinutes: 0.5, maxTurns: 9 },
      validation: { timeoutSeconds: 3 },
      attempts: { backoffSeconds: 4, maxBackoffSeconds: 1 },
    };
    expect(settingsOf(config)).toMatchObject({
      leaseTtlMs: 5000,
      limits: { idleMs: 60_000, totalMs: 120_000, toolMs: 30_000, maxTurns: 9 },
      validation: { timeoutMs: 3000 },
      backoff: { firstMs: 4000, maxMs: 4000 },
    });
  });
});
