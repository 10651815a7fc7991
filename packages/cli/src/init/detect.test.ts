import { describe, expect, it } from 'vitest';
import { detect, type ProjectFacts } from './detect.ts';

function facts(files: Readonly<Record<string, string>>, above: readonly string[] = []): ProjectFacts {
  const names = Object.keys(files);
  return { names: new Set(names), lockNames: new Set([...names, ...above]), read: (name) => files[name] };
}

const scripts = (entries: object, more: object = {}) => JSON.stringify({ scripts: entries, ...more });

describe('detect', () => {
  it.each([
    ['nothing', {}, { checks: [] }],
    ['a repository of texts', { 'README.md': '# Hi' }, { checks: [] }],
    [
      'npm with a lockfile',
      { 'package.json': scripts({ test: 'vitest', lint: 'eslint .' }), 'package-lock.json': '{}' },
      { install: 'npm ci', checks: ['npm run lint', 'npm test'] },
    ],
    [
      'the test script npm init writes, which is none',
      { 'package.json': scripts({ test: 'echo "Error: no test specified" && exit 1' }) },
      { checks: [] },
    ],
    [
      'dependencies without a lockfile, which must not appear',
      { 'package.json': scripts({ test: 'node --test' }, { dependencies: {} }) },
      { install: 'npm install --no-package-lock', checks: ['npm test'] },
    ],
    ['scripts without dependencies', { 'package.json': scripts({ test: 'node --test' }) }, { checks: ['npm test'] }],
    [
      'pnpm',
      { 'package.json': scripts({ 'type-check': 'tsc', test: 'vitest' }), 'pnpm-lock.yaml': '' },
      { install: 'pnpm install --frozen-lockfile', checks: ['pnpm run type-check', 'pnpm test'] },
    ],
    [
      'classic yarn',
      { 'package.json': scripts({ test: 'jest' }), 'yarn.lock': '' },
      { install: 'yarn install --frozen-lockfile', checks: ['yarn test'] },
    ],
    [
      'modern yarn',
      { 'package.json': scripts({ test: 'jest' }, { packageManager: 'yarn@4.5.0' }), 'yarn.lock': '' },
      { install: 'yarn install --immutable', checks: ['yarn test'] },
    ],
    [
      'bun, whose own test command is not the script',
      { 'package.json': scripts({ test: 'bun test src' }), 'bun.lock': '' },
      { install: 'bun install --frozen-lockfile', checks: ['bun run test'] },
    ],
    ['a broken package.json', { 'package.json': '{' }, { checks: [] }],
    ['pytest', { 'pyproject.toml': '[tool.pytest.ini_options]' }, { checks: ['python -m pytest'] }],
    [
      'uv and ruff',
      { 'pyproject.toml': 'dependencies = ["pytest"]\n[tool.ruff]', 'uv.lock': '' },
      { install: 'uv sync --frozen', checks: ['uv run ruff check .', 'uv run pytest'] },
    ],
    ['cargo', { 'Cargo.toml': '' }, { checks: ['cargo test'] }],
    ['go', { 'go.mod': '' }, { checks: ['go vet ./...', 'go test ./...'] }],
    ['.NET', { 'App.sln': '' }, { checks: ['dotnet test'] }],
    ['a maven wrapper', { 'pom.xml': '', mvnw: '' }, { checks: ['./mvnw --batch-mode --quiet verify'] }],
    ['gradle', { 'build.gradle.kts': '' }, { checks: ['gradle check'] }],
    ['rspec', { Gemfile: '', spec: '' }, { install: 'bundle install', checks: ['bundle exec rspec'] }],
    ['a makefile with a test target', { Makefile: 'CC := gcc\ntest: all\n\t./run' }, { checks: ['make test'] }],
    ['a makefile with a variable called test', { Makefile: 'test := 1\n' }, { checks: [] }],
    ['a makefile beside cargo', { 'Cargo.toml': '', Makefile: 'test:\n' }, { checks: ['cargo test'] }],
  ])('finds the commands of %s', (_, files, expected) => {
    expect(detect(facts(files as Record<string, string>))).toEqual(expected);
  });

  it('finds the lockfile of a workspace above the project', () => {
    const inside = facts({ 'package.json': scripts({ test: 'vitest' }) }, ['pnpm-lock.yaml']);
    expect(detect(inside)).toEqual({ install: 'pnpm install --frozen-lockfile', checks: ['pnpm test'] });
  });

  it('adds up what a repository with two kinds of code has', () => {
    const both = facts({ 'package.json': scripts({ test: 'x' }), 'package-lock.json': '', 'go.mod': '' });
    expect(detect(both).checks).toEqual(['npm test', 'go vet ./...', 'go test ./...']);
  });
});
