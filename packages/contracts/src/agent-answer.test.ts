import { describe, expect, it } from 'vitest';
import { AGENT_ANSWER_SCHEMA, parseAgentAnswer } from './agent-answer.ts';

const candidate = { title: 't', description: 'd', priority: 'low', touch_paths: ['a'], acceptance_criteria: [] };
const answer = { status: 'done', summary: 's', notes: ['n'], candidates: [candidate], patterns: ['p'] };

describe("an agent's answer", () => {
  it('is read as it was promised', () => {
    expect(parseAgentAnswer(answer)).toEqual(answer);
    expect(parseAgentAnswer({ ...answer, status: 'blocked', candidates: [] })).toMatchObject({ status: 'blocked' });
  });

  it('is read without what nobody asked for', () => {
    const chatty = { ...answer, mood: 'good', candidates: [{ ...candidate, state: 'done' }] };
    expect(parseAgentAnswer(chatty)).toEqual(answer);
  });

  it('proposes nothing to remember when it was not asked for that', () => {
    const { patterns, ...older } = answer;
    expect(parseAgentAnswer(older)).toEqual({ ...answer, patterns: [] });
  });

  it.each([
    ...[undefined, null, 'done', 3, [], {}, [answer]],
    ...[
      { status: 'landed' },
      { summary: 3 },
      { notes: 'n' },
      { notes: [3] },
      { candidates: {} },
      { patterns: 'p' },
    ].map((wrong) => ({
      ...answer,
      ...wrong,
    })),
    ...[{ title: 3 }, { priority: 'urgent' }, { touch_paths: 'a' }, { acceptance_criteria: [null] }].map((wrong) => ({
      ...answer,
      candidates: [candidate, { ...candidate, ...wrong }],
    })),
  ])('is not read from %j', (value) => {
    expect(parseAgentAnswer(value)).toBeUndefined();
  });

  it('is asked for strictly: every property is required and none besides is allowed', () => {
    const strict = (schema: unknown): void => {
      if (typeof schema !== 'object' || schema === null) return;
      const { type, properties, required, additionalProperties } = schema as Record<string, unknown>;
      if (type === 'object') {
        expect(required).toEqual(Object.keys(properties as object));
        expect(additionalProperties).toBe(false);
      }
      for (const inner of Object.values(schema)) strict(inner);
    };
    strict(AGENT_ANSWER_SCHEMA);
  });
});
