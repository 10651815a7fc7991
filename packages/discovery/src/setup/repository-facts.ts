/** What a repository shows of itself. */
export interface RepositoryFacts {
  /** How many tracked files each language has, most first. */
  readonly languages: Readonly<Record<string, number>>;
  /** Directories that hold a manifest of their own, the project directory not among them. */
  readonly workspaces: readonly string[];
  readonly testFrameworks: readonly string[];
  readonly testFiles: number;
  readonly ciFiles: readonly string[];
  readonly packageManager?: string;
  /** Documents and the directories of them. */
  readonly docs: readonly string[];
  /** Directories of what people see. */
  readonly uiDirectories: readonly string[];
  /** Top directories that hold code. */
  readonly sourceDirectories: readonly string[];
}

const LANGUAGES: Readonly<Record<string, string>> = Object.fromEntries(
  [
    ['TypeScript', 'ts tsx mts cts'],
    ['JavaScript', 'js jsx mjs cjs'],
    ['Vue', 'vue'],
    ['Svelte', 'svelte'],
    ['Python', 'py'],
    ['Go', 'go'],
    ['Rust', 'rs'],
    ['Java', 'java'],
    ['Kotlin', 'kt kts'],
    ['Swift', 'swift'],
    ['C#', 'cs'],
    ['C', 'c h'],
    ['C++', 'cc cpp cxx hpp'],
    ['Ruby', 'rb'],
    ['PHP', 'php'],
    ['Elixir', 'ex exs'],
    ['Dart', 'dart'],
    ['Scala', 'scala'],
    ['Shell', 'sh bash'],
    ['SQL', 'sql'],
    ['Terraform', 'tf'],
    ['CSS', 'css scss less'],
    ['HTML', 'html'],
  ].flatMap(([name = '', endings = '']) => endings.split(' ').map((ending) => [ending, name] as const)),
);
/** They are written, but no program. */
const NO_CODE = new Set(['CSS', 'HTML', 'SQL', 'Shell', 'Terraform']);

const MANIFEST =
  /(^|\/)(package\.json|pyproject\.toml|Cargo\.toml|go\.mod|pom\.xml|build\.gradle(\.kts)?|composer\.json|mix\.exs)$/;
const TEST_FILE =
  /(^|\/)(tests?|spec|__tests__|e2e)\/|[._-](test|spec)s?\.\w+$|(^|\/)test_[^/]+\.py$|_test\.(go|py|rb|exs?)$/;
const CI_FILE =
  /^(\.github\/workflows\/[^/]+\.ya?ml|\.gitlab-ci\.yml|\.circleci\/config\.yml|azure-pipelines\.yml|Jenkinsfile|bitbucket-pipelines\.yml|\.drone\.yml|\.buildkite\/[^/]+)$/;
const DOCUMENT = /^(README|CONTRIBUTING|ARCHITECTURE)[^/]*$/i;
const DOCS_DIRECTORY = /^((?:.*\/)?docs?)\//;
const UI_PART = new Set(
  'components pages views screens ui styles layouts widgets web frontend app public templates storyboards'.split(' '),
);
const UI_FILE = /\.(tsx|jsx|vue|svelte|css|scss|less|html|astro|storyboard|xib)$/;
const FOREIGN = /(^|\/)(node_modules|vendor|third_party|dist|build|target|coverage|\.git)\//;

const PACKAGE_MANAGERS: readonly (readonly [RegExp, string])[] = [
  [/(^|\/)pnpm-lock\.yaml$/, 'pnpm'],
  [/(^|\/)yarn\.lock$/, 'yarn'],
  [/(^|\/)bun\.lockb?$/, 'bun'],
  [/(^|\/)(package-lock\.json|package\.json)$/, 'npm'],
  [/(^|\/)uv\.lock$/, 'uv'],
  [/(^|\/)poetry\.lock$/, 'poetry'],
  [/(^|\/)(pyproject\.toml|requirements[^/]*\.txt)$/, 'pip'],
  [/(^|\/)Cargo\.toml$/, 'cargo'],
  [/(^|\/)go\.mod$/, 'go'],
  [/(^|\/)pom\.xml$/, 'maven'],
  [/(^|\/)build\.gradle(\.kts)?$/, 'gradle'],
  [/(^|\/)Gemfile$/, 'bundler'],
  [/(^|\/)composer\.json$/, 'composer'],
  [/(^|\/)mix\.exs$/, 'mix'],
];

const FRAMEWORKS: readonly (readonly [RegExp, string])[] = [
  [/"vitest"/, 'vitest'],
  [/"jest"/, 'jest'],
  [/"mocha"/, 'mocha'],
  [/"@playwright\/test"/, 'playwright'],
  [/"cypress"/, 'cypress'],
  [/node --test/, 'node:test'],
  [/\bpytest\b/, 'pytest'],
  [/\bphpunit\b/, 'phpunit'],
  [/\brspec\b/, 'rspec'],
  [/\bjunit\b/i, 'junit'],
];

/**
 * Reads facts from the paths of the tracked files, relative to the project directory, and the texts of its manifests,
 * such as `package.json`.
 */
export function repositoryFacts(paths: readonly string[], manifests: readonly string[] = []): RepositoryFacts {
  const own = paths.filter((path) => !FOREIGN.test(path));
  const packageManager = PACKAGE_MANAGERS.find(([file]) => own.some((path) => file.test(path)))?.[1];
  const text = manifests.join('\n');
  return {
    languages: countLanguages(own),
    workspaces: unique(own.filter((path) => MANIFEST.test(path)).map(directoryOf)).filter((path) => path !== ''),
    testFrameworks: [
      ...FRAMEWORKS.filter(([word]) => word.test(text)).map(([, name]) => name),
      ...(own.some((path) => path.endsWith('_test.go')) ? ['go test'] : []),
      ...(own.some((path) => path.endsWith('Cargo.toml')) ? ['cargo test'] : []),
    ],
    testFiles: own.filter((path) => TEST_FILE.test(path)).length,
    ciFiles: own.filter((path) => CI_FILE.test(path)),
    ...(packageManager === undefined ? {} : { packageManager }),
    docs: unique(own.flatMap((path) => (DOCUMENT.test(path) ? [path] : (DOCS_DIRECTORY.exec(path)?.[1] ?? [])))),
    uiDirectories: outermost(own.flatMap(uiDirectoryOf)),
    sourceDirectories: unique(
      own.filter(isCode).map((path) => (path.includes('/') ? (path.split('/')[0] ?? '') : '')),
    ).filter((path) => path !== ''),
  };
}

/** Whether there is a program at all. */
export function hasCode({ languages }: Pick<RepositoryFacts, 'languages'>): boolean {
  return Object.keys(languages).some((name) => !NO_CODE.has(name));
}

function countLanguages(paths: readonly string[]): Readonly<Record<string, number>> {
  const counts = new Map<string, number>();
  for (const path of paths) {
    const name = languageOf(path);
    if (name !== undefined) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return Object.fromEntries([...counts].sort(([, left], [, right]) => right - left));
}

function languageOf(path: string): string | undefined {
  return LANGUAGES[path.slice(path.lastIndexOf('.') + 1).toLowerCase()];
}

function isCode(path: string): boolean {
  const name = languageOf(path);
  return name !== undefined && !NO_CODE.has(name) && !TEST_FILE.test(path);
}

/** The outermost directory on the way that is called after what people see. */
function uiDirectoryOf(path: string): readonly string[] {
  if (!UI_FILE.test(path) || TEST_FILE.test(path)) return [];
  const parts = path.split('/').slice(0, -1);
  const at = parts.findIndex((part) => UI_PART.has(part.toLowerCase()));
  return at === -1 ? [] : [parts.slice(0, at + 1).join('/')];
}

function outermost(paths: readonly string[]): readonly string[] {
  const all = unique(paths);
  return all.filter((path) => !all.some((other) => path.startsWith(`${other}/`)));
}

function directoryOf(path: string): string {
  return path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '';
}

function unique(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)].sort();
}
