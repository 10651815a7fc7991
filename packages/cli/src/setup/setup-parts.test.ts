import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { difference } from './difference.ts';
import { isUnedited, managedText } from './managed-text.ts';
import { planSetup } from './plan-setup.ts';
import type { SetupProposal } from './proposal.ts';
import { type Questions, walk } from './walk.ts';

const PASS = {
  ...{ id: 'docs', description: 'Docs', because: 'two documents', prompt: 'Look.\n', every: '72h', maxCandidates: 3 },
  heuristics: { includePaths: ['docs/'], excludePaths: [], capabilities: [] },
};
const PROPOSAL: SetupProposal = {
  passes: [PASS, { ...PASS, id: 'tests', heuristics: { includePaths: [], excludePaths: [], capabilities: [] } }],
  agents: { code: 'codex', ui: 'claude' },
  validation: 'npm test',
  installCommand: 'npm ci',
  uiPathPrefixes: ['web/'],
};

describe('a managed text', () => {
  it('is known as long as nobody has edited it', () => {
    const text = managedText('Look for work.\n');
    expect(isUnedited(text)).toBe(true);
    expect(isUnedited(text.replaceAll('\n', '\r\n'))).toBe(true);
    expect(isUnedited(`${text}And for more.\n`)).toBe(false);
    expect(isUnedited(text.replace('work', 'rest'))).toBe(false);
    expect(isUnedited('Look for work.\n')).toBe(false);
  });
});

describe('the difference of two texts', () => {
  it('is the lines that go and come, with a line around them', () => {
    expect(difference('a\nb\nc\nd\ne', 'a\nb\nx\nd\ne')).toEqual(['  b', '- c', '+ x', '  d']);
    expect(difference('a\nb', 'a\nb')).toEqual([]);
  });

  it('leads from the one to the other', () => {
    const text = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 8 }).map((lines) => lines.join('\n'));
    fc.assert(
      fc.property(text, text, (before, after) => {
        const rows = difference(before, after);
        const count = (source: string, line: string) => source.split('\n').filter((row) => row === line).length;
        for (const line of ['a', 'b', 'c']) {
          const come = rows.filter((row) => row === `+ ${line}`).length;
          const go = rows.filter((row) => row === `- ${line}`).length;
          expect(count(after, line) - count(before, line)).toBe(come - go);
        }
      }),
    );
  });
});

describe('the plan of a setup', () => {
  it('says all that is proposed where the config says nothing', () => {
    const { edits, prompts, kept } = planSetup(PROPOSAL, {});
    expect(edits.map(({ path }) => path.join('.'))).toEqual([
      'validation.default',
      'workspaceBootstrap.installCommand',
      'classification.uiPathPrefixes',
      'providers.agents.code',
      'providers.agents.ui',
      'discovery',
    ]);
    const docs = { enabled: true, every: '72h', heuristics: { includePaths: ['docs/'] } };
    expect(edits[5]).toMatchObject({ value: { enabled: true, passes: { docs, tests: { enabled: true } } } });
    expect(edits[5]).not.toHaveProperty('value.passes.tests.heuristics');
    expect(prompts.map(({ path }) => path)).toEqual([
      'scripts/backlog/passes/docs.md',
      'scripts/backlog/passes/tests.md',
    ]);
    expect(kept).toEqual([]);
  });

  it('keeps passes that are there, and what the config says of discovery', () => {
    const config = { discovery: { enabled: false, passes: { docs: { enabled: false } } } };
    const { edits, kept } = planSetup({ passes: PROPOSAL.passes, agents: {}, uiPathPrefixes: [] }, config);
    expect(edits.map(({ path }) => path.join('.'))).toEqual(['discovery.passes.tests']);
    expect(kept).toEqual(['docs']);
  });
});

describe('a walk through a setup', () => {
  const person = (chosen: readonly string[] | undefined, ...answers: readonly (boolean | undefined)[]): Questions => {
    const left = [...answers];
    return { choose: async () => chosen, confirm: async () => left.shift() };
  };

  it('gives what the person wants', async () => {
    expect(await walk(PROPOSAL, person(['tests'], true, false, true, false))).toEqual({
      passes: [PROPOSAL.passes[1]],
      agents: PROPOSAL.agents,
      installCommand: 'npm ci',
      uiPathPrefixes: [],
    });
  });

  it('asks only about what is proposed', async () => {
    const nothing = { passes: [], agents: {}, uiPathPrefixes: [] };
    expect(await walk(nothing, person(undefined))).toEqual(nothing);
  });

  it.each([[person(undefined)], [person([], true, undefined)]])(
    'ends when the person breaks off',
    async (questions) => {
      expect(await walk(PROPOSAL, questions)).toBeUndefined();
    },
  );
});
