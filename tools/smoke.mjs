// Installs the packed packages with npm into empty projects outside of the workspace and uses them there, once with
// the Node of this repository and once with the machine's own.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pack } from './pack.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const place = mkdtempSync(join(tmpdir(), 'backlog-runner-smoke-'));
const machinePath = (process.env.PATH ?? '')
  .split(delimiter)
  .filter((entry) => !entry.startsWith(join(root, 'node_modules')))
  .join(delimiter);
const nodes = [...new Set([dirname(process.execPath), undefined])];

try {
  run('turbo', ['run', 'build', '--output-logs=errors-only'], { cwd: root });
  const own = readdirSync(join(root, 'packages')).map((name) => `packages/${name}`);
  const tarballs = pack([...own, 'examples/acp-provider'], join(place, 'tarballs'));
  smokeReadmes([...own, 'examples/acp-provider'], tarballs);
  for (const name of readdirSync(join(root, 'examples'))) smokeExample(name, tarballs);
  checkFifteenLines();
  console.log('smoke: all well');
} finally {
  rmSync(place, { recursive: true, force: true });
}

/** The examples of every README, as they stand there. */
function smokeReadmes(directories, tarballs) {
  const project = emptyProject('readmes', Object.keys(tarballs), tarballs);
  run('npx', ['backlog-runner', '--version'], { cwd: project });
  for (const directory of directories) {
    const readme = readFileSync(join(root, directory, 'README.md'), 'utf8');
    const programs = programsIn(readme, Object.keys(tarballs));
    if (programs.length === 0) fail(`${directory}/README.md has no example`);
    for (const [at, program] of programs.entries()) {
      for (const node of nodes) {
        const cwd = join(project, `example-${basename(directory)}-${at}${node ? '' : '-machine'}`);
        mkdirSync(cwd);
        run('git', ['init', '--quiet', '--initial-branch=main'], { cwd });
        writeFileSync(join(cwd, 'example.mjs'), program);
        const { stdout } = run('node', ['example.mjs'], { cwd, node });
        if (stdout.trim() === '') fail(`an example of ${directory} prints nothing`);
        console.log(`smoke: example ${at + 1} of ${programs.length} in ${directory}/README.md on ${versionOf(node)}`);
      }
    }
  }
}

/** The examples that are whole programs: they import something, and nothing that a reader has to write first. */
function programsIn(readme, ours) {
  const examples = [...readme.matchAll(/^```js\n([\s\S]*?)^```/gm)].map(([, code]) => code);
  return examples.filter((code) => {
    const imported = [...code.matchAll(/\bfrom '([^']+)'|^import '([^']+)'/gm)].map(([, from, bare]) => from ?? bare);
    const isThere = (name) => isBuiltin(name) || ours.some((own) => name === own || name.startsWith(`${own}/`));
    return imported.length > 0 && imported.every(isThere);
  });
}

/** A program of `examples/`, with what its package.json names and nothing else. */
function smokeExample(name, tarballs) {
  const directory = join(root, 'examples', name);
  const manifest = manifestOf(directory);
  const wanted = { ...manifest.dependencies, ...manifest.devDependencies };
  const packages = [...Object.keys(wanted), manifest.name].filter((dependency) => dependency in tarballs);
  const project = emptyProject(name, packages, tarballs);
  if (name.endsWith('-alone')) checkAlone(name, project);
  const notCopied = ['node_modules', 'package.json'].map((file) => join(directory, file));
  cpSync(directory, project, { recursive: true, filter: (path) => !notCopied.includes(path) });
  for (const node of nodes) {
    const { stdout } = run('node', ['run.mjs'], { cwd: project, node, env: { CI: '1' } });
    if (stdout.trim() === '') fail(`examples/${name} prints nothing`);
    if (name === 'embed-runner' && !/^greet landed;/m.test(stdout)) fail(`examples/${name} landed nothing:\n${stdout}`);
    console.log(`smoke: examples/${name} on ${versionOf(node)}`);
  }
}

/** One package brings the contracts and no other package of ours. */
function checkAlone(name, project) {
  const installed = readdirSync(join(project, 'node_modules', '@backlog-runner')).sort();
  if (installed.join() !== ['contracts', name.replace('-alone', '')].sort().join()) {
    fail(`${name} brings ${installed.join(', ')}`);
  }
  if (existsSync(join(project, 'node_modules', 'backlog-runner'))) fail(`${name} brings the command line`);
}

/** A runner of one's own takes no more than this. */
function checkFifteenLines() {
  const lines = readFileSync(join(root, 'examples/embed-runner/work-off.mjs'), 'utf8').split('\n');
  const code = lines.filter((line) => !/^\s*(\/\/|\/\*|\*|$)/.test(line));
  if (code.length > 15) fail(`examples/embed-runner/work-off.mjs has ${code.length} lines of code`);
  console.log(`smoke: a runner of one's own takes ${code.length} lines`);
}

function emptyProject(name, packages, tarballs) {
  const project = join(place, name);
  mkdirSync(project);
  const all = Object.fromEntries(Object.entries(tarballs).map(([dependency, file]) => [dependency, `file:${file}`]));
  const dependencies = Object.fromEntries(packages.map((dependency) => [dependency, all[dependency]]));
  const overrides = Object.fromEntries(Object.entries(all).filter(([dependency]) => !packages.includes(dependency)));
  writeFileSync(
    join(project, 'package.json'),
    JSON.stringify({ private: true, type: 'module', dependencies, overrides }),
  );
  run('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: project });
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
