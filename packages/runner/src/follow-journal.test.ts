import type { BacklogEvent, RunId } from '@backlog-runner/contracts';
import { memoryJournal, testClock } from '@backlog-runner/testkit';
import { expect, it } from 'vitest';
import { followJournal } from './follow-journal.ts';

const own = 'own' as RunId;
const started: BacklogEvent = { type: 'run.started', version: '1', workers: 1, branch: 'main', host: 'h' };

it('what was only looked at for news is in the history afterwards, once', async () => {
  const journal = memoryJournal({ run: 'other' as RunId, system: testClock() });
  const past = followJournal(journal, own);
  await journal.append(started);
  expect([await past.hasNews(), await past.hasNews()]).toEqual([true, false]);
  expect([...(await past.history()).runs.keys()]).toEqual(['other']);
  await journal.append({ type: 'run.ended', reason: 'done' });
  expect((await past.history()).runs.get('other' as RunId)?.endedAt).toBeDefined();
  expect([await past.hasNews(), await past.hasNews()]).toEqual([true, false]);
});

it('what the run itself records is no news to it', async () => {
  const journal = memoryJournal({ run: own, system: testClock() });
  const past = followJournal(journal, own);
  await journal.append(started);
  expect(await past.hasNews()).toBe(false);
  expect([...(await past.history()).runs.keys()]).toEqual([own]);
});
