import { lstat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  attempt,
  fence,
  gitIn,
  pool,
  task,
  temporaryDirectory,
  type World,
  world,
  writeFiles,
} from './repository-fixture.ts';

const RETAIN = { task: task('x'), fence: fence(1), subject: 'Try x' };
const IGNORE = '*.log\ncache/\nnode_modules/\nbuilt/\n';

async function openIn(here: World, installCommand?: string) {
  const bootstrap = installCommand === undefined ? {} : { bootstrap: { installCommand } };
  return pool(here, bootstrap).open({ attempt: attempt('x.1'), base: await here.head() });
}

const versions = ['2', '4'];

test.each(versions)('ignored files that an attempt made are named, with index version %s', async (version) => {
  const here = await world({ files: { '.gitignore': IGNORE, 'src/a.txt': 'a\n', 'built/kept.txt': 'tracked\n' } });
  await here.git('add', '--force', 'built/kept.txt');
  await here.git('commit', '-q', '-m', 'Force');
  await here.git('config', 'index.version', version);
  const workspace = await openIn(here, 'mkdir -p node_modules; echo > node_modules/x; echo > install.log');
  expect((await workspace.retain(RETAIN)).notKept).toBeUndefined();
  await clockTicks(here.directory);
  await writeFiles(workspace.directory, {
    'src/b.txt': 'b\n',
    'src/debug.log': 'x\n',
    'cache/deep/x.txt': 'x\n',
    'built/new.txt': 'x\n',
    'café.log': 'x\n',
  });
  await symlink('nowhere', join(workspace.directory, 'link.log'));
  const { notKept, changes } = await workspace.retain(RETAIN);
  expect(changes.map(({ path }) => path)).toEqual(['src/b.txt']);
  expect([...(notKept ?? [])].sort()).toEqual(['built/new.txt', 'cache/', 'café.log', 'link.log', 'src/debug.log']);
  await workspace.close();
});

test('names of ignored files are from the project, and very many are only counted', async () => {
  const here = await world({ files: { 'app/a.txt': 'a\n', '.gitignore': IGNORE }, project: 'app' });
  const workspace = await openIn(here);
  await clockTicks(here.directory);
  const logs = Array.from({ length: 300 }, (_log, at) => [`${at}.log`, 'x\n'] as const);
  await writeFiles(workspace.directory, { ...Object.fromEntries(logs), 'a.txt': 'b\n' });
  const { notKept = [] } = await workspace.retain(RETAIN);
  expect(notKept).toHaveLength(201);
  expect(notKept[0]).toMatch(/^\d+\.log$/);
  expect(notKept.at(-1)).toBe('and 100 more');
  await workspace.close();
});

test('what an attempt commits in a submodule is reachable from its ref', async () => {
  const library = await temporaryDirectory();
  await gitIn(library, ['init', '-q', '-b', 'main']);
  await writeFile(join(library, 'lib.txt'), 'one\n');
  const as = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.com', '-c', 'protocol.file.allow=always'];
  await gitIn(library, ['add', '-A']);
  await gitIn(library, [...as, 'commit', '-q', '-m', 'One']);
  const here = await world();
  await gitIn(here.directory, [...as, 'submodule', '--quiet', 'add', library, 'lib']);
  await here.commit('Add the library');

  const workspace = await openIn(here, 'git -c protocol.file.allow=always submodule --quiet update --init');
  const lib = join(workspace.directory, 'lib');
  await writeFiles(lib, { 'lib.txt': 'two\n' });
  await gitIn(lib, [...as, 'commit', '-q', '-a', '-m', 'Two']);
  const made = (await gitIn(lib, ['rev-parse', 'HEAD'])).trim();
  const retained = await workspace.retain(RETAIN);
  expect(retained.changes).toEqual([{ path: 'lib', change: 'modified' }]);
  expect(retained.notKept).toBeUndefined();
  await workspace.close();
  await (await openIn(here)).close();
  expect(await here.git('show', `${made}:lib.txt`)).toBe('two\n');
  await here.git('merge-base', '--is-ancestor', made, retained.ref);
});

/** What is written within one tick of a file system's clock has one time, and a tick may be a hundredth of a second. */
async function clockTicks(directory: string): Promise<void> {
  const probe = join(directory, '.git', 'probe');
  const written = async () => {
    await writeFile(probe, '');
    return (await lstat(probe, { bigint: true })).ctimeNs;
  };
  const before = await written();
  while ((await written()) === before);
}
