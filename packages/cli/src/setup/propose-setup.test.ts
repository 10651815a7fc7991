import { repositoryFacts } from '@backlog-runner/discovery';
import { describe, expect, it } from 'vitest';
import type { SetupFacts } from './facts.ts';
import { proposeSetup } from './propose-setup.ts';

const FACTS: SetupFacts = {
  repository: repositoryFacts([]),
  detected: { checks: [] },
  config: {},
  readyAgents: [],
  hasValidation: true,
};

describe('what setup proposes', () => {
  it('is nothing for an empty repository', () => {
    expect(proposeSetup(FACTS)).toEqual({ passes: [], agents: {}, uiPathPrefixes: [] });
  });

  it('is passes that suit it, those for interfaces with their agent', () => {
    const repository = repositoryFacts(['src/main.ts', 'web/app.tsx', 'web/app.css', 'README.md']);
    const passes = (config: SetupFacts['config']) =>
      Object.fromEntries(proposeSetup({ ...FACTS, repository, config }).passes.map((pass) => [pass.id, pass]));
    expect(passes({})).toMatchObject({ 'user-interface': { tool: 'claude', heuristics: { includePaths: ['web'] } } });
    expect(passes({})['todo-comments']).not.toHaveProperty('prompt');
    expect(passes({})['code-quality']).not.toHaveProperty('tool');
    expect(passes({ providers: { agents: { code: { tool: 'claude' } } } })['user-interface']).not.toHaveProperty(
      'tool',
    );
  });

  it('gives tasks of interfaces to their agent, unless the config says where they are', () => {
    const repository = repositoryFacts(['web/a.tsx', 'src/main.ts']);
    expect(proposeSetup({ ...FACTS, repository }).uiPathPrefixes).toEqual(['web/']);
    const config = { classification: { uiPathPrefixes: ['ui/'] } };
    expect(proposeSetup({ ...FACTS, repository, config }).uiPathPrefixes).toEqual([]);
  });

  it('names checks where nothing is checked, and what installs where nothing does', () => {
    const detected = { checks: ['npm run lint', 'npm test'], install: 'npm ci' };
    expect(proposeSetup({ ...FACTS, detected, hasValidation: false })).toMatchObject({
      validation: 'npm run lint && npm test',
      installCommand: 'npm ci',
    });
    const config = { workspaceBootstrap: { installCommand: 'make deps' } };
    const settled = proposeSetup({ ...FACTS, detected, config });
    expect(settled).not.toHaveProperty('validation');
    expect(settled).not.toHaveProperty('installCommand');
  });

  it.each([
    [['claude', 'codex'], {}, { code: 'codex', ui: 'claude' }],
    [['claude'], {}, { code: 'claude', ui: 'claude' }],
    [[], {}, {}],
    [['claude'], { ui: { tool: 'codex' } }, {}],
  ])('lets agents work that can: %j', (readyAgents, agents, expected) => {
    expect(proposeSetup({ ...FACTS, readyAgents, config: { providers: { agents } } }).agents).toEqual(expected);
  });
});
