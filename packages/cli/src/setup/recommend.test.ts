import { describe, expect, it } from 'vitest';
import type { SetupFacts } from './facts.ts';
import { recommend } from './recommend.ts';

const FACTS: SetupFacts = {
  files: [],
  detected: { checks: [] },
  config: {},
  readyAgents: [],
  hasValidation: true,
};

const passesOf = (...files: readonly string[]) =>
  recommend({ ...FACTS, files }).passes.map(({ id, includePaths }) => [id, includePaths]);

describe('what is recommended', () => {
  it.each<[string, readonly string[], readonly (readonly [string, readonly string[]])[]]>([
    ['an empty repository', [], []],
    ['a script at the top', ['run.sh', 'README.md'], [['defects', []]]],
    [
      'a library',
      ['src/a.ts', 'src/a.test.ts', 'package.json'],
      [
        ['defects', ['src/']],
        ['tests', ['src/']],
        ['dependencies', []],
      ],
    ],
    [
      'a workspace',
      ['packages/a/src/a.py', 'packages/b/b.py', 'pyproject.toml', '.github/workflows/ci.yml'],
      [
        ['defects', ['packages/a/', 'packages/b/']],
        ['dependencies', []],
        ['build', []],
      ],
    ],
    [
      'an interface',
      ['apps/web/src/app.tsx', 'apps/web/src/app.css', 'apps/api/main.go', 'docs/a.md', 'docs/b.md'],
      [
        ['defects', ['apps/api/', 'apps/web/']],
        ['docs', []],
        ['interface', ['apps/web/']],
      ],
    ],
    [
      'what others made',
      ['vendor/x/x.go', 'node_modules/a/index.js', 'dist/a.js', 'backlog/tasks/a.yaml', 'scripts/backlog/validate.sh'],
      [],
    ],
  ])('suits %s', (_, files, passes) => {
    expect(passesOf(...files)).toEqual(passes);
  });

  it('gives tasks of interfaces to their agent, unless the config says where they are', () => {
    const files = ['web/a.tsx', 'web/b.tsx', 'web/util.ts', 'src/main.ts'];
    expect(recommend({ ...FACTS, files }).uiPathPrefixes).toEqual(['web/']);
    const config = { classification: { uiPathPrefixes: ['ui/'] } };
    expect(recommend({ ...FACTS, files, config }).uiPathPrefixes).toEqual([]);
  });

  it('names checks where nothing is checked, and what installs where nothing does', () => {
    const detected = { checks: ['npm run lint', 'npm test'], install: 'npm ci' };
    expect(recommend({ ...FACTS, detected, hasValidation: false })).toMatchObject({
      validation: 'npm run lint && npm test',
      installCommand: 'npm ci',
    });
    const config = { workspaceBootstrap: { installCommand: 'make deps' } };
    const settled = recommend({ ...FACTS, detected, config });
    expect(settled).not.toHaveProperty('validation');
    expect(settled).not.toHaveProperty('installCommand');
  });

  it.each([
    [['claude', 'codex'], {}, { code: { tool: 'codex' }, ui: { tool: 'claude' } }],
    [['claude'], {}, { code: { tool: 'claude' }, ui: { tool: 'claude' } }],
    [[], {}, {}],
    [['claude'], { ui: { tool: 'codex' } }, {}],
  ])('lets agents work that can: %j', (readyAgents, agents, expected) => {
    expect(recommend({ ...FACTS, readyAgents, config: { providers: { agents } } }).agents).toEqual(expected);
  });
});
