// Arrows only point down, and what a package imports is what its package.json says.
import { isBuiltin } from 'node:module';
import { isPublished, isTest, packagesImportedBy } from './source-files.mjs';

/** Which package may import which. Third-party packages are what its package.json says. */
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
  'acp-provider': ['contracts'],
};

export function* imports(house) {
  for (const directory of house.packages) {
    const own = directory.split('/').at(-1);
    const allowed = MAY_IMPORT[own]?.map((name) => `@backlog-runner/${name}`);
    if (allowed === undefined) {
      yield `${directory}: tools/house/imports.mjs does not say what it may import`;
      continue;
    }
    const { name, dependencies = {}, devDependencies = {} } = house.manifestOf(directory);
    const { ours, theirs } = bundledInto(house, directory);
    const used = new Set();
    for (const needed of neededBy(house, ours)) {
      used.add(needed);
      if (!(needed in dependencies))
        yield `${directory}: bundles what needs ${needed}, which package.json does not name`;
    }
    for (const { file, code } of house.filesOf(directory).filter((source) => !isTest(source.file))) {
      for (const { name: imported, line } of packagesImportedBy(code)) {
        if (imported === name || isBuiltin(imported)) continue;
        used.add(imported);
        const place = `${file}:${line}`;
        if (imported.startsWith('@backlog-runner/') && !allowed.includes(imported))
          yield `${place}: imports ${imported}`;
        const named = theirs.includes(imported) ? devDependencies : dependencies;
        if (!(imported in named)) yield `${place}: imports ${imported}, which package.json does not name`;
      }
    }
    for (const dependency of Object.keys(dependencies)) {
      if (!used.has(dependency) && !isPeerOnly(directory, dependency)) yield `${directory}: does not use ${dependency}`;
    }
    if (isPublished(directory) && '@backlog-runner/testkit' in dependencies) yield `${directory}: testkit is for tests`;
  }
}

/** What is built into a package: packages of ours, and of others. Those who install it need none of them. */
function bundledInto(house, directory) {
  const config = `${directory}/tsup.config.ts`;
  const text = house.exists(config) ? house.read(config) : '';
  const [, list = ''] = /noExternal: \[([^\]]*)\]/.exec(text) ?? [];
  const [, ours = ''] = /\^@backlog-runner\\\/\(([\w|-]+)\)/.exec(list) ?? [];
  return { ours: ours.split('|').filter(Boolean), theirs: [...list.matchAll(/'([^']+)'/g)].map(([, name]) => name) };
}

/** What packages import that are built into another one, which then imports it. */
const neededBy = (house, bundled) =>
  bundled
    .flatMap((name) => Object.keys(house.manifestOf(`packages/${name}`).dependencies ?? {}))
    .filter((name) => !bundled.includes(name.replace('@backlog-runner/', '')));

/** What a dependency of the package asks for beside itself. */
const isPeerOnly = (directory, dependency) => directory === 'examples/acp-provider' && dependency === 'zod';
