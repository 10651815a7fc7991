import { existsSync, readFileSync, rmSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { hanging, hangingRunner } from './hanging-runner.ts';
import { scriptedProject } from './scripted-project.ts';
import { ask, cli, commitAll, git, repository, write } from './temp-project.ts';

type World = Awaited<ReturnType<typeof scriptedProject>>;

const one = (id: string) => ({ [id]: `title: ${id}\ntouch_paths: [${id}.txt]\n` });
const writes = (id: string) => ({ [id]: [{ write: { [`${id}.txt`]: `${id}\n` } }] });
const stateOf = (directory: string, id: string) =>
  /^state: (\w+)/m.exec(readFileSync(join(directory, `backlog/tasks/${id}.yaml`), 'utf8'))?.[1] ?? 'ready';

async function verdictsOf(world: World) {
  const { code, stdout, stderr } = await ask(world, 'verify', '--json');
  expect(stderr).toBe('');
  const { promises } = JSON.parse(stdout) as {
    promises: { promise: number; status: string; checked: number; findings: string[]; notes: string[] }[];
  };
  return {
    code,
    promises,
    findings: promises.flatMap(({ promise, findings }) => findings.map((text) => `${promise}: ${text}`)),
    notes: promises.flatMap(({ notes }) => notes),
  };
}

/** A lease of a dead runner may live on for its time. */
async function untilDead(world: World, run: string) {
  for (;;) {
    const verdicts = await verdictsOf(world);
    if (verdicts.findings.some((text) => text.includes(run))) return verdicts;
  }
}

async function small(): Promise<World> {
  const script = {
    tasks: {
      ...writes('a'),
      b: { tries: [[{ write: { 'broken.txt': 'x' } }], [{ write: { 'b.txt': 'b\n' }, remove: ['broken.txt'] }]] },
    },
  };
  const world = await scriptedProject({
    script,
    tasks: { ...one('a'), ...one('b') },
    config: 'attempts: { max: 3, returns: 0, backoffSeconds: 0 },',
  });
  expect(await cli(world, 'start', '--once')).toMatchObject({ code: 0 });
  return world;
}

describe('verify', () => {
  it('has nothing to complain about where nothing has run yet, and writes nothing', async () => {
    const directory = await repository({ 'backlog.config.mjs': 'export default {};' });
    const answer = await ask({ directory }, 'verify');
    expect(answer).toMatchObject({ code: 0, stderr: '' });
    expect(answer.stdout).toMatch(/^8\tnot-provable\tProgress$/m);
    expect(existsSync(join(directory, '.backlog-runner'))).toBe(false);
  });

  it('holds after a run, and finds what was lost or changed behind its back', async () => {
    const world = await small();
    const { directory } = world;
    const good = await verdictsOf(world);
    expect(good).toMatchObject({ code: 0, findings: [], notes: [] });
    const unchecked = good.promises.filter(({ checked }) => checked === 0).map(({ promise }) => promise);
    expect(unchecked).toEqual([8]);

    const refs = (await git(directory, 'for-each-ref', '--format=%(refname)', 'refs/backlog-runner/attempts'))
      .trim()
      .split('\n');
    expect(refs).toHaveLength(3);
    await git(directory, 'update-ref', '-d', refs[0] ?? '');
    expect((await verdictsOf(world)).findings).toEqual([
      expect.stringMatching(/^5: refs\/backlog-runner\/attempts\/a\/\d+ does not hold/),
    ]);

    await git(directory, 'update-ref', '-d', 'refs/backlog-runner/fences/b');
    const message = await git(directory, 'log', '-1', '--format=%B', '--grep=Backlog-Task: a');
    await git(directory, 'commit', '--quiet', '--allow-empty', '--message', message);
    const { code, findings } = await verdictsOf(world);
    expect(code).toBe(1);
    expect(findings).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^2: the fence ref of b holds nothing/),
        expect.stringMatching(/^3: a landed as \w+ and as \w+, and neither is reverted/),
      ]),
    );
  });

  it('holds while a runner works, names what it left when it was killed, and holds again after the next start', async () => {
    const world = await scriptedProject({
      ...hanging,
      script: { default: [{ write: { 'half.txt': 'half\n' }, say: 'thinking', hang: true }] },
    });
    const { child, run, ended } = await hangingRunner(world);
    expect(await verdictsOf(world)).toMatchObject({ code: 0, findings: [] });
    expect((await ask(world, 'gc', '--days', '0')).stdout).toMatch(/^kept\tworktree\tw1\tit is in use$/m);

    child.kill('SIGKILL');
    await ended;
    const { findings, notes } = await untilDead(world, run);
    expect(findings).toContainEqual(`10: the run ${run} died and nobody has cleaned up after it: the next start does`);
    expect(notes).toContainEqual(expect.stringMatching(/^slow\.\d+ was cut off by the death of its runner/));
    expect((await ask(world, 'gc', '--days', '0')).stdout).toMatch(
      /^kept\tworktree\tw1\tit holds the work of slow\.\d+$/m,
    );

    const config = join(world.directory, 'backlog.config.mjs');
    write(world.directory, {
      'backlog.config.mjs': readFileSync(config, 'utf8').replaceAll('"hang":true', '"delayMs":0'),
    });
    await commitAll(world.directory);
    expect(await cli(world, 'start', '--once')).toMatchObject({ code: 0, stdout: 'landed\tslow\n' });
    expect(await verdictsOf(world)).toMatchObject({ code: 0, findings: [] });
  });

  it('calls no breach what a person brings back with git', async () => {
    const world = await small();
    const { directory } = world;
    const [, landing = ''] =
      (await git(directory, 'log', '--format=%H', '--grep=Backlog-Task: a')).match(/^(\w+)/m) ?? [];
    await git(directory, 'revert', '--no-edit', landing);
    await git(directory, 'cherry-pick', landing);
    // Written long before it was picked, as most are.
    await git(directory, 'commit', '--quiet', '--amend', '--no-edit', '--date', '2020-01-01T00:00:00Z');
    const { code, findings, notes } = await verdictsOf(world);
    expect({ code, findings }).toEqual({ code: 0, findings: [] });
    expect(notes).toContainEqual(expect.stringMatching(/^a is on the branch as \w+, a copy that git made/));
  });

  it('says that the user rewrote the branch, and calls it no breach', async () => {
    const world = await small();
    await git(world.directory, 'reset', '--quiet', '--hard', 'HEAD~1');
    const { code, notes } = await verdictsOf(world);
    expect(code).toBe(0);
    expect(notes).toEqual(expect.arrayContaining([expect.stringMatching(/was rewritten without it since/)]));
  });
});

describe('gc', () => {
  it('explains every decision, removes what is old, and verify still holds', async () => {
    const world = await small();
    const { directory } = world;
    const refs = () => git(directory, 'for-each-ref', 'refs/backlog-runner/attempts');
    const before = await refs();
    const kept = await ask(world, 'gc');
    expect(kept).toMatchObject({ code: 0, stderr: '' });
    expect(kept.stdout).toMatch(
      /^kept\tattempt-ref\trefs\/backlog-runner\/attempts\/a\/\d+\tits task landed 0 days ago, and/m,
    );
    expect(kept.stdout).not.toContain('remove');
    expect(await refs()).toBe(before);

    const dry = await ask(world, 'gc', '--dry-run', '--days', '0');
    expect(dry.stdout.match(/^would remove\tattempt-(ref|directory)/gm)).toHaveLength(6);
    expect(await refs()).toBe(before);

    const { decisions } = JSON.parse((await ask(world, 'gc', '--days', '0', '--json')).stdout);
    expect(decisions.filter(({ action }: { action: string }) => action === 'remove')).toHaveLength(6);
    expect(await refs()).toBe('');
    expect(await verdictsOf(world)).toMatchObject({ code: 0, findings: [] });
    expect((await ask(world, 'gc', '--days', '0')).stdout).not.toContain('removed');
    expect((await ask(world, 'gc', '--days', 'x')).code).toBe(2);
  });

  it('removes what unfinished writes left a day ago, and worktrees that no runner needs', async () => {
    const slow = (id: string) => ({ [id]: [{ delayMs: 500, write: { [`${id}.txt`]: `${id}\n` } }] });
    const world = await scriptedProject({
      script: { tasks: { ...slow('a'), ...slow('b'), ...slow('c') } },
      tasks: { ...one('a'), ...one('b'), ...one('c') },
      config: 'workspace: { workers: 1 },',
    });
    const { directory } = world;
    await cli(world, 'start', '--once', '--workers', '3');
    expect((await ask(world, 'gc', '--dry-run')).stdout).toMatch(/^would remove\tworktree\tw3\tthere are more/m);
    const [old, fresh] = ['.aaaaaaaaaaaa.tmp', '.bbbbbbbbbbbb.tmp'].map((name) => `backlog/tasks/${name}`);
    const theirs = 'backlog/tasks/.mine.tmp';
    write(directory, { [`${old}`]: 'x', [`${fresh}`]: 'x', [theirs]: 'x' });
    for (const path of [`${old}`, theirs]) utimesSync(join(directory, path), 0, 0);
    const { stdout } = await ask(world, 'gc');
    expect(stdout).toContain(`removed\tleftover\t${join(directory, `${old}`)}\t`);
    expect(stdout).toContain(`kept\tleftover\t${join(directory, `${fresh}`)}\tit is less than a day old`);
    expect([old, fresh, theirs].map((path) => existsSync(join(directory, `${path}`)))).toEqual([false, true, true]);
    expect(stdout).toMatch(/^kept\tworktree\tw2\tit is part of the pool$/m);
    expect(stdout).toMatch(/^removed\tworktree\tw3\t/m);
    expect(await git(directory, 'worktree', 'list')).not.toMatch(/w3/);
    expect(await verdictsOf(world)).toMatchObject({ code: 0, findings: [] });
  });

  it('keeps what failed', async () => {
    const world = await scriptedProject({
      script: { tasks: { a: [{ write: { 'broken.txt': 'x' } }] } },
      tasks: one('a'),
      config: 'attempts: { max: 1, returns: 0 },',
    });
    await cli(world, 'start', '--once');
    const { stdout } = await ask(world, 'gc', '--days', '0');
    expect(stdout.match(/^kept\tattempt-\w+\t.*\tits task has not landed on this branch$/gm)).toHaveLength(2);
  });
});

describe('reverting a landing', () => {
  it('reopens the task by itself where the file is committed', async () => {
    const world = await scriptedProject({ script: { tasks: writes('a') }, tasks: one('a') });
    const { directory } = world;
    await cli(world, 'start', '--once');
    await git(directory, 'revert', '--no-edit', 'HEAD');
    expect((await ask(world, 'sync')).stdout).toBe('');
    expect(stateOf(directory, 'a')).toBe('ready');
    expect((await cli(world, 'start', '--once')).stdout).toBe('landed\ta\n');
    expect(await verdictsOf(world)).toMatchObject({ code: 0, findings: [] });
  });

  it('reopens the task at the next sync or start where git ignores it, and a landing closes it', async () => {
    const world = await scriptedProject({
      script: { tasks: { ...writes('a'), ...writes('b') } },
      files: { '.gitignore': '.backlog-runner/\nbacklog.md\n/backlog/\n' },
    });
    const { directory } = world;
    write(directory, { 'backlog/tasks/a.yaml': one('a').a ?? '', 'backlog/tasks/b.yaml': one('b').b ?? '' });
    expect((await cli(world, 'start', '--once')).code).toBe(0);
    expect(await verdictsOf(world)).toMatchObject({ code: 0, findings: [] });

    await git(directory, 'revert', '--no-edit', 'HEAD');
    const [reverted = ''] = ['a', 'b'].filter((id) => !existsSync(join(directory, `${id}.txt`)));
    expect((await verdictsOf(world)).findings).toEqual([
      expect.stringMatching(new RegExp(`^9: ${reverted} is done, but`)),
    ]);
    expect((await ask(world, 'sync')).stdout).toMatch(
      new RegExp(`^ready\t${reverted}\tits landing \\w+ was reverted\n$`),
    );
    expect(stateOf(directory, reverted)).toBe('ready');

    const other = reverted === 'a' ? 'b' : 'a';
    write(directory, { [`backlog/tasks/${other}.yaml`]: one(other)[other] ?? '' });
    const again = await cli(world, 'start', '--once');
    expect(again).toMatchObject({ code: 0, stdout: `landed\t${reverted}\n` });
    expect(again.stderr).toContain(`${other} is marked as done: it landed as`);
    expect(await verdictsOf(world)).toMatchObject({ code: 0, findings: [] });
  });

  it('leaves a task alone that was reopened by hand where the file is committed', async () => {
    const world = await scriptedProject({ script: { tasks: writes('a') }, tasks: one('a') });
    const { directory } = world;
    await cli(world, 'start', '--once');
    write(directory, { 'backlog/tasks/a.yaml': one('a').a ?? '' });
    await ask(world, 'sync');
    expect(stateOf(directory, 'a')).toBe('ready');
    expect((await verdictsOf(world)).notes).toEqual([
      expect.stringMatching(/^a landed as \w+ and is ready: it was reopened by hand/),
    ]);
    await commitAll(directory);
    rmSync(join(directory, '.backlog-runner', 'journal'), { recursive: true });
    expect((await verdictsOf(world)).notes).toEqual(
      expect.arrayContaining(['1 landings are older than this journal, or of another machine']),
    );
  });
});
