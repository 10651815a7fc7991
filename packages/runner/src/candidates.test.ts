import type { ProposedCandidate } from '@backlog-runner/contracts';
import { describe, expect, test } from 'vitest';
import { candidatesOf } from './candidates.ts';

const proposed = (fields: Partial<ProposedCandidate> = {}): ProposedCandidate => ({
  title: 'Cache the index',
  description: 'It is read on every start.',
  priority: 'low',
  touch_paths: ['./src//index.ts'],
  acceptance_criteria: ['It is read once.'],
  ...fields,
});
const source = { type: 'pass', passId: 'todo' } as const;

describe('candidatesOf', () => {
  test('a proposal becomes a candidate that says where it came from', () => {
    expect(candidatesOf([proposed()], source).candidates).toEqual([
      {
        title: 'Cache the index',
        description: 'It is read on every start.',
        priority: 'low',
        kind: 'implementation',
        touchPaths: ['src/index.ts'],
        acceptanceCriteria: ['It is read once.'],
        dependsOn: [],
        capabilities: [],
        source,
      },
    ]);
  });

  test.each([
    ['without a title', proposed({ title: ' ' }), { title: '', reason: 'it has no title' }],
    [
      'with a path outside',
      proposed({ touch_paths: ['../../etc'] }),
      { title: 'Cache the index', reason: 'it names a path outside the project' },
    ],
    [
      'with an endless title',
      proposed({ title: 'x'.repeat(201) }),
      { title: `${'x'.repeat(80)}…`, reason: 'its title is too long' },
    ],
  ])('a proposal %s is refused with a reason, and the others stay', (_what, bad, refusal) => {
    const { candidates, refused } = candidatesOf([bad, proposed()], source);
    expect(candidates).toHaveLength(1);
    expect(refused).toEqual([refusal]);
  });
});
