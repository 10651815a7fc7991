// A backlog without a runner: tasks that programs and people change in the same files at the same time.
import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { candidateFrom, fileInbox, fileStore } from '@backlog-runner/store';

const directory = mkdtempSync(join(tmpdir(), 'backlog-runner-store-'));
try {
  const store = fileStore({ directory });

  // A program adds a task, in the words of a task file.
  const { candidate } = candidateFrom({ title: 'Sort the results by date', touch_paths: ['src/search'] });
  const { task } = await store.add(candidate);

  // The same idea again is known, however it is written.
  const again = await store.add({ ...candidate, title: 'sort the  results by DATE' });
  console.log(`again: ${again.status}`);
  assert.deepEqual(again, { status: 'duplicate', of: task.id, title: task.title });

  // A person writes into the file; what only a person would write stays as it is.
  const file = join(directory, task.path);
  appendFileSync(file, '# Ask Ada first.\nreviewer: ada\n');

  // Whoever read the task before that may not write over it.
  await assert.rejects(store.update(task.id, { state: 'done' }, { revision: task.revision }), { code: 'TASK_CHANGED' });
  const { revision } = await store.get(task.id);
  await store.update(task.id, { state: 'done', addNotes: ['By hand.'] }, { revision });
  const text = readFileSync(file, 'utf8');
  assert.match(text, /^state: done$.*^# Ask Ada first\.$.*^reviewer: ada$/ms);
  console.log(text);

  // Others propose by a line in a file, and what is no task is kept with the reason.
  appendFileSync(join(directory, 'backlog', 'inbox.jsonl'), '{"title":"Sort by name"}\n{"titel":"Sort by size"}\n');
  const drained = await fileInbox({ directory, store }).drain();
  console.log(`${drained.added.length} added, ${drained.rejected.length} rejected: ${drained.rejected[0]?.message}`);

  const { tasks } = await store.read();
  assert.deepEqual(tasks.map(({ title }) => title).sort(), ['Sort by name', 'Sort the results by date']);
  for (const { state, title } of tasks) console.log(`${state}  ${title}`);
} finally {
  rmSync(directory, { recursive: true, force: true });
}
