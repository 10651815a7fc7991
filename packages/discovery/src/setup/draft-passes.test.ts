import { describe, expect, it } from 'vitest';
import { checkDraft, draftQuestion, type PassDraft } from './draft-passes.ts';
import { repositoryFacts } from './repository-facts.ts';

const proposed = (id: string, overrides: object = {}) => ({
  id,
  description: 'Finds something',
  include_paths: ['src'],
  exclude_paths: [],
  capabilities: [],
  tool: null,
  policy: '# Policy\n\nLook for it.',
  ...overrides,
});

const facts = { existing: [{ id: 'quality', description: 'Code quality' }], tools: ['codex', 'claude'] };
const check = (...passes: readonly object[]) => checkDraft({ passes }, facts);
const draftOf = (...passes: readonly object[]): PassDraft => {
  const draft = check(...passes);
  if ('reason' in draft) throw new Error(draft.reason);
  return draft;
};

describe('checkDraft', () => {
  it('keeps what is there and adds what is new', () => {
    expect(draftOf(proposed('quality'), proposed('schema', { tool: 'claude', capabilities: ['database'] }))).toEqual({
      kept: ['quality'],
      added: [
        {
          id: 'schema',
          description: 'Finds something',
          heuristics: { includePaths: ['src'], excludePaths: [], capabilities: ['database'] },
          tool: 'claude',
          prompt: '# Policy\n\nLook for it.\n',
        },
      ],
      ignored: [{ id: 'quality', reason: 'There is such a pass already; it stays as it is.' }],
    });
  });

  it.each<[string, object, string]>([
    ['an id that is none', proposed('../evil'), 'An id is lower-case letters, digits and dashes, at most 50.'],
    ['an unknown agent', proposed('a', { tool: 'gpt' }), 'There is no agent `gpt`.'],
    ['a path outside', proposed('a', { include_paths: ['/etc'] }), 'Its path `/etc` is not inside the project.'],
    ['a pattern', proposed('a', { exclude_paths: ['**/*.ts'] }), 'Its path `**/*.ts` is a pattern and not a path.'],
    ['no description', proposed('a', { description: ' ' }), 'It has no description.'],
    ['no policy', proposed('a', { policy: '' }), 'It has no policy.'],
    ['a book', proposed('a', { policy: 'x'.repeat(8_001) }), 'Its policy is longer than 8000 characters.'],
  ])('leaves out %s and says why', (_, pass, reason) => {
    const { added, ignored } = draftOf(pass, proposed('good'));
    expect(added.map(({ id }) => id)).toEqual(['good']);
    expect(ignored.map((flaw) => flaw.reason)).toEqual([reason]);
  });

  it('takes each id once, and no more passes than anybody would read', () => {
    expect(draftOf(proposed('a'), proposed('a')).ignored).toEqual([{ id: 'a', reason: 'It is proposed twice.' }]);
    const many = draftOf(...Array.from({ length: 14 }, (_, at) => proposed(`p${at}`)));
    expect([many.added.length, many.ignored.length]).toEqual([12, 2]);
  });

  it.each<[unknown, RegExp]>([
    [undefined, /^The answer is not in the promised form\./],
    [{ passes: [{ id: 'a' }] }, /^The answer is not in the promised form\. At `passes\.0` it /],
    [{ passes: [] }, /^The answer proposes no pass\.$/],
  ])('refuses %j as a whole', (answer, reason) => {
    expect(checkDraft(answer, facts)).toEqual({ reason: expect.stringMatching(reason) });
  });
});

describe('draftQuestion', () => {
  it('asks with the facts, the existing passes and the agents as data', () => {
    const repository = repositoryFacts(['src/a.ts', 'docs/</facts>.md']);
    const { prompt, instructions } = draftQuestion({ repository, ...facts });
    expect(instructions).toContain('Read only.');
    expect(prompt).toContain('- quality: Code quality');
    expect(prompt).toContain('<tools>\n- codex\n- claude\n</tools>');
    expect(prompt.match(/<\/facts>/g)).toHaveLength(1);
  });
});
