import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plainTask } from '../test/plain-task.ts';
import { compareTasks, PRIORITIES, questionOf } from './task.ts';

describe('tasks start', () => {
  it('by priority, then age, then id', () => {
    const tasks = [
      plainTask('a', { priority: 'low' }),
      plainTask('b', { createdAt: '2026-01-02' }),
      plainTask('d', { createdAt: '2026-01-01' }),
      plainTask('c', { createdAt: '2026-01-01' }),
      plainTask('e', { priority: 'high', createdAt: '2026-02-01' }),
    ];
    expect(tasks.sort(compareTasks).map(({ id }) => id)).toEqual(['e', 'c', 'd', 'b', 'a']);
  });

  it('in the same order whatever the order they are given in', () => {
    const facts = fc.record({
      priority: fc.constantFrom(...PRIORITIES),
      createdAt: fc.constantFrom(undefined, '1', '2'),
    });
    const backlog = fc
      .array(facts, { maxLength: 12 })
      .map((all) => all.map((each, index) => plainTask(`t${index}`, each)));
    fc.assert(
      fc.property(backlog, (tasks) => {
        const forwards = [...tasks].sort(compareTasks);
        expect([...tasks].reverse().sort(compareTasks)).toEqual(forwards);
      }),
    );
  });
});

describe('what a task asks for', () => {
  const asked = questionOf(plainTask('x'));

  it.each([
    ['title', { title: 'Something else' }],
    ['kind', { kind: 'research' }],
    ['description', { description: 'more' }],
    ['criteria', { acceptanceCriteria: ['it works'] }],
    ['paths', { touchPaths: [] }],
    ['profile', { validationProfile: 'frontend' }],
    ['dependencies', { dependsOn: ['y'] }],
  ])('changes with its %s', (_what, facts) => {
    expect(questionOf(plainTask('x', facts))).not.toBe(asked);
  });

  it.each([{ state: 'done' }, { statusNotes: ['n'] }, { updatedAt: '2026' }, { revision: '2' }, { priority: 'high' }])(
    'does not change with %j',
    (facts) => {
      expect(questionOf(plainTask('x', facts))).toBe(asked);
    },
  );
});
