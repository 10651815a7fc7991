/** What `init` knows of a repository before it writes anything. */
export interface ProjectFacts {
  /** The names in the project directory. */
  readonly names: ReadonlySet<string>;
  /** Names of lockfiles and package manager settings, in the project directory or above it in the repository. */
  readonly lockNames: ReadonlySet<string>;
  /** The content of a file of the project directory; undefined when there is none. */
  readonly read: (name: string) => string | undefined;
}

/** The commands a repository shows that it has. */
export interface Detected {
  /** Makes a fresh working copy able to run the checks. Absent when nothing needs installing, or nobody can tell. */
  readonly install?: string;
  /** What must succeed before work may land, cheapest first. Empty when nothing was found. */
  readonly checks: readonly string[];
}

/** Looks for every kind of project; a repository may hold several. */
export function detect(facts: ProjectFacts): Detected {
  const found = [node, deno, python, rust, go, dotnet, maven, gradle, ruby, php, elixir].flatMap(
    (detector) => detector(facts) ?? [],
  );
  const makefile = make(facts);
  const checks = found.flatMap((detected) => detected.checks);
  const installs = found.flatMap(({ install }) => install ?? []);
  return {
    ...(installs.length > 0 ? { install: installs.join(' && ') } : {}),
    checks: checks.length > 0 ? checks : makefile,
  };
}

interface Manifest {
  readonly scripts?: Readonly<Record<string, unknown>>;
  readonly packageManager?: unknown;
  readonly [key: string]: unknown;
}

const NODE_CHECKS = [['typecheck', 'type-check', 'check-types', 'tsc'], ['lint'], ['test']];

function node({ names, lockNames, read }: ProjectFacts): Detected | undefined {
  if (!names.has('package.json')) return undefined;
  const manifest = parse(read('package.json'));
  const manager = packageManager(manifest, lockNames);
  const scripts = manifest.scripts ?? {};
  const checks = NODE_CHECKS.flatMap((alternatives) => {
    const name = alternatives.find((script) => isRealScript(scripts[script]));
    return name === undefined ? [] : [name === 'test' ? `${manager.name} test` : `${manager.name} run ${name}`];
  });
  const needsInstall = manager.locked || 'dependencies' in manifest || 'devDependencies' in manifest;
  return needsInstall
    ? { install: manager.install, checks: manager.name === 'bun' ? checks.map(bunTest) : checks }
    : { checks };
}

/** `bun test` is bun's own test runner and not the script. */
function bunTest(command: string): string {
  return command === 'bun test' ? 'bun run test' : command;
}

/** `npm init` writes a test script that only fails. */
function isRealScript(script: unknown): boolean {
  return typeof script === 'string' && script.trim() !== '' && !script.includes('no test specified');
}

function packageManager(
  manifest: Manifest,
  lockNames: ReadonlySet<string>,
): { readonly name: string; readonly install: string; readonly locked: boolean } {
  const declared = typeof manifest.packageManager === 'string' ? manifest.packageManager : '';
  if (lockNames.has('pnpm-lock.yaml')) return { name: 'pnpm', install: 'pnpm install --frozen-lockfile', locked: true };
  if (lockNames.has('yarn.lock')) {
    const modern = lockNames.has('.yarnrc.yml') || /^yarn@([2-9]|\d\d)/.test(declared);
    return { name: 'yarn', install: `yarn install ${modern ? '--immutable' : '--frozen-lockfile'}`, locked: true };
  }
  if (lockNames.has('bun.lock') || lockNames.has('bun.lockb')) {
    return { name: 'bun', install: 'bun install --frozen-lockfile', locked: true };
  }
  if (lockNames.has('package-lock.json') || lockNames.has('npm-shrinkwrap.json')) {
    return { name: 'npm', install: 'npm ci', locked: true };
  }
  // Without a lockfile there is none to keep: an install must not leave one behind as if the task had made it.
  return { name: 'npm', install: 'npm install --no-package-lock', locked: false };
}

function deno({ names }: ProjectFacts): Detected | undefined {
  return names.has('deno.json') || names.has('deno.jsonc') ? { checks: ['deno test'] } : undefined;
}

function python({ names, lockNames, read }: ProjectFacts): Detected | undefined {
  const settings = ['pyproject.toml', 'setup.cfg', 'tox.ini', 'pytest.ini', 'requirements-dev.txt', 'requirements.txt'];
  const present = settings.filter((name) => names.has(name));
  if (present.length === 0) return undefined;
  const text = present.map((name) => read(name) ?? '').join('\n');
  const [install, prefix] = lockNames.has('uv.lock')
    ? ['uv sync --frozen', 'uv run ']
    : lockNames.has('poetry.lock')
      ? ['poetry install', 'poetry run ']
      : [undefined, ''];
  const checks = [
    ...(text.includes('[tool.ruff') || names.has('ruff.toml') ? [`${prefix}ruff check .`] : []),
    ...(names.has('pytest.ini') || text.includes('pytest') ? [`${prefix}${prefix ? '' : 'python -m '}pytest`] : []),
  ];
  return { ...(install ? { install } : {}), checks };
}

function rust({ names }: ProjectFacts): Detected | undefined {
  return names.has('Cargo.toml') ? { checks: ['cargo test'] } : undefined;
}

function go({ names }: ProjectFacts): Detected | undefined {
  return names.has('go.mod') ? { checks: ['go vet ./...', 'go test ./...'] } : undefined;
}

function dotnet({ names }: ProjectFacts): Detected | undefined {
  return [...names].some((name) => /\.(sln|slnx|csproj|fsproj|vbproj)$/.test(name))
    ? { checks: ['dotnet test'] }
    : undefined;
}

function maven({ names }: ProjectFacts): Detected | undefined {
  if (!names.has('pom.xml')) return undefined;
  return { checks: [`${names.has('mvnw') ? './mvnw' : 'mvn'} --batch-mode --quiet verify`] };
}

function gradle({ names }: ProjectFacts): Detected | undefined {
  if (!names.has('build.gradle') && !names.has('build.gradle.kts')) return undefined;
  return { checks: [`${names.has('gradlew') ? './gradlew' : 'gradle'} check`] };
}

function ruby({ names }: ProjectFacts): Detected | undefined {
  if (!names.has('Gemfile')) return undefined;
  if (names.has('spec')) return { install: 'bundle install', checks: ['bundle exec rspec'] };
  return names.has('Rakefile') ? { install: 'bundle install', checks: ['bundle exec rake'] } : undefined;
}

function php({ names, read }: ProjectFacts): Detected | undefined {
  if (!names.has('composer.json')) return undefined;
  const checks = parse(read('composer.json')).scripts?.test ? ['composer test'] : [];
  return { install: 'composer install --no-interaction', checks };
}

function elixir({ names }: ProjectFacts): Detected | undefined {
  return names.has('mix.exs') ? { install: 'mix deps.get', checks: ['mix test'] } : undefined;
}

/** A makefile usually calls the tools found above, so it only counts where nothing else does. */
function make({ names, read }: ProjectFacts): readonly string[] {
  const file = ['GNUmakefile', 'makefile', 'Makefile'].find((name) => names.has(name));
  const text = file === undefined ? '' : (read(file) ?? '');
  const target = ['check', 'test'].find((name) => new RegExp(`^${name}\\s*:(?!=)`, 'm').test(text));
  return target === undefined ? [] : [`make ${target}`];
}

function parse(text: string | undefined): Manifest {
  try {
    const value: unknown = JSON.parse(text ?? '{}');
    return typeof value === 'object' && value !== null ? (value as Manifest) : {};
  } catch {
    return {};
  }
}
