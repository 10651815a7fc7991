// The rules of the house that a program can check. Prints each breach with its place; exits with 1 if there is any.
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Which package may import which: arrows only point down. Third-party packages are what its package.json says. */
const MAY_IMPORT = {
  contracts: [],
  subprocess: ['contracts'],
  store: ['contracts'],
  leases: ['contracts'],
  reporter: ['contracts'],
  runner: ['contracts'],
  worktrees: ['contracts', 'subprocess'],
  validation: ['contracts', 'subprocess'],
  discovery: ['contracts', 'subprocess'],
  'providers-codex': ['contracts', 'subprocess'],
  'providers-claude': ['contracts', 'subprocess'],
  testkit: ['contracts', 'subprocess'],
  cli: [
    ...['contracts', 'subprocess', 'store', 'leases', 'reporter', 'runner', 'worktrees', 'validation'],
    ...['discovery', 'providers-codex', 'providers-claude'],
  ],
};

/** What only one place may do. */
const ONLY = [
  {
    what: 'reads a clock, starts a timer or asks for randomness',
    pattern: /\b(Date\.now|new Date\(\)|performance\.now|setTimeout|setInterval|Math\.random|randomBytes|randomUUID)\b/,
    allowed: (file) => file === 'packages/contracts/src/system.ts',
  },
  {
    what: 'starts processes',
    pattern: /from '(node:child_process|execa)'|import\('(node:child_process|execa)'\)/,
    allowed: (file) => file.startsWith('packages/subprocess/src/'),
  },
  {
    what: 'touches the process it runs in',
    pattern: /\bprocess\.(exit|exitCode|on|once|argv|stdout|stderr|stdin|chdir)\b/,
    allowed: (file) => file.startsWith('packages/cli/src/'),
  },
];

const MUTABLE_MODULE_STATE = /^(?:export )?(?:let |var |const \w+(?:: [^=]+)? = new (?:Map|Set|WeakMap|Array)\(\))/m;

/** Programs that only run as a child of ours are processes of their own. */
const OWN_PROGRAMS = /^packages\/testkit\/src\/(fake-agent|model-server)\//;

const breaches = [];
const breach = (file, text) => breaches.push(`${file}: ${text}`);

for (const name of Object.keys(MAY_IMPORT)) {
  checkManifest(name);
  for (const file of sources(join(root, 'packages', name, 'src'))) checkSource(name, file);
}

for (const line of breaches) console.error(line);
console.log(breaches.length === 0 ? 'house rules: kept' : `house rules: ${breaches.length} broken`);
process.exit(breaches.length === 0 ? 0 : 1);

function checkManifest(name) {
  const file = `packages/${name}/package.json`;
  const manifest = JSON.parse(readFileSync(join(root, file), 'utf8'));
  if (Object.keys(manifest.dependencies ?? {}).includes('@backlog-runner/testkit')) {
    breach(file, 'testkit is a dependency at run time');
  }
  const readme = readdirSync(join(root, 'packages', name)).includes('README.md');
  if (!readme) breach(`packages/${name}`, 'there is no README.md');
}

function checkSource(name, file) {
  const text = readFileSync(file, 'utf8');
  const place = relative(root, file).split(sep).join('/');
  const isTest = /\.test\.ts$/.test(place);
  for (const [, imported] of text.matchAll(/(?:from|import\()\s*'@backlog-runner\/([\w-]+)/g)) {
    if (isTest && imported === 'testkit') continue;
    if (imported !== name && !MAY_IMPORT[name].includes(imported)) breach(place, `imports @backlog-runner/${imported}`);
  }
  if (isTest || OWN_PROGRAMS.test(place)) return;
  const code = withoutComments(text);
  for (const { what, pattern, allowed } of ONLY) {
    const found = allowed(place) ? null : pattern.exec(code);
    if (found) breach(`${place}:${lineOf(code, found.index)}`, `${what}: ${found[0]}`);
  }
  const state = MUTABLE_MODULE_STATE.exec(code);
  if (state) breach(`${place}:${lineOf(code, state.index)}`, 'keeps state in the module');
}

function withoutComments(text) {
  const blank = (comment) => comment.replace(/[^\n]/g, ' ');
  return text.replace(/\/\*[\s\S]*?\*\//g, blank).replace(/(^|\s)\/\/.*$/gm, blank);
}

function lineOf(text, index) {
  return text.slice(0, index).split('\n').length;
}

function sources(directory) {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(ts|mjs)$/.test(entry.name))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name));
}
