import { taskFixture } from '@backlog-runner/testkit';
import { describe, expect, test } from 'vitest';
import { roleFor } from './route-agent.ts';

const prefixes = ['apps/web/', 'src/components'];

describe('roleFor', () => {
  test.each([
    ['the execution domain decides', { executionDomain: 'code_logic' as const, touchPaths: ['apps/web/a.ts'] }, 'code'],
    ['the execution domain decides', { executionDomain: 'ui_ux' as const, touchPaths: ['server'] }, 'ui'],
    ['paths all below UI prefixes are UI work', { touchPaths: ['apps/web/a.ts', 'src/components/b.tsx'] }, 'ui'],
    ['a prefix itself is UI work', { touchPaths: ['apps/web'] }, 'ui'],
    ['one path elsewhere makes it code', { touchPaths: ['apps/web/a.ts', 'server/b.ts'] }, 'code'],
    ['a name that only begins alike is not below', { touchPaths: ['apps/website/a.ts'] }, 'code'],
    ['no paths is code', { touchPaths: [] }, 'code'],
  ])('%s', (_claim, fields, role) => {
    expect(roleFor(taskFixture(fields), prefixes)).toBe(role);
  });
});
