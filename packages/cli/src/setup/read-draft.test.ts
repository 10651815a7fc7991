import { describe, expect, it } from 'vitest';
import { DRAFT_SCHEMA } from './draft-question.ts';
import type { SetupFacts } from './facts.ts';
import { readDraft } from './read-draft.ts';

const FACTS: SetupFacts = {
  files: ['README.md', 'src/a.ts', 'src/b/c.ts'],
  detected: { checks: [] },
  config: {},
  readyAgents: ['codex'],
  hasValidation: true,
};

const PASS = {
  id: 'races',
  description: 'Races between\nprocesses',
  why: 'there are leases',
  prompt: 'Look for races.',
  include_paths: ['src', './README.md'],
  exclude_paths: [],
  capabilities: [],
  tool: 'codex',
  every: '24h',
  max_candidates: 9,
};

describe('what an agent drafts', () => {
  it('is read with its paths as the config has them', () => {
    expect(readDraft({ passes: [PASS] }, FACTS)).toEqual({
      passes: [
        {
          id: 'races',
          description: 'Races between processes',
          why: 'there are leases',
          prompt: 'Look for races.\n',
          includePaths: ['src/', 'README.md'],
          excludePaths: [],
          capabilities: [],
          runner: { tool: 'codex' },
          every: '24h',
          maxCandidates: 5,
        },
      ],
      refused: [],
    });
  });

  it.each([
    [{ id: '../x' }, /id is not/],
    [{ id: 7 }, /id is not/],
    [{ prompt: ' ' }, /lacks a description or a prompt/],
    [{ prompt: 'x'.repeat(9000) }, /lacks a description or a prompt/],
    [{ include_paths: ['../secrets'] }, /paths that are not there/],
    [{ exclude_paths: ['lib'] }, /paths that are not there/],
    [{ include_paths: 'src' }, /lists of texts/],
    [{ tool: 'gemini' }, /no agent gemini/],
    [{ every: 'always' }, /not a time/],
    [{ max_candidates: 0 }, /no count/],
  ])('is refused with the reason: %j', (wrong, reason) => {
    const draft = readDraft(
      {
        passes: [
          { ...PASS, ...wrong },
          { ...PASS, id: 'fine' },
        ],
      },
      FACTS,
    );
    expect(draft?.passes.map(({ id }) => id)).toEqual(['fine']);
    expect(draft?.refused).toEqual([expect.stringMatching(reason)]);
  });

  it('is refused where it comes twice, or is too much', () => {
    const many = ['a', 'a', 'b', 'c', 'd', 'e', 'f', 'g'].map((id) => ({ ...PASS, id }));
    expect(readDraft({ passes: many }, FACTS)).toMatchObject({
      passes: { length: 6 },
      refused: ['a: it was drafted twice', 'g: 6 passes are enough'],
    });
  });

  it.each([undefined, null, 'passes', [], {}, { passes: {} }])('is no draft: %j', (value) => {
    expect(readDraft(value, FACTS)).toBeUndefined();
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
    strict(DRAFT_SCHEMA);
  });
});
