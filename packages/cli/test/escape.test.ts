import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { type Backlog, scriptedProject } from './scripted-project.ts';
import { cli, commitAll, git } from './temp-project.ts';

/** Where `PROJECT` stands in a script, the agent finds the user's checkout. */
async function escapingProject(backlog: Backlog): ReturnType<typeof scriptedProject> {
  const world = await scriptedProject(backlog);
  const config = join(world.directory, 'backlog.config.mjs');
  writeFileSync(config, readFileSync(config, 'utf8').replaceAll('PROJECT', world.directory));
  await commitAll(world.directory);
  return world;
}

const greet = (outside: Record<string, string>) => ({
  tasks: { greet: [{ write: { 'greeting.txt': 'hello\n' }, escape: outside }] },
});
const tasks = { greet: 'title: Greet\ntouch_paths: [greeting.txt]\n' };

/** How the attempts of the journal ended. */
function endings(directory: string): readonly unknown[] {
  const journal = join(directory, '.backlog-runner', 'journal');
  const lines = readdirSync(journal).flatMap((name) => readFileSync(join(journal, name), 'utf8').trim().split('\n'));
  const events = lines.map((line) => JSON.parse(line));
  return events.flatMap((event) => (event.type === 'attempt.ended' ? [event.result] : []));
}

it('quarantines an attempt whose agent edited the checkout: kept, named, not landed', async () => {
  const world = await escapingProject({
    script: greet({ 'PROJECT/README.md': '# Mine now\n', 'PROJECT/.git/hooks/post-commit': 'true\n' }),
    tasks,
    config: 'attempts: { max: 1 },',
  });
  const { directory } = world;
  const head = await git(directory, 'rev-parse', 'main');
  expect(await cli(world, 'start', '--once')).toMatchObject({ code: 1, stdout: 'failed\tgreet\n' });

  expect(await git(directory, 'rev-parse', 'main')).toBe(head);
  expect(existsSync(join(directory, 'greeting.txt'))).toBe(false);
  const [ref = ''] = (
    await git(directory, 'for-each-ref', '--format=%(refname)', 'refs/backlog-runner/attempts')
  ).split('\n');
  expect(await git(directory, 'show', `${ref}:greeting.txt`)).toBe('hello\n');
  const shown = (await cli(world, 'show', 'greet')).stdout;
  expect(shown).toContain('checkout README.md, hook .git/hooks/post-commit');
  expect(endings(directory)).toMatchObject([{ status: 'refused', by: 'escape' }]);
});

it('only warns of files in a checkout that people share with the runner', async () => {
  const world = await escapingProject({
    script: greet({ 'PROJECT/README.md': '# Edited\n' }),
    tasks,
    config: 'workspace: { sharedCheckout: true },',
  });
  const answer = await cli(world, 'start', '--once');
  expect(answer).toMatchObject({ code: 0, stdout: 'landed\tgreet\n' });
  expect(answer.stderr).toContain('somebody changed checkout README.md');
});

it('does not take the work of an attempt in the checkout itself for an escape, but does take a hook for one', async () => {
  const world = await escapingProject({
    script: greet({ 'PROJECT/.git/hooks/post-commit': 'true\n' }),
    tasks,
    config: 'attempts: { max: 1 },',
  });
  const answer = await cli(world, 'start', '--once', '--no-worktrees');
  expect(answer.code).toBe(1);
  expect(answer.stderr).toContain('hook .git/hooks/post-commit');
  expect(answer.stderr).not.toContain('greeting.txt,');
});
