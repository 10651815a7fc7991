import type { Plan, Task, TaskId } from '@backlog-runner/contracts';
import { taskFixture } from '@backlog-runner/testkit';
import { describe, expect, test } from 'vitest';
import { childCandidate, twoEach } from '../test/looks.ts';
import { planWriting } from './plan-writing.ts';

const p = taskFixture({ id: 'p', title: 'p', state: 'planned', dependsOn: ['before'] });
const q = taskFixture({ id: 'q', title: 'q', state: 'planned', dependsOn: ['p'], priority: 'high' });
const before = taskFixture({ id: 'before' });
const ids = (...names: string[]) => names as unknown as TaskId[];

function written(plan: Plan, parents: readonly Task[] = [p, q], others: readonly Task[] = [before]) {
  const newId = (title: string) => title.toLowerCase().replaceAll(' ', '-') as TaskId;
  return planWriting(plan, { parents, tasks: [...parents, ...others], newId });
}

const child = (key: string, after: readonly string[] = [], fields: Parameters<typeof childCandidate>[1] = {}) => ({
  key,
  candidate: childCandidate(key, fields),
  after,
});
const only = (...children: readonly ReturnType<typeof child>[]): Plan => ({
  supersedes: [{ parent: p.id, children: children.map(({ key }) => key) }],
  children,
  summary: '',
});

describe('a plan becomes tasks', () => {
  test('that wait for each other as it says and for what their parents waited for', () => {
    const result = written(twoEach([p]), [p]);
    expect(result).toMatchObject({
      status: 'ok',
      writing: {
        supersedes: [{ parent: 'p', children: ['first-of-p', 'second-of-p'] }],
        children: [
          { id: 'first-of-p', candidate: { dependsOn: ['before'] } },
          { id: 'second-of-p', candidate: { dependsOn: ['first-of-p', 'before'] } },
        ],
      },
    });
  });

  test('that are at least as urgent as the most urgent of their parents, and say where they come from', () => {
    const plan: Plan = {
      supersedes: [
        { parent: p.id, children: ['both'] },
        { parent: q.id, children: ['both'] },
      ],
      children: [child('both', [], { priority: 'low', source: { type: 'manual' } })],
      summary: '',
    };
    expect(written(plan)).toMatchObject({
      writing: {
        children: [{ candidate: { priority: 'high', source: { type: 'planner-pass' }, dependsOn: ['before'] } }],
      },
    });
  });

  test('that may take the place of some of the parents only', () => {
    expect(written(twoEach([q]))).toMatchObject({ status: 'ok', writing: { supersedes: [{ parent: 'q' }] } });
  });
});

describe('a plan is refused', () => {
  const [first] = only(child('a')).supersedes;
  test.each<[string, Plan, string]>([
    ['that refines nothing', { supersedes: [], children: [], summary: '' }, 'it refines none of the tasks'],
    ['with two tasks of one key', only(child('a'), child('a')), 'two of its tasks have the same key'],
    [
      'for a task it was not asked about',
      { ...only(child('a')), supersedes: [{ parent: before.id, children: ['a'] }] },
      'it refines before, which it was not asked about',
    ],
    [
      'that refines one task twice',
      { ...only(child('a')), supersedes: first ? [first, first] : [] },
      'it refines one task twice',
    ],
    ['that puts nothing in its place', { ...only(), children: [child('a')] }, 'it puts nothing in the place of p'],
    ['that names a task it does not describe', only(child('a', ['b'])), 'it names a task b that it does not describe'],
    [
      'with a task that takes the place of nothing',
      { ...only(child('a')), children: [child('a'), child('b')] },
      'its task b takes the place of nothing',
    ],
    ['whose tasks wait for each other', only(child('a', ['b']), child('b', ['a'])), 'wait for each other: a, b'],
    [
      'with a task that waits for its own parent',
      only(child('a', [], { dependsOn: ids('p') })),
      'wait for each other: a',
    ],
    [
      'with a task that waits for what waits for its parent',
      only(child('a', [], { dependsOn: ids('q') })),
      'wait for each other: a, q',
    ],
  ])('%s', (_what, plan, reason) => {
    expect(written(plan)).toEqual({ status: 'refused', reason: expect.stringContaining(reason) });
  });
});
