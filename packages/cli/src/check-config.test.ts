import { describe, expect, it } from 'vitest';
import { configChecksCode } from '../scripts/config-checks-code.ts';
import { configProblems } from './check-config.ts';
import * as checks from './config-checks.ts';
import { CONFIG_KEYWORDS } from './config-keywords.ts';

const provider = (contract = 'agent-provider@1', id = 'acme') => ({
  contract,
  id,
  acceptsModel: () => true,
  check: async () => ({ status: 'ready', version: '1' }),
  run: async function* () {},
});

function problems(value: unknown): readonly string[] {
  return configProblems(value).map(({ path, message }) => `${path || '(config)'} ${message}`);
}

const VALID: readonly [what: string, config: unknown][] = [
  ['nothing at all', {}],
  ['the default profile in the routing', { validation: { routing: [{ profile: 'repo', pathPrefixes: ['src'] }] } }],
  ['an agent as the tool', { providers: { agents: { code: { tool: provider() } } } }],
  ['an agent under a name', { providers: { tools: { acme: provider() } } }],
  ['patterns of files to copy and keep', { workspace: { copyFiles: ['.env*', '/config/'], keep: ['!x'] } }],
  ['options of a built-in agent', { providers: { tools: { codex: { command: '/opt/codex' } } } }],
  ['another agent in place of a built-in one', { providers: { tools: { claude: provider() } } }],
  ['aliases of models', { models: { best: { codex: 'gpt-5.4' } } }],
  ['a pass', { discovery: { passes: { deps: { heuristics: { includePaths: ['src'] }, maxCandidates: 3 } } } }],
];

const INVALID: readonly [config: unknown, problems: readonly string[]][] = [
  ['text', ['(config) must be an object, is a text']],
  [null, ['(config) must be an object, is null']],
  [[], ['(config) must be an object, is a list']],
  [{ validaton: {} }, ['validaton is not a key of the config; did you mean `validation`?']],
  [
    { attempts: { zzz: 1 } },
    ['attempts.zzz is not a key of the config; known here: max, returns, backoffSeconds, maxBackoffSeconds'],
  ],
  [{ preset: 'agressive' }, ['preset cannot be "agressive"; did you mean `aggressive`?']],
  [{ workspace: { workers: '2' } }, ['workspace.workers must be a whole number, is a text']],
  [{ workspace: { workers: 0 } }, ['workspace.workers must be >= 1']],
  [{ validation: { default: '  ' } }, ['validation.default must not be empty']],
  [{ validation: { default: 7 } }, ['validation.default must be a text, is 7']],
  [
    { validation: { profiles: { web: 'x' }, routing: [{ profile: 'wbe', pathPrefixes: ['a'] }] } },
    ['validation.routing[0].profile names no profile: cannot be "wbe"; did you mean `web`?'],
  ],
  [
    { validation: { routing: [{ profile: 'repo', pathPrefixes: ['a', '../b'] }] } },
    ['validation.routing[0].pathPrefixes[1] must stay inside the project, is `../b`'],
  ],
  [{ validation: { routing: [{ profile: 'repo' }] } }, ['validation.routing[0] needs `pathPrefixes`']],
  [{ providers: { agents: { code: {} } } }, ['providers.agents.code needs `tool`']],
  [
    { providers: { agents: { code: { tool: provider } } } },
    ['providers.agents.code.tool is a function; call it, as in `tool: acme()`'],
  ],
  [
    { providers: { agents: { code: { tool: provider('agent-provider@2') } } } },
    [
      'providers.agents.code.tool is made for the contract `agent-provider@2`, and this version of backlog-runner needs `agent-provider@1`',
    ],
  ],
  [
    { providers: { tools: { acme: { command: 'x' } } } },
    ['providers.tools.acme must be the name of an agent or the agent itself'],
  ],
  [
    { providers: { tools: { codex: { comand: 'x' } } } },
    ['providers.tools.codex.comand is not a key of the config; did you mean `command`?'],
  ],
  [
    { validation: { profiles: { repo: 'npm test' } } },
    ['validation.profiles.repo needs another name: `repo` stands for `validation.default`'],
  ],
  [
    { discovery: { passes: { deps: { every: 'soon' } } } },
    ['discovery.passes.deps.every must be a time such as `30m`, `12h` or `7d`, is `soon`'],
  ],
  [
    { discovery: { passes: { deps: { pass: { contract: 'discovery-pass@1' } } } } },
    ['discovery.passes.deps.pass must be a pass, as a package of passes makes it'],
  ],
  [{ models: { 'no good': { codex: 'x' } } }, ['models cannot have the name `no good`']],
];

describe('a valid config', () => {
  it.each(VALID)('may hold %s', (_, value) => expect(problems(value)).toEqual([]));
});

describe('an invalid config', () => {
  it.each(INVALID)('%j', (value, expected) => expect(problems(value)).toEqual(expected));

  it('is told everything at once', () => {
    expect(problems({ preset: 1, workspace: { workerz: 2 }, limits: { idleMinutes: 0 } })).toHaveLength(3);
  });
});

describe('the checks of the built program', async () => {
  const built: typeof checks = await import(`data:text/javascript,${encodeURIComponent(configChecksCode())}`);
  const errorsOf = ({ config, codex, claude }: typeof checks, value: unknown) =>
    [config, codex, claude].map((check) => (check.call(CONFIG_KEYWORDS, value) ? [] : check.errors));

  it.each([...VALID.map(([, value]) => value), ...INVALID.map(([value]) => value), { command: '', allowedTools: [1] }])(
    'find in %j what those of the sources find',
    (value) => expect(errorsOf(built, value)).toEqual(errorsOf(checks, value)),
  );
});
