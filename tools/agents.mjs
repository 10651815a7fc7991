// Installs the real codex and claude CLIs that the tests run against, into a cache directory outside the workspace
// (about 650 MB, once per version), and prints where they are, as JSON.
//
//   node tools/agents.mjs             install what is missing, print the paths
//   node tools/agents.mjs --check     install nothing; exit code 1 when something is missing
//
// BACKLOG_RUNNER_AGENTS_DIR moves the cache; CODEX_VERSION and CLAUDE_VERSION choose other versions.
// What is printed is also written to agents.json in that directory, where the tests find it.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const VERSIONS = {
  codex: process.env.CODEX_VERSION ?? '0.169.0',
  claude: process.env.CLAUDE_VERSION ?? '2.1.197',
};
const PACKAGES = { codex: '@openai/codex', claude: '@anthropic-ai/claude-code' };
const EXECUTABLE_SUFFIX = process.platform === 'win32' ? '.exe' : '';

export const agentsDirectory = () =>
  process.env.BACKLOG_RUNNER_AGENTS_DIR ?? join(homedir(), '.cache', 'backlog-runner-agents');

/** The installed agents as `{ codex: { version, path }, claude: { version, path } }`; a missing one is absent. */
export function installedAgents(directory = agentsDirectory()) {
  const found = Object.entries(VERSIONS).flatMap(([agent, version]) => {
    const path = binaryOf(agent, join(directory, `${agent}-${version}`));
    return path === undefined ? [] : [[agent, { version, path }]];
  });
  return Object.fromEntries(found);
}

export function installAgents(directory = agentsDirectory()) {
  for (const [agent, version] of Object.entries(VERSIONS)) {
    const prefix = join(directory, `${agent}-${version}`);
    if (binaryOf(agent, prefix) === undefined) install(`${PACKAGES[agent]}@${version}`, prefix);
    if (binaryOf(agent, prefix) === undefined) throw new Error(`${prefix} holds no ${agent} for this platform.`);
  }
  const agents = installedAgents(directory);
  writeFileSync(join(directory, 'agents.json'), `${JSON.stringify(agents, null, 2)}\n`);
  return agents;
}

/** Installs beside the final place and renames, so that an interrupted download is never taken for the real thing. */
function install(specifier, prefix) {
  const unfinished = `${prefix}.${process.pid}`;
  mkdirSync(unfinished, { recursive: true });
  writeFileSync(join(unfinished, 'package.json'), '{ "private": true }\n');
  const args = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--no-save', '--loglevel=error', specifier];
  const result = spawnSync('npm', args, {
    cwd: unfinished,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  if (result.status !== 0) {
    rmSync(unfinished, { recursive: true, force: true });
    throw new Error(`npm install ${specifier} failed.`);
  }
  rmSync(prefix, { recursive: true, force: true });
  renameSync(unfinished, prefix);
}

/** The vendor's own program, not the Node wrapper around it: the wrapper adds a process that can be orphaned. */
function binaryOf(agent, prefix) {
  const platform = `${process.platform}-${process.arch}`;
  if (agent === 'claude') {
    return existing(
      join(prefix, 'node_modules/@anthropic-ai', `claude-code-${platform}`, `claude${EXECUTABLE_SUFFIX}`),
    );
  }
  const vendor = join(prefix, 'node_modules/@openai', `codex-${platform}`, 'vendor');
  const target = existsSync(vendor) ? readdirSync(vendor)[0] : undefined;
  return target === undefined ? undefined : existing(join(vendor, target, 'bin', `codex${EXECUTABLE_SUFFIX}`));
}

const existing = (path) => (existsSync(path) ? path : undefined);

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const checkOnly = process.argv.includes('--check');
  const agents = checkOnly ? installedAgents() : installAgents();
  console.log(JSON.stringify(agents, null, 2));
  if (Object.keys(agents).length < Object.keys(VERSIONS).length) process.exit(1);
}
