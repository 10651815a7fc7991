// What is in the packages is what a stranger needs and nothing of this workspace, and its types are whole.
import { execFile, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { pack } from '../pack.mjs';
import { bundledIn } from './bundled.mjs';
import { isPublished } from './source-files.mjs';

const EXPECTED =
  /^(dist\/.+\.(js|js\.map|d\.ts|json)|dist\/THIRD-PARTY-LICENSES\.md|package\.json|README\.md|LICENSE)$/;

export const belongs = (file) => EXPECTED.test(file) && !/\.test\./.test(file);

export const speaksOfWorkspace = (manifest) =>
  /workspace:|catalog:|@backlog-runner\/source/.test(JSON.stringify(manifest));

export async function* packed(house) {
  const place = mkdtempSync(join(tmpdir(), 'backlog-runner-packed-'));
  try {
    const directories = house.packages.filter(isPublished);
    const missing = directories.filter((directory) => !house.exists(`${directory}/dist`));
    if (missing.length > 0) yield `${missing.join(', ')}: is not built; run dev:build first`;
    else yield* checked(house, pack(directories, join(place, 'tarballs')), place);
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

async function* checked(house, tarballs, place) {
  const project = join(place, 'consumer');
  for (const [name, tarball] of Object.entries(tarballs)) {
    const bytes = readFileSync(tarball);
    const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
    const { messages, pkg } = await publint({ pack: { tarball: buffer }, strict: true });
    for (const message of messages) yield `${name}: ${formatMessage(message, pkg)}`;
    if (speaksOfWorkspace(pkg)) yield `${name}: its manifest speaks of the workspace`;
    yield* installed(name, tarball, project);
  }
  yield* typesOf(house, Object.keys(tarballs), project);
}

/** Unpacks it as npm would, and looks at what there is. */
function* installed(name, tarball, project) {
  const home = join(project, 'node_modules', name);
  mkdirSync(home, { recursive: true });
  const { stdout, status } = spawnSync('tar', ['-xzvf', tarball, '-C', home, '--strip-components=1'], {
    encoding: 'utf8',
  });
  if (status !== 0) yield `${name}: its tarball cannot be unpacked`;
  for (const file of stdout
    .trim()
    .split('\n')
    .map((path) => path.replace(/^package\//, ''))) {
    if (!belongs(file)) yield `${name}: ${file} does not belong into a package`;
  }
  const licenses = join(home, 'dist', 'THIRD-PARTY-LICENSES.md');
  const text = existsSync(licenses) ? readFileSync(licenses, 'utf8') : '';
  for (const bundled of bundledIn(join(home, 'dist'))) {
    if (!text.includes(`## ${bundled.name} `)) yield `${name}: ${bundled.name} is built in, without its license`;
  }
}

/** Compiles a program that imports every entry of every package, with nothing of this workspace in sight. */
async function* typesOf(house, names, project) {
  const entries = names.flatMap((name) => {
    const { exports } = JSON.parse(readFileSync(join(project, 'node_modules', name, 'package.json'), 'utf8'));
    return Object.keys(exports)
      .filter((entry) => entry !== './package.json')
      .map((entry) => name + entry.slice(1));
  });
  linkForeign(house, project);
  const lines = entries.map((entry, at) => `export * as _${at} from '${entry}';\n`);
  writeFileSync(join(project, 'index.ts'), lines.join(''));
  writeFileSync(join(project, 'package.json'), '{ "type": "module" }');
  const ways = [
    ['nodenext', 'nodenext'],
    ['esnext', 'bundler'],
  ];
  for (const found of await Promise.all(ways.map(([module, resolution]) => compiled(project, module, resolution)))) {
    if (found !== undefined) yield found;
  }
}

async function compiled(project, module, moduleResolution) {
  const config = `tsconfig.${module}.json`;
  const compilerOptions = { module, moduleResolution, strict: true, noEmit: true, target: 'es2023', types: ['node'] };
  writeFileSync(join(project, config), JSON.stringify({ compilerOptions, files: ['index.ts'] }));
  const options = { cwd: project, shell: process.platform === 'win32' };
  return promisify(execFile)('tsc', ['-p', config], options).then(
    () => undefined,
    ({ stdout, message }) => `types, as ${moduleResolution} finds them:\n${stdout || message}`,
  );
}

/** The packages of others, from where this workspace has them. */
function linkForeign(house, project) {
  const dependants = ['.', ...house.packages.filter(isPublished)];
  const foreign = dependants.flatMap((directory) => {
    const { dependencies = {} } = house.manifestOf(directory);
    const names = Object.keys(dependencies).filter((name) => !name.includes('backlog-runner'));
    return [...names, ...(directory === '.' ? ['@types/node'] : [])].map((name) => [
      name,
      house.path(`${directory}/node_modules/${name}`),
    ]);
  });
  for (const [name, source] of new Map(foreign)) {
    const target = join(project, 'node_modules', name);
    mkdirSync(dirname(target), { recursive: true });
    symlinkSync(source, target, 'junction');
  }
}
