import type { SetupFacts } from './facts.ts';
import { BUILD, DEFECTS, DEPENDENCIES, DOCS, INTERFACE, TESTS } from './pass-catalogue.ts';
import type { ProposedPass, SetupProposal } from './proposal.ts';

const SOURCE = /\.(?:[cm]?[jt]sx?|py|rs|go|java|kt|rb|php|cs|ex|exs|swift|c|cc|cpp|h|scala|vue|svelte|sh)$/;
const INTERFACE_FILE = /\.(?:tsx|jsx|vue|svelte|css|scss|less|html)$/;
const SETTINGS = /(?:^|\/)(?:\.[^/]+|[^/]+\.config)\.[cm]?[jt]s$/;
const TEST = /(?:^|\/)(?:tests?|__tests__|spec)\/|[._-](?:test|spec)\.[a-z]+$|_test\.[a-z]+$/;
const WORKFLOW = /^(?:\.github\/workflows\/|\.gitlab-ci\.yml$|\.circleci\/|azure-pipelines\.yml$|Jenkinsfile$)/;
const MANIFEST =
  /(?:^|\/)(?:package\.json|pyproject\.toml|requirements\.txt|Cargo\.toml|go\.mod|Gemfile|composer\.json|pom\.xml|build\.gradle(?:\.kts)?|mix\.exs)$/;
const NOT_OURS = /(?:^|\/)(?:node_modules|vendor|third_party|dist|build|generated|backlog)\/|^scripts\/backlog\//;

/** What suits a repository, told by its files alone: the same facts, the same recommendation. */
export function recommend(facts: SetupFacts): SetupProposal {
  const { config, detected, hasValidation } = facts;
  const files = facts.files.filter((file) => !NOT_OURS.test(file));
  const isInstallSettled = config.workspaceBootstrap?.installCommand !== undefined || detected.install === undefined;
  const isInterfaceSettled = (config.classification?.uiPathPrefixes ?? []).length > 0;
  return {
    passes: recommendedPasses(files),
    agents: recommendedAgents(facts),
    ...(hasValidation || detected.checks.length === 0 ? {} : { validation: detected.checks.join(' && ') }),
    ...(isInstallSettled ? {} : { installCommand: detected.install }),
    uiPathPrefixes: isInterfaceSettled ? [] : interfacePrefixes(files),
  };
}

function recommendedPasses(files: readonly string[]): readonly ProposedPass[] {
  const sources = files.filter((file) => SOURCE.test(file) && !TEST.test(file) && !SETTINGS.test(file));
  const tests = files.filter((file) => TEST.test(file));
  const docs = files.filter((file) => /\.(?:md|mdx|rst|adoc)$/.test(file));
  const manifests = files.filter((file) => MANIFEST.test(file));
  const interfaces = interfacePrefixes(files);
  const workflows = files.filter((file) => WORKFLOW.test(file));
  const none = { includePaths: [], excludePaths: [], capabilities: [] } as const;
  const code = { ...none, includePaths: directoriesOf(sources) };
  return [
    ...(sources.length > 0 ? [{ ...DEFECTS, ...code, why: counted(sources, 'source file') }] : []),
    ...(tests.length > 0 && sources.length > 0 ? [{ ...TESTS, ...code, why: counted(tests, 'test file') }] : []),
    ...(docs.length > 1 ? [{ ...DOCS, ...none, why: counted(docs, 'document') }] : []),
    ...(manifests.length > 0 ? [{ ...DEPENDENCIES, ...none, why: manifests.slice(0, 3).join(', ') }] : []),
    ...(interfaces.length > 0 ? [{ ...INTERFACE, ...none, includePaths: interfaces, why: interfaces.join(', ') }] : []),
    ...(workflows.length > 0 ? [{ ...BUILD, ...none, why: workflows.slice(0, 3).join(', ') }] : []),
  ];
}

function counted(files: readonly string[], name: string): string {
  return `${files.length} ${name}${files.length === 1 ? '' : 's'}`;
}

const MOST_PREFIXES = 6;

/** The top directories of files; of `packages/` and the like, the directories in them. None when files are at the top. */
function directoriesOf(files: readonly string[]): readonly string[] {
  const tops = [...new Set(files.map(topOf))];
  return tops.includes('') || tops.length > MOST_PREFIXES ? [] : tops.sort();
}

const COLLECTIONS = /^(?:packages|apps|libs|services|crates|modules)$/;

function topOf(file: string): string {
  const [first = '', second, ...rest] = file.split('/');
  if (second === undefined) return '';
  return COLLECTIONS.test(first) && rest.length > 0 ? `${first}/${second}/` : `${first}/`;
}

/** Directories at most of whose source files are of a user interface, the highest of them. */
function interfacePrefixes(files: readonly string[]): readonly string[] {
  const counts = new Map<string, { ui: number; all: number }>();
  for (const file of files.filter((name) => SOURCE.test(name) || INTERFACE_FILE.test(name))) {
    const parts = file.split('/').slice(0, -1);
    for (let depth = 1; depth <= Math.min(parts.length, 3); depth += 1) {
      const directory = `${parts.slice(0, depth).join('/')}/`;
      const count = counts.get(directory) ?? { ui: 0, all: 0 };
      counts.set(directory, { ui: count.ui + (INTERFACE_FILE.test(file) ? 1 : 0), all: count.all + 1 });
    }
  }
  const mostly = [...counts]
    .filter(([directory, { ui, all }]) => ui >= 2 && ui / all >= 0.6 && !COLLECTIONS.test(directory.slice(0, -1)))
    .map(([directory]) => directory);
  const highest = mostly.filter(
    (directory) => !mostly.some((other) => other !== directory && directory.startsWith(other)),
  );
  return highest.sort().slice(0, MOST_PREFIXES);
}

/** Where the config names nobody and the agents it would take by default cannot run, those that can. */
function recommendedAgents({ config, readyAgents }: SetupFacts): SetupProposal['agents'] {
  const { code, ui } = config.providers?.agents ?? {};
  const [only] = readyAgents;
  if (code || ui || only === undefined) return {};
  const preferred = (name: string) => ({ tool: readyAgents.includes(name) ? name : only });
  return { code: preferred('codex'), ui: preferred('claude') };
}
