import type { BacklogEvent } from '@backlog-runner/contracts';
import { describe, expect, it } from 'vitest';
import { memoryJournal, memoryRecord } from './memory-journal.ts';
import { testClock } from './test-clock.ts';

const warning = (message: string): BacklogEvent => ({ type: 'warning', message });
const messages = (entries: readonly BacklogEvent[]) => entries.map((entry) => 'message' in entry && entry.message);

describe('a journal in memory', () => {
  it('numbers the events of its run and says when they were recorded', async () => {
    const journal = memoryJournal({ run: 'run-1', system: testClock({ now: 5 }) });
    await Promise.all([journal.append(warning('a')), journal.append(warning('b'))]);
    expect((await journal.read()).entries).toEqual([
      { type: 'warning', message: 'a', at: 5, run: 'run-1', seq: 1 },
      { type: 'warning', message: 'b', at: 5, run: 'run-1', seq: 2 },
    ]);
  });

  it('reads what other runs appended to the same record, and after a cursor only what is new', async () => {
    const record = memoryRecord();
    const system = testClock();
    const ours = memoryJournal({ run: 'ours', record, system });
    const theirs = memoryJournal({ run: 'theirs', record, system });
    await theirs.append(warning('old'));
    const { cursor } = await ours.read();
    await theirs.append(warning('new'));
    expect(messages((await ours.read(cursor)).entries)).toEqual(['new']);
    expect(messages((await ours.read()).entries)).toEqual(['old', 'new']);
  });

  it('orders a run by its own numbers although its clock went back, and runs by time', async () => {
    const record = memoryRecord();
    const [here, there] = [testClock({ now: 1000 }), testClock({ now: 1500 })];
    const first = memoryJournal({ run: 'first', record, system: here });
    const second = memoryJournal({ run: 'second', record, system: there });
    await second.append(warning('at 1500'));
    await first.append(warning('at 1000'));
    here.jump(-900);
    await first.append(warning('at 100'));
    expect(messages((await first.read()).entries)).toEqual(['at 1000', 'at 100', 'at 1500']);
  });

  it('keeps what was appended apart from the object it was given', async () => {
    const journal = memoryJournal({ run: 'run-1', system: testClock() });
    const event = { type: 'warning' as const, message: 'before' };
    await journal.append(event);
    event.message = 'after';
    expect(messages((await journal.read()).entries)).toEqual(['before']);
  });

  it('calls watchers of every run back once an event is there, until they cancel', async () => {
    const record = memoryRecord();
    const watching = memoryJournal({ run: 'watching', record, system: testClock() });
    const writing = memoryJournal({ run: 'writing', record, system: testClock() });
    let calls = 0;
    const cancel = watching.watch(() => {
      calls += 1;
    });
    await writing.append(warning('a'));
    await Promise.resolve();
    expect(calls).toBe(1);
    cancel();
    await writing.append(warning('b'));
    await Promise.resolve();
    expect(calls).toBe(1);
  });
});
