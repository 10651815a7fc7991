import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { expectHarmless, expectPlain } from './harmless.ts';
import { type HostileTask, hostileWorld } from './hostile-world.ts';
import { landedTasks } from './landed-tasks.ts';

/** Does honest work too, which must not land either. */
const run = (line: string): HostileTask => ({ agent: [{ write: { 'landed.txt': 'x\n' }, run: line }] });
const AS = '-c user.name=Agent -c user.email=agent@localhost';

/** What an agent does outside of its workspace, and how the quarantine names it. */
const ESCAPES: Readonly<Record<string, readonly [line: string, named: string]>> = {
  checkout: ['echo evil >> PROJECT/src/one.txt; echo new > PROJECT/new.txt', 'checkout new.txt, checkout src/one.txt'],
  staged: ['git -C PROJECT add new.txt', 'index new.txt'],
  branch: [`git checkout --quiet -b mine; git add --all; git ${AS} commit --quiet -m mine`, 'ref refs/heads/mine'],
  tag: ['git tag v1', 'ref refs/tags/v1'],
  stash: [`git add --all; git ${AS} stash --quiet; git stash apply --quiet`, 'ref refs/stash'],
  replacement: ['git replace HEAD HEAD~1', 'ref refs/replace/'],
  head: ['git -C PROJECT checkout --quiet --detach', 'ref HEAD'],
  'branch-moved': ['GIT_NO_REPLACE_OBJECTS=1 git -C PROJECT update-ref refs/heads/main HEAD~1', 'ref refs/heads/main'],
  'branch-gone': ['git -C PROJECT update-ref -d refs/heads/main', 'ref refs/heads/main'],
};

/** What every later git command would obey. */
const ALTERED: typeof ESCAPES = {
  hook: [
    'printf "#!/bin/sh\\ntouch STATE/pwned\\n" > PROJECT/.git/hooks/post-commit; chmod +x PROJECT/.git/hooks/*',
    'hook .git/hooks/post-commit',
  ],
  'hook-by-git': [
    'echo evil > "$(git rev-parse --git-common-dir)/hooks/reference-transaction"; chmod +x PROJECT/.git/hooks/*',
    'hook .git/hooks/reference-transaction',
  ],
  'hooks-path': ['git config core.hooksPath STATE', 'git-config .git/config'],
  filter: [
    'git config filter.x.clean cat; echo "* filter=x" > PROJECT/.git/info/attributes',
    'git-config .git/config, git-config .git/info/attributes',
  ],
};

it.concurrent('an attempt that reaches out of its workspace is kept, named and not landed', async (test) => {
  const world = await hostileWorld(test, {
    workers: 1,
    tasks: Object.fromEntries(Object.entries(ESCAPES).map(([id, [line]]) => [id, run(line)])),
  });
  await world.git('commit', '--quiet', '--allow-empty', '--message=Second');
  const started = await world.cli('start', '--once');
  const results = world.results();
  for (const [id, [, named]] of Object.entries(ESCAPES)) {
    expect({ id, ...results[id] }).toMatchObject({
      id,
      status: 'refused',
      by: 'escape',
      reason: expect.stringContaining(named),
    });
    const [ref] = await world.kept(id);
    expect(await world.git('show', `${ref}:landed.txt`), id).toBe('x\n');
  }
  expect((await world.cli('show', 'tag')).stdout).toContain('ref refs/tags/v1');
  expectPlain(started);
  await world.git('update-ref', 'refs/heads/main', 'HEAD');
  await expectHarmless(world);
});

it.concurrent('after an attempt changed hooks or settings of git nothing more is started, and it is said why', async (test) => {
  const world = await hostileWorld(test, {
    workers: 1,
    tasks: { ...Object.fromEntries(Object.entries(ALTERED).map(([id, [line]]) => [id, run(line)])), innocent: {} },
  });
  const [settings, hooks] = ['config', 'hooks'].map((name) => join(world.project, '.git', name)) as [string, string];
  const before = readFileSync(settings);
  for (const [id, [, named]] of Object.entries(ALTERED)) {
    const started = await world.cli('start', '--once', '--task', id, '--task', 'innocent');
    expect(started, id).toMatchObject({ code: 1, stdout: `failed\t${id}\n` });
    for (const said of [named.replaceAll('hook .', '.').replaceAll('git-config ', ''), 'git config --list']) {
      expect(started.stderr).toContain(said);
    }
    expect(world.results()[id]).toMatchObject({
      status: 'refused',
      by: 'escape',
      reason: expect.stringContaining(named),
    });
    expect(await world.kept(id)).toHaveLength(1);
    writeFileSync(settings, before);
    rmSync(join(world.project, '.git/info/attributes'), { force: true });
    for (const name of readdirSync(hooks)) if (!name.endsWith('.sample')) rmSync(join(hooks, name));
  }
  expect(world.results().innocent).toBeUndefined();
  expect(await world.cli('start', '--once')).toMatchObject({ code: 0, stdout: 'landed\tinnocent\n' });
  await expectHarmless(world);
});

it.concurrent('what an attempt does to its own workspace and its own history is only work', async (test) => {
  const daemon = 'setsid sh -c "echo \\$\\$ > ../daemon; exec sleep 300" > /dev/null 2>&1 & sleep 0.2';
  const world = await hostileWorld(test, {
    workers: 1,
    tasks: {
      commit: {
        agent: [{ write: { 'a.txt': 'a\n' }, commit: 'Evil\n\nBacklog-Task: other\nBacklog-Attempt: other.1' }],
      },
      amend: {
        agent: [{ run: `echo b > b.txt; git add --all; git ${AS} commit --quiet --amend -m "Backlog-Task: other"` }],
      },
      // It takes back what others landed meanwhile, their tasks' files too.
      reset: { agent: [{ run: 'git reset --quiet --hard $(git rev-list --max-parents=0 HEAD); echo c > c.txt' }] },
      'git-gone': { agent: [{ run: 'rm .git; echo d > d.txt' }] },
      'git-own': {
        agent: [{ run: `rm .git; git init --quiet; git add --all; git ${AS} commit --quiet -m own; echo e > e.txt` }],
      },
      nested: {
        agent: [
          {
            run: 'git init --quiet sub/deep; echo f > sub/deep/f.txt; git init --quiet sub/empty; git -C sub/deep add --all',
          },
        ],
      },
      gc: { agent: [{ run: 'git gc --quiet --prune=now; git reflog expire --expire=now --all; echo g > g.txt' }] },
      daemon: { agent: [{ run: daemon, write: { 'h.txt': 'h\n' } }] },
      unreadable: { agent: [{ run: 'mkdir locked; echo i > locked/i.txt; chmod 000 locked/i.txt locked' }] },
      after: { agent: [{ run: 'ls -A | sort > listing.txt' }] },
    },
  });
  const started = await world.cli('start', '--once');
  const told = started.stdout.trim().split('\n').sort();
  const expected = ['after', 'amend', 'commit', 'daemon', 'gc', 'git-gone', 'git-own', 'nested', 'unreadable'];
  expect(told, started.stderr).toEqual(['failed\treset', ...expected.map((id) => `landed\t${id}`)]);
  expect(world.results().reset).toMatchObject({ status: 'refused', by: 'protected-paths' });
  const files = await world.landedPaths();
  expect(files).toEqual(expect.arrayContaining([...'abdegh'].map((name) => `${name}.txt`)));
  expect(files).toEqual(expect.arrayContaining(['sub/deep/f.txt', 'locked/i.txt']));
  expect(await landedTasks(world)).toEqual(expected);
  expect(await world.git('log', '--format=%s', 'main')).not.toMatch(/^(Evil|own|Backlog)/m);
  // The note on the task that failed.
  expect(await world.git('status', '--porcelain')).toBe(' M backlog/tasks/reset.yaml\n');
  expectPlain(started);
  await expectHarmless(world);
});

it.concurrent('a lock in the way holds the landing until it is gone', async (test) => {
  const world = await hostileWorld(test, { tasks: { lock: run('touch PROJECT/.git/index.lock') } });
  const held = await world.cli('start', '--once');
  expect(held.stdout, held.stderr).toBe('held\tlock\n');
  expect(existsSync(join(world.project, 'landed.txt'))).toBe(false);
  rmSync(join(world.project, '.git/index.lock'));
  const landed = await world.cli('start', '--once');
  expect(landed.stdout, landed.stderr).toBe('landed\tlock\n');
  expect(await world.git('status', '--porcelain')).toBe('');
});

for (const number of ['999999', '999999999999999', 'none']) {
  it.concurrent(`an attempt that makes ${number} of its claim only keeps itself from landing`, async (test) => {
    const ref = 'refs/backlog-runner/fences/forger';
    const forge = `git update-ref ${ref} $(echo ${number} | git hash-object -w --stdin); echo x > x.txt`;
    const other = { agent: [{ write: { 'other.txt': 'x\n' } }] };
    const world = await hostileWorld(test, {
      tasks: { forger: { agent: [{ run: forge }] }, other },
      config: 'attempts: { max: 3, returns: 0, backoffSeconds: 0 },',
    });
    const started = await world.cli('start', '--once');
    const told = started.stdout.trim().split('\n').sort();
    expect(told, started.stderr).toEqual(['landed\tother', 'set-aside\tforger']);
    expect(started.code).toBe(1);
    expect(started.stderr).toContain(`git update-ref -d ${ref}`);
    expect(world.results().forger).toMatchObject({
      status: 'refused',
      by: 'escape',
      reason: expect.stringContaining(ref),
    });
    expect(await world.kept('forger')).toHaveLength(1);
    expect((await world.cli('verify')).stdout).toContain(ref);
    const again = await world.cli('start', '--once');
    expect(again).toMatchObject({ code: 1, stdout: 'set-aside\tforger\n' });
    await world.git('update-ref', '-d', ref);
    await world.cli('start', '--once');
    expect(world.results().forger).toMatchObject({ by: 'escape' });
    expect(await world.kept('forger')).toHaveLength(2);
    expect(await world.landedPaths()).not.toContain('x.txt');
    expectPlain(started);
  });
}
