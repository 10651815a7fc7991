import { describe, expect, it } from 'vitest';
import { PASS_POLICIES } from './policies.ts';
import { recommend } from './recommend.ts';
import { repositoryFacts } from './repository-facts.ts';

const idsFor = (paths: readonly string[], manifests: readonly string[] = []) =>
  recommend(repositoryFacts(paths, manifests)).map(({ id }) => id);

const FIRST = ['failing-validation', 'todo-comments', 'code-quality'];

describe('recommend', () => {
  it.each<[string, readonly string[], readonly string[]]>([
    ['an empty repository', [], []],
    ['a repository of texts', ['README.md', 'notes/a.md'], ['documentation']],
    ['a script', ['run.py'], FIRST],
    [
      'a web application',
      ['package.json', 'src/components/Button.tsx', 'src/a.test.ts', 'README.md', '.github/workflows/ci.yml'],
      [...FIRST, 'test-gaps', 'user-interface', 'documentation', 'dependencies', 'build-and-ci'],
    ],
    [
      'a workspace',
      ['package.json', 'pnpm-lock.yaml', 'packages/a/package.json', 'packages/b/package.json', 'packages/a/src/a.ts'],
      [...FIRST, 'boundaries', 'dependencies'],
    ],
    ['a larger program in Go', Array.from({ length: 20 }, (_, at) => `cmd/f${at}.go`), [...FIRST, 'security']],
    ['only what others wrote', ['node_modules/x/index.js', 'vendor/y.go'], []],
  ])('knows what is worth having in %s', (_, paths, ids) => expect(idsFor(paths)).toEqual(ids));

  it('says why, where to look and who should, and brings a policy for each pass that asks an agent', () => {
    const passes = recommend(repositoryFacts(['src/components/Button.tsx', 'src/x.test.ts'], ['{"vitest": "1"}']));
    expect(passes.find(({ id }) => id === 'user-interface')).toMatchObject({
      role: 'ui',
      heuristics: { includePaths: ['src/components'], excludePaths: [], capabilities: [] },
      because: 'src/components holds a user interface',
    });
    expect(passes.find(({ id }) => id === 'test-gaps')?.because).toBe('tests are there (vitest)');
    for (const { id, role, prompt, description } of passes) {
      expect(description).not.toBe('');
      expect(prompt).toBe(role === undefined ? undefined : PASS_POLICIES[id]);
      expect(role === undefined).toBe(['failing-validation', 'todo-comments'].includes(id));
    }
  });

  it('has no policy that no rule recommends', () => {
    const all = idsFor([
      ...Array.from({ length: 20 }, (_, at) => `src/pages/f${at}.tsx`),
      ...['a.test.ts', 'docs/a.md', 'package.json', 'a/package.json', 'b/package.json', '.gitlab-ci.yml'],
    ]);
    expect([...all].sort()).toEqual([...Object.keys(PASS_POLICIES), 'failing-validation', 'todo-comments'].sort());
  });
});

describe('repositoryFacts', () => {
  it('reads what the paths and manifests show', () => {
    const facts = repositoryFacts(
      [
        ...['package.json', 'pnpm-lock.yaml', 'apps/web/package.json', 'apps/web/src/views/Home.vue'],
        ...['server/main.ts', 'server/main.test.ts', 'server/db.ts', 'docs/guide.md', 'docs/more/x.md', 'README.md'],
        ...['.github/workflows/ci.yml', '.github/dependabot.yml'],
      ],
      ['{"devDependencies": {"vitest": "^3", "@playwright/test": "^1"}}'],
    );
    expect(facts).toEqual({
      languages: { TypeScript: 3, Vue: 1 },
      workspaces: ['apps/web'],
      testFrameworks: ['vitest', 'playwright'],
      testFiles: 1,
      ciFiles: ['.github/workflows/ci.yml'],
      packageManager: 'pnpm',
      docs: ['README.md', 'docs'],
      uiDirectories: ['apps/web'],
      sourceDirectories: ['apps', 'server'],
    });
  });
});
