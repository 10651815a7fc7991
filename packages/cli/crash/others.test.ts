import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { findMarked } from '@backlog-runner/subprocess';
import { afterAll, expect, inject, test } from 'vitest';
import type { ProgramOptions } from './program-options.ts';
import { twoTasks } from './two-tasks.ts';
import { verdictOn } from './verdict.ts';
import { copyOf, removeTemplate, usersView, type World } from './world.ts';

const template = twoTasks(inject('program'));
afterAll(() => removeTemplate(template));

/** A validation that does something the first time. */
const first = (action: string) => `mkdir "$HOME/began" 2> /dev/null && { ${action}; }; sh check.sh`;

const troubles: readonly (readonly [string, Partial<ProgramOptions>])[] = [
  ['only the validation is killed', { validation: first('kill -9 $$') }],
  ['only the agent is killed', { agent: 'dies' }],
  ['the runner is killed while the validation works', { validation: first('kill -9 $PPID; sleep 60') }],
  ['runner and validation are killed at once', { validation: first('kill -9 $PPID; kill -9 0') }],
  [
    'the runner is killed and the validation left a daemon',
    { validation: first('setsid sleep 60 & kill -9 $PPID; sleep 60') },
  ],
];

test.concurrent.each(troubles)('when %s, a fresh start finishes', async (_title, trouble) => {
  const world = copyOf(template);
  const users = usersView(world);
  await world.start(trouble).ended;
  await expectFinished(world, users);
});

test('when the runner is killed while its agent works and has left a daemon, a fresh start finishes', async () => {
  const world = copyOf(template);
  const users = usersView(world);
  const runner = world.start({ agent: 'hangs' });
  await expect.poll(() => processesOf(world), { timeout: 20_000 }).toBeGreaterThan(1);
  process.kill(runner.pid, 'SIGKILL');
  await runner.ended;
  await expectFinished(world, users);
});

async function expectFinished(world: World, users: string): Promise<void> {
  const { code, stderr, answer } = await world.start({ verify: true }).ended;
  expect(code, `${stderr} in ${world.root}`).toBe(0);
  expect(answer?.verified, world.root).toEqual([]);
  const { broken } = await verdictOn(world);
  expect(broken, world.root).toEqual([]);
  expect(usersView(world)).toBe(users);
  world.remove();
}

/** How many processes of agents and validations there are, of all runs that recorded anything. */
async function processesOf({ project }: World): Promise<number> {
  const journals = join(project, '.backlog-runner', 'journal');
  const names = await Promise.resolve()
    .then(() => readdirSync(journals))
    .catch(() => []);
  const found = await Promise.all(names.map((name) => findMarked(`${name.replace('.jsonl', '')}/`)));
  return found.flat().length;
}
