// Installs the packed packages with npm into empty projects outside of the workspace and uses them there, once with
// the Node of this repository and once with the machine's own.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const place = mkdtempSync(join(tmpdir(), 'backlog-runner-smoke-'));
const machinePath = (process.env.PATH ?? '')
  .split(delimiter)
  .filter((entry) => !entry.startsWith(join(root, 'node_modules')))
  .join(delimiter);
const nodes = [...new Set([dirname(process.execPath), undefined])];

try {
  run('turbo', ['run', 'build', '--output-logs=errors-only'], { cwd: root });
  const tarballs = pack();
  checkPackages(tarballs);
  smokeAlone('store', tarballs);
  smokeAlone('reporter', tarballs);
  smokeReadmes(tarballs);
  smokeCommandLine(tarballs);
  console.log('smoke: all well');
} finally {
  rmSync(place, { recursive: true, force: true });
}

/** Packs every package; the tarball by package name. */
function pack() {
  const out = join(place, 'tarballs');
  mkdirSync(out);
  const packages = readdirSync(join(root, 'packages'));
  for (const name of packages) run('pnpm', ['pack', '--pack-destination', out], { cwd: join(root, 'packages', name) });
  const files = readdirSync(out);
  return Object.fromEntries(
    packages.map((directory) => {
      const { name, version } = manifestOf(join(root, 'packages', directory));
      const file = `${name.replace('@', '').replace('/', '-')}-${version}.tgz`;
      if (!files.includes(file)) fail(`${file} was not packed`);
      return [name, join(out, file)];
    }),
  );
}

/** What is in the packages is what a stranger needs, and nothing of this workspace. */
function checkPackages(tarballs) {
  for (const [name, file] of Object.entries(tarballs)) {
    run('publint', ['run', file, '--strict'], { cwd: root });
    const { stdout } = run('tar', ['-xzOf', file, 'package/package.json']);
    if (/workspace:|catalog:|@backlog-runner\/source/.test(stdout))
      fail(`${name}: its manifest still speaks of the workspace`);
  }
}

/** One package alone, with nothing but what it says it needs. */
function smokeAlone(name, tarballs) {
  const project = emptyProject(`${name}-alone`, [`@backlog-runner/${name}`], tarballs);
  const installed = readdirSync(join(project, 'node_modules', '@backlog-runner')).sort();
  if (installed.join() !== ['contracts', name].sort().join()) fail(`${name} brings ${installed.join(', ')}`);
  if (existsSync(join(project, 'node_modules', 'backlog-runner'))) fail(`${name} brings the command line`);
  runExample(project, name);
}

/** The example of every README, as it stands there. */
function smokeReadmes(tarballs) {
  const project = emptyProject('readmes', Object.keys(tarballs), tarballs);
  for (const directory of readdirSync(join(root, 'packages'))) runExample(project, directory);
}

function runExample(project, directory) {
  const readme = readFileSync(join(root, 'packages', directory, 'README.md'), 'utf8');
  const example = /```js\n([\s\S]*?)```/.exec(readme)?.[1];
  if (example === undefined) fail(`packages/${directory}/README.md has no example`);
  for (const node of nodes) {
    const cwd = join(project, `example-${directory}${node ? '' : '-machine'}`);
    mkdirSync(cwd);
    run('git', ['init', '--quiet', '--initial-branch=main'], { cwd });
    writeFileSync(join(cwd, 'example.mjs'), example);
    const { stdout } = run('node', ['example.mjs'], { cwd, node });
    if (stdout.trim() === '') fail(`the example of ${directory} prints nothing`);
    console.log(`smoke: ${directory} example on ${versionOf(node)}`);
  }
}

/** The command line as a person installs it, and the demo's backlog with it. */
function smokeCommandLine(tarballs) {
  for (const node of nodes) {
    const project = emptyProject(
      `cli${node ? '' : '-machine'}`,
      ['backlog-runner', '@backlog-runner/testkit'],
      tarballs,
      node,
    );
    cpSync(join(root, 'examples', 'demo'), join(project, 'demo'), {
      recursive: true,
      filter: (path) => !path.includes('node_modules'),
    });
    cpSync(join(project, 'node_modules'), join(project, 'demo', 'node_modules'), {
      recursive: true,
      verbatimSymlinks: true,
    });
    run('npx', ['backlog-runner', '--version'], { cwd: project, node });
    run('node', ['run.mjs'], { cwd: join(project, 'demo'), node, env: { CI: '1' } });
    console.log(`smoke: init and the demo's backlog on ${versionOf(node)}`);
  }
}

function emptyProject(name, packages, tarballs, node) {
  const project = join(place, name);
  mkdirSync(project);
  const all = Object.fromEntries(Object.entries(tarballs).map(([dependency, file]) => [dependency, `file:${file}`]));
  const dependencies = Object.fromEntries(packages.map((dependency) => [dependency, all[dependency]]));
  const overrides = Object.fromEntries(Object.entries(all).filter(([dependency]) => !packages.includes(dependency)));
  writeFileSync(
    join(project, 'package.json'),
    JSON.stringify({ private: true, type: 'module', dependencies, overrides }),
  );
  run('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: project, node });
  return project;
}

function manifestOf(directory) {
  return JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'));
}

function versionOf(node) {
  return `node ${run('node', ['--version'], { node }).stdout.trim()}`;
}

/** Runs a program and stops everything when it fails. `node`: a directory whose programs come first on the PATH. */
function run(command, args, { cwd = place, node, env = {} } = {}) {
  const usesRepository = cwd === root || cwd.startsWith(join(root, 'packages'));
  const path = usesRepository ? process.env.PATH : [node, machinePath].filter(Boolean).join(delimiter);
  const result = spawnSync(command, args, {
    cwd,
    encoding: 'utf8',
    shell: process.platform === 'win32',
    env: { ...process.env, npm_config_user_agent: undefined, PATH: path, ...env },
  });
  if (result.status !== 0) {
    fail(
      `${command} ${args.join(' ')} ended with ${result.status ?? result.error}\n${result.stdout}\n${result.stderr}`,
    );
  }
  return result;
}

function fail(message) {
  throw new Error(`smoke: ${message}`);
}
