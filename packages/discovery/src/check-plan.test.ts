import { taskFixture } from '@backlog-runner/testkit';
import { describe, expect, it } from 'vitest';
import { checkPlan, type PlanFacts } from './check-plan.ts';
import type { PlanAnswer, PlanAnswerChild } from './plan-answer.ts';

const child = (key: string, overrides: Partial<PlanAnswerChild> = {}): PlanAnswerChild => ({
  key,
  title: `The part ${key}`,
  task_kind: 'implementation',
  priority: 'normal',
  execution_domain: null,
  validation_profile: null,
  touch_paths: [`src/${key}.ts`],
  capabilities: [],
  acceptance_criteria: [`${key} works`],
  description: '',
  after: [],
  depends_on: [],
  ...overrides,
});

const answer = (...children: readonly PlanAnswerChild[]): PlanAnswer => ({
  summary: 'Two steps.',
  supersedes: [{ parent: 'vague', children: children.map(({ key }) => key) }],
  children,
});

const facts: PlanFacts = {
  parents: [
    taskFixture({ id: 'vague', title: 'Make it nice', state: 'planned', priority: 'high' }),
    taskFixture({ id: 'other', state: 'failed' }),
  ],
  known: [
    taskFixture({ id: 'vague', title: 'Make it nice', state: 'planned' }),
    taskFixture({ id: 'other', state: 'failed' }),
    taskFixture({ id: 'base', title: 'Lay the base' }),
    taskFixture({ id: 'old', title: 'The old one', state: 'done' }),
    taskFixture({ id: 'broken', state: 'failed' }),
  ],
  profiles: ['repo', 'frontend'],
};

const many = Array.from({ length: 13 }, (_, at) => child(`c${at}`));
const without = (key: keyof PlanAnswerChild) =>
  Object.fromEntries(Object.entries(child('a')).filter(([name]) => name !== key));

describe('checkPlan', () => {
  it.each<[string, unknown, string]>([
    ['no object', 'Sure, here is the plan', 'The answer is not in the promised form. It must be object.'],
    [
      'a child without a title',
      { ...answer(), children: [without('title')] },
      "The answer is not in the promised form. At `children.0` it must have required property 'title'.",
    ],
    [
      'a property nobody asked for',
      { ...answer(child('a')), shell: 'rm' },
      'The answer is not in the promised form. It must NOT have additional properties.',
    ],
    [
      'nothing superseded',
      { ...answer(), supersedes: [] },
      'The plan supersedes none of the tasks it was asked about.',
    ],
    [
      'an unknown parent',
      { ...answer(child('a')), supersedes: [{ parent: 'base', children: ['a'] }] },
      'The plan supersedes `base`, which it was not asked about.',
    ],
    [
      'a parent named twice',
      { ...answer(child('a')), supersedes: Array(2).fill({ parent: 'vague', children: ['a'] }) },
      'The plan supersedes `vague` twice.',
    ],
    [
      'a parent superseded by nothing',
      { ...answer(), supersedes: [{ parent: 'vague', children: [] }] },
      'The plan supersedes `vague` by nothing.',
    ],
    ['too many children', answer(...many), 'The plan has 13 children; more than 12 are too many.'],
    [
      'an unknown key',
      { ...answer(child('a')), supersedes: [{ parent: 'vague', children: ['a', 'b'] }] },
      'The plan names a child `b` that it does not describe.',
    ],
    ['an empty key', answer(child(' ')), 'A child of the plan has no key.'],
    ['a key used twice', answer(child('a'), child('a')), 'Two children of the plan have the key `a`.'],
    [
      'a child used by no parent',
      { ...answer(child('a'), child('b')), supersedes: [{ parent: 'vague', children: ['a'] }] },
      'The child `b` takes the place of no task.',
    ],
    [
      'waiting for an unknown key',
      answer(child('a', { after: ['b'] })),
      'The child `a` waits for `b`, which the plan does not describe.',
    ],
    ['waiting for itself', answer(child('a', { after: ['a'] })), 'Children of the plan wait for each other: `a`.'],
    [
      'a cycle, and nothing but the cycle',
      answer(child('a', { after: ['c'] }), child('b', { after: ['a'] }), child('c', { after: ['b'] }), child('d')),
      'Children of the plan wait for each other: `a`, `b`, `c`.',
    ],
    [
      'a path outside of the project',
      answer(child('a', { touch_paths: ['../secrets'] })),
      'The child `a` cannot be a task: Its path `../secrets` is not inside the project.',
    ],
    [
      'a pattern as path',
      answer(child('a', { touch_paths: ['src/*.ts'] })),
      'The child `a` cannot be a task: Its path `src/*.ts` is a pattern and not a path.',
    ],
    [
      'a long title',
      answer(child('a', { title: 'x'.repeat(201) })),
      'The child `a` cannot be a task: Its title is longer than 200 characters.',
    ],
    ['no title', answer(child('a', { title: ' ' })), 'The child `a` cannot be a task: It has no title.'],
    [
      'no criteria',
      answer(child('a', { acceptance_criteria: [' '] })),
      'The child `a` cannot be a task: It has no acceptance criteria.',
    ],
    [
      'no paths',
      answer(child('a', { touch_paths: [] })),
      'The child `a` cannot be a task: It says no paths that it changes.',
    ],
    [
      'an unknown profile',
      answer(child('a', { validation_profile: 'backend' })),
      'The child `a` cannot be a task: There is no validation profile `backend`.',
    ],
    [
      'a task that is there already',
      answer(child('a', { title: 'lay the base' })),
      'The child `a` cannot be a task: `base` in the backlog has the same title.',
    ],
    [
      'two children that are one',
      answer(child('a', { title: 'Do it' }), child('b', { title: 'do it' })),
      'The children `a` and `b` have the same title.',
    ],
    [
      'a dependency on nothing',
      answer(child('a', { depends_on: ['gone'] })),
      'The child `a` cannot be a task: It depends on `gone`, which is not in the backlog.',
    ],
    [
      'a dependency on its own parent',
      answer(child('a', { depends_on: ['vague'] })),
      'The child `a` cannot be a task: It depends on `vague`, which the plan itself supersedes.',
    ],
    [
      'a dependency that has failed',
      answer(child('a', { depends_on: ['broken'] })),
      'The child `a` cannot be a task: It depends on `broken`, which has failed.',
    ],
  ])('refuses %s', (_, proposed, reason) => expect(checkPlan(proposed, facts)).toEqual({ reason }));

  const planOf = (proposed: PlanAnswer) => {
    const checked = checkPlan(proposed, facts);
    if ('reason' in checked) throw new Error(checked.reason);
    return checked.plan;
  };

  it('reads a plan with order, dependencies and all that a child says', () => {
    const plan = planOf(
      answer(
        child('schema', {
          execution_domain: 'code_logic',
          validation_profile: 'repo',
          capabilities: ['database'],
          description: ' Keep the old column. ',
        }),
        child('page', { after: ['schema'], depends_on: ['base', 'old'], touch_paths: ['./web\\page', 'web/page'] }),
      ),
    );
    expect(plan.supersedes).toEqual([{ parent: 'vague', children: ['schema', 'page'] }]);
    expect(plan.children[0]?.candidate).toEqual({
      title: 'The part schema',
      priority: 'high',
      kind: 'implementation',
      executionDomain: 'code_logic',
      dependsOn: [],
      touchPaths: ['src/schema.ts'],
      capabilities: ['database'],
      validationProfile: 'repo',
      acceptanceCriteria: ['schema works'],
      description: 'Keep the old column.',
      source: { type: 'planner-pass' },
    });
    expect(plan.children[1]).toMatchObject({
      after: ['schema'],
      candidate: { dependsOn: ['base', 'old'], touchPaths: ['web/page'] },
    });
  });

  it("lifts a child's priority to that of its most urgent parent and lowers none", () => {
    const supersedes = [
      { parent: 'vague', children: ['a'] },
      { parent: 'other', children: ['a', 'b', 'c'] },
    ];
    const children = [
      child('a', { priority: 'low' }),
      child('b', { priority: 'low' }),
      child('c', { priority: 'high' }),
    ];
    const plan = planOf({ ...answer(...children), supersedes });
    expect(plan.children.map(({ candidate }) => candidate.priority)).toEqual(['high', 'normal', 'high']);
  });

  it("lets a child repeat its parent's title, and one that is done", () => {
    expect(
      planOf(answer(child('a', { title: 'Make it nice' }), child('b', { title: 'The old one' }))).children,
    ).toHaveLength(2);
  });

  it('lets research touch nothing', () => {
    expect(planOf(answer(child('a', { task_kind: 'research', touch_paths: [] }))).children).toHaveLength(1);
  });

  it('may leave a parent out', () => {
    expect(planOf(answer(child('a'))).supersedes.map(({ parent }) => parent)).toEqual(['vague']);
  });
});
