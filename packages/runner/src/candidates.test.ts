import type { AgentAnswer, ProposedCandidate } from '@backlog-runner/contracts';
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
const answer = (...candidates: ProposedCandidate[]): AgentAnswer => ({
  status: 'done',
  summary: '',
  notes: [],
  candidates,
});

describe('candidatesOf', () => {
  test('a proposal becomes a candidate that says where it came from', () => {
    expect(candidatesOf(answer(proposed())).candidates).toEqual([
      {
        title: 'Cache the index',
        description: 'It is read on every start.',
        priority: 'low',
        kind: 'implementation',
        touchPaths: ['src/index.ts'],
        acceptanceCriteria: ['It is read once.'],
        dependsOn: [],
        capabilities: [],
        source: { type: 'task-followup' },
      },
    ]);
  });

  test.each([
    ['without a title', proposed({ title: ' ' }), 'a proposed candidate has no title'],
    ['with a path outside', proposed({ touch_paths: ['../../etc'] }), 'names a path outside the project'],
    ['with an endless title', proposed({ title: 'x'.repeat(201) }), 'is too long'],
  ])('a proposal %s is refused with a reason, and the others stay', (_what, bad, reason) => {
    const { candidates, refused } = candidatesOf(answer(bad, proposed()));
    expect(candidates).toHaveLength(1);
    expect(refused).toEqual([expect.stringContaining(reason)]);
  });
});
