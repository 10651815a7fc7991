import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { answerWith, isAllowed } from '../src/permission.ts';

const root = mkdtempSync(join(tmpdir(), 'acp-permission-'));
const directory = join(root, 'workspace');
mkdirSync(join(directory, 'src'), { recursive: true });
symlinkSync(root, join(directory, 'away'), 'junction');
afterAll(() => rmSync(root, { recursive: true, force: true }));

describe('an agent that asks for leave', () => {
  it.each<[boolean, 'read-only' | 'workspace', string, string[]]>([
    [true, 'read-only', 'read', ['/etc/hosts']],
    [true, 'read-only', 'search', []],
    [false, 'read-only', 'edit', ['src/a.ts']],
    [false, 'read-only', 'execute', []],
    [true, 'workspace', 'edit', ['src/a.ts']],
    [true, 'workspace', 'edit', [join(directory, 'src/new/b.ts')]],
    [false, 'workspace', 'edit', []],
    [false, 'workspace', 'edit', ['']],
    [false, 'workspace', 'edit', ['src/a.ts', '../a.ts']],
    [false, 'workspace', 'delete', [root]],
    [false, 'workspace', 'edit', ['.git/hooks/pre-commit']],
    [false, 'workspace', 'edit', ['away/a.ts']],
    [false, 'workspace', 'move', ['src/a.ts', '/tmp/a.ts']],
    [true, 'workspace', 'execute', []],
    [false, 'workspace', 'execute', ['/']],
    [false, 'workspace', 'fetch', []],
    [false, 'workspace', 'switch_mode', []],
    [false, 'workspace', 'other', ['src/a.ts']],
  ])('hears %s with %s access about %s %j', async (allowed, access, kind, locations) => {
    expect(await isAllowed({ kind, locations, diffs: [] }, { access, directory })).toBe(allowed);
  });

  it('is judged by its diffs too', async () => {
    const diffs = [{ path: join(root, 'b.ts'), isNew: true }];
    expect(await isAllowed({ kind: 'edit', locations: ['src/a.ts'], diffs }, { access: 'workspace', directory })).toBe(
      false,
    );
  });
});

describe('the answer', () => {
  const option = (kind: 'allow_once' | 'allow_always' | 'reject_once' | 'reject_always') => ({
    ...{ optionId: kind, name: kind, kind },
  });

  it('allows once, never for good', () => {
    expect(answerWith([option('allow_always'), option('allow_once')], true)).toMatchObject({ optionId: 'allow_once' });
    expect(answerWith([option('allow_always')], true)).toEqual({ outcome: 'cancelled' });
  });

  it('refuses in the way that is offered', () => {
    expect(answerWith([option('allow_once'), option('reject_always')], false)).toMatchObject({
      optionId: 'reject_always',
    });
  });
});
