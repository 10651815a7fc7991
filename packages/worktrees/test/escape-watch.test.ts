import { chmod, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Escape, EscapeWatch, System } from '@backlog-runner/contracts';
import { describe, expect, it } from 'vitest';
import { type GitEscapeWatchOptions, gitEscapeWatch, type Repository } from '../src/index.ts';
import { claimedLanding, landRequest, READY, TASK_PATH, treeWith } from './landing-fixture.ts';
import {
  attempt,
  fence,
  gitIn,
  openWorld,
  pool,
  task,
  type World,
  type WorldOptions,
  world,
} from './repository-fixture.ts';

/** Waits are over at once. */
const impatient = ({ repository }: World): Repository => {
  const { system } = repository;
  const after: System['after'] = (_ms, action, options) => system.after(0, action, options);
  return { ...repository, system: { ...system, after } };
};

const watchOf = (here: World, options: Partial<GitEscapeWatchOptions> = {}) =>
  gitEscapeWatch({
    repository: impatient(here),
    branch: 'refs/heads/main',
    poolDirectory: here.pool,
    ...options,
  });

async function during(watch: EscapeWatch, action: () => Promise<unknown>): Promise<readonly string[]> {
  const since = await watch.begin();
  await action();
  return (await since()).map(said);
}

const said = ({ what, name }: Escape) => `${what} ${name}`;

/** A user in the middle of something. */
async function busyWorld(options: WorldOptions = {}): Promise<World> {
  const here = await world({
    files: { 'a.txt': 'a\n', 'b.txt': 'b\n', '.gitignore': 'ignored\n', [TASK_PATH]: READY },
    ...options,
  });
  await here.git('branch', 'other');
  await here.write({ 'a.txt': 'edited\n', 'mine.txt': 'mine\n', 'staged.txt': 'staged\n' });
  await here.git('add', 'staged.txt');
  return here;
}

/** Leaves `w1` and `w2` behind. */
async function idleWorkspaces(here: World): Promise<void> {
  const manager = pool(here);
  const base = await here.head();
  const workspaces = [
    await manager.open({ attempt: attempt('x.1'), base }),
    await manager.open({ attempt: attempt('x.2'), base }),
  ];
  for (const [at, workspace] of workspaces.entries()) {
    await workspace.retain({ task: task('x'), fence: fence(at + 1), subject: 'Try x' });
    await workspace.close();
  }
}

interface Deed {
  readonly title: string;
  readonly act: (here: World) => Promise<unknown>;
  readonly escapes: readonly string[];
}

/** Each builds on what those before it left. */
const escapes: readonly Deed[] = [
  {
    title: 'edits a tracked file',
    act: (here) => here.write({ 'b.txt': 'other\n' }),
    escapes: ['checkout b.txt'],
  },
  {
    title: 'edits a file the user edits',
    act: (here) => here.write({ 'a.txt': 'edited by both\n' }),
    escapes: ['checkout a.txt'],
  },
  {
    title: 'edits a file nobody tracks',
    act: (here) => here.write({ 'mine.txt': 'not only mine\n' }),
    escapes: ['checkout mine.txt'],
  },
  {
    title: 'throws an edit away',
    act: (here) => here.git('checkout', '--', 'a.txt'),
    escapes: ['checkout a.txt'],
  },
  { title: 'adds a file', act: (here) => here.write({ 'n/e w\n.txt': 'new\n' }), escapes: ['checkout n/e w\n.txt'] },
  { title: 'removes a file', act: (here) => rm(join(here.directory, 'b.txt')), escapes: ['checkout b.txt'] },
  {
    title: 'makes a file a program',
    act: (here) => chmod(join(here.directory, 'a.txt'), 0o755),
    escapes: ['checkout a.txt'],
  },
  { title: 'stages an edit', act: (here) => here.git('add', 'a.txt'), escapes: ['index a.txt'] },
  {
    title: 'unstages a file',
    act: (here) => here.git('reset', '-q', 'staged.txt'),
    escapes: ['checkout staged.txt', 'index staged.txt'],
  },
  { title: 'makes a branch', act: (here) => here.git('branch', 'topic/new'), escapes: ['ref refs/heads/topic/new'] },
  { title: 'makes a tag', act: (here) => here.git('tag', 'v1'), escapes: ['ref refs/tags/v1'] },
  {
    title: 'moves another branch',
    act: async (here) => {
      const commit = (await here.git('commit-tree', '-m', 'On top', '-p', 'other', 'other^{tree}')).trim();
      await here.git('update-ref', 'refs/heads/other', commit);
    },
    escapes: ['ref refs/heads/other'],
  },
  {
    title: 'commits to the target branch',
    act: (here) => here.git('commit', '-q', '-m', 'No landing'),
    escapes: ['checkout a.txt', 'index a.txt', 'ref refs/heads/main'],
  },
  { title: 'switches the checkout', act: (here) => here.git('switch', '-q', 'other'), escapes: ['ref HEAD'] },
  {
    title: 'writes a hook',
    act: (here) => here.write({ '.git/hooks/pre-commit': 'rm -rf /\n' }),
    escapes: ['hook .git/hooks/pre-commit'],
  },
  {
    title: 'sets core.hooksPath',
    act: (here) => here.git('config', 'core.hooksPath', '/tmp/hooks'),
    escapes: ['git-config .git/config'],
  },
  {
    title: 'has files ignored',
    act: (here) => here.write({ '.git/info/exclude': 'secret\n' }),
    escapes: ['git-config .git/info/exclude'],
  },
  {
    title: 'configures an idle workspace',
    act: (here) => here.write({ '.git/worktrees/w1/config.worktree': '[core]\n\tfsmonitor = evil\n' }),
    escapes: ['workspace .git/worktrees/w1/config.worktree'],
  },
  {
    title: 'leads another workspace elsewhere',
    act: (here) => here.write({ '.git/worktrees/w1/gitdir': '/elsewhere/.git\n' }),
    escapes: ['workspace .git/worktrees/w1/gitdir'],
  },
  {
    title: 'removes the git directory of a workspace',
    act: (here) => rm(join(here.directory, '.git/worktrees/w2'), { recursive: true }),
    escapes: ['workspace .git/worktrees/w2'],
  },
];

describe('an escape is told by name', () => {
  it('whatever an agent does, one thing after the other', async () => {
    const here = await busyWorld();
    await idleWorkspaces(here);
    for (const { title, act, escapes: expected } of escapes) {
      expect.soft(await during(watchOf(here), () => act(here)), `it ${title}`).toEqual(expected);
    }
  });

  it('when an agent works in another checkout of the branch', async () => {
    const here = await busyWorld();
    const linked = join(here.directory, '..', 'linked');
    await here.git('switch', '-q', 'other');
    await here.git('worktree', 'add', '-q', linked, 'main');
    const found = await during(watchOf(here), () => writeFile(join(linked, 'b.txt'), 'other\n'));
    expect(found).toEqual([`checkout ${join(linked, 'b.txt')}`]);
  });

  it('when an agent deletes another checkout of the branch', async () => {
    const here = await busyWorld();
    const linked = join(here.directory, '..', 'linked');
    await here.git('switch', '-q', 'other');
    await here.git('worktree', 'add', '-q', linked, 'main');
    const found = await during(watchOf(here), () => rm(linked, { recursive: true }));
    expect(found).toContain(`checkout ${linked}`);
  });

  it('seen from the project directory', async () => {
    const here = await busyWorld({ files: { 'a.txt': 'a\n', 'app/b.txt': 'b\n' }, project: 'app' });
    const write = () => here.write({ 'app/b.txt': 'other\n', 'c.txt': 'new\n' });
    expect(await during(watchOf(here), write)).toEqual(['checkout ../c.txt', 'checkout b.txt']);
  });
});

const landingOf = async (here: World, files: Record<string, string>): Promise<void> => {
  const theirs = await openWorld(join(here.directory, '..'), here.directory, here.directory);
  const landing = await claimedLanding(theirs.repository);
  const onto = await landing.head();
  const landed = await landing.land(landRequest(await treeWith(theirs, onto, files), onto));
  expect(landed).toMatchObject({ status: 'landed', checkout: 'followed' });
};

const explained: readonly Omit<Deed, 'escapes'>[] = [
  { title: 'nothing happens', act: async () => {} },
  { title: 'a file is only touched', act: (here) => here.write({ 'a.txt': 'edited\n', 'b.txt': 'b\n' }) },
  { title: 'another runner lands', act: (here) => landingOf(here, { 'b.txt': 'landed\n', 'd/new.txt': 'new\n' }) },
  {
    title: 'others land twice',
    act: async (here) => {
      await landingOf(here, { 'b.txt': 'once\n' });
      await landingOf(here, { 'b.txt': 'twice\n' });
    },
  },
  {
    title: 'a landing holds a file the user had not committed',
    act: (here) => landingOf(here, { 'staged.txt': 'staged\n' }),
  },
  {
    title: 'a landing has other files ignored',
    act: async (here) => {
      await here.write({ ignored: 'a build output\n' });
      await landingOf(here, { '.gitignore': 'mine.txt\n' });
    },
  },
  {
    title: 'the store and the report write their files',
    act: (here) =>
      here.write({
        [TASK_PATH]: 'title: X\nstate: failed\n',
        'backlog/tasks/new.yaml': 'title: New\n',
        'backlog.md': '#\n',
      }),
  },
  {
    title: 'a workspace is used, and another one is made',
    act: async (here) => {
      const manager = pool(here);
      const base = await here.head();
      const first = await manager.open({ attempt: attempt('y.2'), base });
      const second = await manager.open({ attempt: attempt('z.3'), base });
      await writeFile(join(first.directory, 'b.txt'), 'work\n');
      await first.retain({ task: task('y'), fence: fence(2), subject: 'Try y' });
      await gitIn(first.directory, ['-c', 'user.name=A', '-c', 'user.email=a@b', 'commit', '-q', '-am', 'Detached']);
      await Promise.all([first.close(), second.close()]);
    },
  },
  {
    title: 'a workspace is removed as a whole',
    act: async (here) => {
      await here.git('worktree', 'unlock', join(here.pool, 'w1'));
      await here.git('worktree', 'remove', '--force', join(here.pool, 'w1'));
    },
  },
  { title: 'refs are packed', act: (here) => here.git('pack-refs', '--all') },
];

describe('it is no escape', () => {
  it('when others do what they may, one thing after the other', async () => {
    const here = await busyWorld();
    await idleWorkspaces(here);
    for (const { title, act } of explained) {
      expect.soft(await during(watchOf(here), () => act(here)), title).toEqual([]);
    }
  });

  it('when a landing is half done at either look', async () => {
    const here = await busyWorld();
    const directory = join(here.repository.commonDir, 'backlog-runner', 'landings');
    await mkdir(directory, { recursive: true });
    const { objects } = here.repository;
    const onto = await here.head();
    const from = await objects.treeOf(onto);
    const to = await treeWith(here, onto, { 'b.txt': 'landed\n' });
    const plan = { directory: here.directory, gitDir: join(here.directory, '.git'), from, to, own: [] };
    const intent = { branch: 'refs/heads/main', commit: onto, plans: [plan] };
    const since = await watchOf(here).begin();
    await writeFile(join(directory, 'x.1.json'), JSON.stringify(intent));
    await here.git('read-tree', '-m', '-u', from, to);
    expect(await since()).toEqual([]);
    const sinceThen = await watchOf(here).begin();
    await here.git('read-tree', '-m', '-u', to, from);
    await rm(join(directory, 'x.1.json'));
    expect(await sinceThen()).toEqual([]);
  });

  it('when something passes by itself', async () => {
    const here = await busyWorld();
    const { system } = here.repository;
    const after: System['after'] = (_ms, action, options) => {
      const written = rename(join(here.directory, 'b.new'), join(here.directory, 'ignored'));
      return system.after(0, () => void written.finally(action), options);
    };
    const watch = watchOf(here, { repository: { ...here.repository, system: { ...system, after } } });
    expect(await during(watch, () => here.write({ 'b.new': 'halfway\n' }))).toEqual([]);
  });
});

describe('a shared checkout', () => {
  it('warns of files and refs, and still tells hooks and config', async () => {
    const here = await busyWorld();
    const warned: string[] = [];
    const watch = watchOf(here, { sharedCheckout: true, warn: (found) => void warned.push(said(found)) });
    const found = await during(watch, async () => {
      await here.git('branch', 'topic');
      await here.write({ 'b.txt': 'other\n', '.git/hooks/post-merge': 'x\n' });
      await here.git('config', 'core.pager', 'x');
    });
    expect(found).toEqual(['hook .git/hooks/post-merge', 'git-config .git/config']);
    expect(warned).toEqual(['checkout b.txt', 'ref refs/heads/topic']);
  });
});

describe('without a pool', () => {
  it('the checkout is the workspace, so only what is around it is watched', async () => {
    const here = await busyWorld();
    const watch = gitEscapeWatch({ repository: here.repository, branch: 'refs/heads/main' });
    const found = await during(watch, async () => {
      await here.git('branch', 'topic');
      await here.write({ 'b.txt': 'work\n' });
      await here.git('add', 'b.txt');
      await here.git('switch', '-q', '--detach');
    });
    expect(found).toEqual(['ref refs/heads/topic']);
  });
});

it('a look costs one git process', async () => {
  const here = await busyWorld();
  const watch = watchOf(here);
  here.started.length = 0;
  expect(await during(watch, async () => {})).toEqual([]);
  expect(here.started.map(([, command]) => command)).toEqual(['status', 'status']);
});

it('a look costs one process more when another runner landed', async () => {
  const here = await busyWorld();
  const since = await watchOf(here).begin();
  await landingOf(here, { 'b.txt': 'landed\n' });
  here.started.length = 0;
  expect(await since()).toEqual([]);
  expect(here.started.map(([, command]) => command)).toEqual(['status', 'log']);
});

describe('an install command', () => {
  it('may set hooks while others are at work, and that is all that it accounts for', async () => {
    const here = await busyWorld();
    const base = await here.head();
    const installCommand =
      'git config core.hooksPath .husky/_; echo > "$(git rev-parse --git-common-dir)/hooks/pre-push"';
    const install = async () => {
      const workspace = await pool(here, { bootstrap: { installCommand } }).open({ attempt: attempt('x.1'), base });
      await workspace.close();
    };
    const watch = watchOf(here);
    expect(await during(watch, install)).toEqual([]);
    expect(await here.git('config', 'core.hooksPath')).toBe('.husky/_\n');
    const andAnAgent = async () => {
      await install();
      await here.git('config', 'filter.x.clean', 'cat');
    };
    expect(await during(watch, andAnAgent)).toEqual(['git-config .git/config']);
  });

  it('is waited for when it has only done half of what it does', async () => {
    const here = await busyWorld();
    const base = await here.head();
    const installCommand = 'git config core.hooksPath .husky; touch began; sleep 1; git config filter.x.clean cat';
    const watch = gitEscapeWatch({ ...here, branch: 'refs/heads/main', poolDirectory: here.pool });
    const since = await watch.begin();
    const opening = pool(here, { bootstrap: { installCommand } }).open({ attempt: attempt('x.1'), base });
    const isSet = async () => (await here.git('config', '--list')).includes('core.hookspath');
    await expect.poll(isSet, { timeout: 10_000 }).toBe(true);
    expect(await since()).toEqual([]);
    await (await opening).close();
  });
});

describe('an attempt that begins right after another one is over', () => {
  /** A clock that stands. */
  const still = (here: World, now = () => 0): Partial<GitEscapeWatchOptions> => {
    const repository = impatient(here);
    return { repository: { ...repository, system: { ...repository.system, monotonic: now } } };
  };

  it('begins with the look at its end', async () => {
    const here = await busyWorld();
    const watch = watchOf(here, still(here));
    expect(await during(watch, async () => {})).toEqual([]);
    here.started.length = 0;
    expect(await during(watch, async () => {})).toEqual([]);
    expect(here.started.map(([, command]) => command)).toEqual(['status']);
    expect(await during(watch, () => here.write({ 'b.txt': 'other\n' }))).toEqual(['checkout b.txt']);
    expect(await during(watch, async () => {})).toEqual([]);
  });

  it('is not told what landed in between', async () => {
    const here = await busyWorld();
    const watch = watchOf(here, still(here));
    expect(await during(watch, async () => {})).toEqual([]);
    await landingOf(here, { '.gitignore': 'mine.txt\n' });
    expect(await during(watch, () => landingOf(here, { 'b.txt': 'landed\n' }))).toEqual([]);
  });

  it('is not told what the user did, when it was not right after', async () => {
    const here = await busyWorld();
    let now = 0;
    const watch = watchOf(
      here,
      still(here, () => now),
    );
    expect(await during(watch, async () => {})).toEqual([]);
    await here.write({ 'b.txt': 'mine too\n' });
    now = 1000;
    expect(await during(watch, async () => {})).toEqual([]);
  });
});
