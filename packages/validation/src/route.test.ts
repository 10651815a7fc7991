import { taskFixture } from '@backlog-runner/testkit';
import { expect, test } from 'vitest';
import { routeTask } from './route.ts';

const rules = [
  { profile: 'frontend', pathPrefixes: ['apps/web/', 'src/components'] },
  { profile: 'docs', pathPrefixes: ['docs/', './apps/web/docs'] },
  { profile: 'default', pathPrefixes: ['tools'] },
  { profile: 'never', pathPrefixes: ['../outside', '/etc'] },
];

test.each([
  ['below a prefix', ['apps/web/page.ts'], undefined, 'frontend'],
  ['exactly a prefix', ['src/components'], undefined, 'frontend'],
  ['all below prefixes of one rule', ['apps/web/a', 'src/components/b'], undefined, 'frontend'],
  ['one of them elsewhere', ['apps/web/a', 'server'], undefined, 'repo'],
  ['below prefixes of different rules', ['apps/web/a', 'docs/b'], undefined, 'repo'],
  ['only beginning like a prefix', ['apps/website'], undefined, 'repo'],
  ['above a prefix', ['apps'], undefined, 'repo'],
  ['the whole project', [''], undefined, 'repo'],
  ['no touch path at all', [], undefined, 'repo'],
  ['two rules that hold', ['apps/web/docs/x.md'], undefined, 'frontend'],
  ['a rule for the default', ['tools/x'], undefined, 'repo'],
  ['the task naming a profile', ['apps/web/a'], 'slow', 'slow'],
  ['the task naming `repo`', ['apps/web/a'], 'repo', 'repo'],
  ['the task naming `default`', ['apps/web/a'], 'default', 'repo'],
])('%s', (_, touchPaths, validationProfile, profile) => {
  const task = taskFixture({ touchPaths, ...(validationProfile === undefined ? {} : { validationProfile }) });
  expect(routeTask(task, rules)).toBe(profile);
});

test('a prefix of everything is one that every task with touch paths is below', () => {
  const all = [{ profile: 'all', pathPrefixes: ['.'] }];
  expect(routeTask(taskFixture({ touchPaths: ['a', 'b/c'] }), all)).toBe('all');
  expect(routeTask(taskFixture({ touchPaths: [] }), all)).toBe('repo');
});
