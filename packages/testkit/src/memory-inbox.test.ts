import { describe, expect, it } from 'vitest';
import { memoryInbox } from './memory-inbox.ts';
import { memoryStore } from './memory-store.ts';
import { taskFixture } from './task-fixture.ts';

describe('an inbox in memory', () => {
  it('makes of every line a task, a named duplicate or a rejected line that is kept', async () => {
    const store = memoryStore([taskFixture({ title: 'Old idea' })]);
    const inbox = memoryInbox(store);
    inbox.append('{"title": "By hand", "priority": "high", "touch_paths": ["src/a"], "task_kind": "research"}');
    inbox.append('not json');
    await inbox.propose([taskFixture({ title: 'Old idea' }), taskFixture({ title: 'By an agent' })]);
    inbox.append('{"title": "Outside", "touch_paths": ["../x"]}');
    const report = await inbox.drain();
    expect(report.added).toMatchObject([
      { title: 'By hand', priority: 'high', touchPaths: ['src/a'], kind: 'research' },
      { title: 'By an agent' },
    ]);
    expect(report.duplicates).toMatchObject([{ line: 3, title: 'Old idea', of: 'greet' }]);
    expect(report.rejected.map(({ line }) => line)).toEqual([2, 5]);
    expect(inbox.rejected).toEqual(['not json', '{"title": "Outside", "touch_paths": ["../x"]}']);
  });

  it('drains a line once', async () => {
    const inbox = memoryInbox(memoryStore());
    inbox.append('{"title": "Once"}');
    const [first, second] = await Promise.all([inbox.drain(), inbox.drain()]);
    expect([first.added.length, second.added.length]).toEqual([1, 0]);
  });

  it('adds only what is admitted', async () => {
    const inbox = memoryInbox(memoryStore());
    for (const title of ['a', 'b']) inbox.append(JSON.stringify({ title }));
    const { added, refused } = await inbox.drain(async (candidate) =>
      candidate.title === 'a' ? { status: 'rejected', candidate, reason: 'No.' } : { status: 'admitted', candidate },
    );
    expect(added.map(({ title }) => title)).toEqual(['b']);
    expect(refused).toMatchObject([{ line: 1, reason: 'No.' }]);
  });

  it('keeps the lines that a failing store did not take', async () => {
    const store = memoryStore();
    let full = true;
    const inbox = memoryInbox({
      add: (candidate) => {
        if (full && candidate.title === 'b') throw new Error('disk full');
        return store.add(candidate);
      },
    });
    for (const title of ['a', 'b', 'c']) inbox.append(JSON.stringify({ title }));
    await expect(inbox.drain()).rejects.toThrow('disk full');
    full = false;
    expect((await inbox.drain()).added.map(({ title }) => title)).toEqual(['b', 'c']);
  });
});
