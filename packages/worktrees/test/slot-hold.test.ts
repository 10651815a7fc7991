import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type CommitId, type RunId, system } from '@backlog-runner/contracts';
import { memoryLeases } from '@backlog-runner/testkit';
import { expect, test } from 'vitest';
import { formerUsers } from '../src/former-users.ts';
import { holdSlot } from '../src/slot-hold.ts';
import { hasDraft, readSlotRecord } from '../src/slot-record.ts';
import { attempt, temporaryDirectory } from './repository-fixture.ts';

const BASE = 'b'.repeat(40) as CommitId;

async function slot() {
  const gitDir = await temporaryDirectory();
  let isRunning = false;
  const users = formerUsers({ run: 'run' as RunId, leases: memoryLeases(), isRunning: () => isRunning });
  return {
    gitDir,
    run: () => {
      isRunning = true;
    },
    hold: (id: string) => holdSlot({ gitDir, users, blank: { attempt: attempt(id), base: BASE }, system }),
  };
}

test('of those who take a slot at once one has it', async () => {
  const { hold } = await slot();
  const holds = await Promise.all(['a.1', 'b.2', 'c.3'].map(hold));
  expect(holds.filter(Boolean)).toHaveLength(1);
});

test('what is noted after another process took the slot is of no effect, and the next check says so', async () => {
  const { gitDir, hold } = await slot();
  const slept = await hold('a.1');
  const other = await hold('b.2');
  const record = { state: 'open', attempt: attempt('b.2'), base: BASE, copied: [] } as const;
  await other?.note(record);
  await slept?.note({ ...record, state: 'free', attempt: attempt('a.1') });
  await slept?.letGo();
  expect(await readSlotRecord(gitDir)).toEqual(record);
  await expect(slept?.check()).rejects.toMatchObject({ code: 'LEASE_LOST' });
  await other?.check();
});

test('a slot that a process has taken is its own while it runs, even if it sleeps, and others’ when it lets go', async () => {
  const { hold, run } = await slot();
  const first = await hold('a.1');
  run();
  expect(await hold('b.2')).toBeUndefined();
  await first?.letGo();
  expect(await hold('b.2')).toBeDefined();
});

test('what writers left that died goes when the slot is taken next', async () => {
  const { gitDir, hold } = await slot();
  await (await hold('a.1'))?.letGo();
  for (const name of ['backlog-runner.1.json.new', 'backlog-runner.2.json.abcdef.new']) {
    await writeFile(join(gitDir, name), '{');
  }
  expect(await hasDraft(gitDir)).toBe(true);
  await hold('b.2');
  expect(await readdir(gitDir)).toEqual(['backlog-runner.2.json']);
});

test('a record that cannot be read is nobody’s claim, and an agent that removes all records takes nothing', async () => {
  const { gitDir, hold } = await slot();
  await writeFile(join(gitDir, 'backlog-runner.7.json'), '{');
  const held = await hold('a.1');
  expect(held?.before).toBeUndefined();
  for (const name of await readdir(gitDir)) await rm(join(gitDir, name));
  await held?.check();
});
