/** A process that works on a project as told: `worker.ts <directory> <deed> <name> <count>`. Says what is done for good. */
import type { Fence, TaskId } from '@backlog-runner/contracts';
import { fileInbox, fileStore } from '../src/index.ts';
import { candidate } from './candidate.ts';

const [directory = '', deed, name = '', count = '1'] = process.argv.slice(2);
const store = fileStore({ directory, highestFence: async () => 1 });

const say = (line: string) => new Promise((resolve) => process.send?.(line, resolve));

for (let round = 0; round < Number(count); round += 1) {
  const note = `${name}.${round}`;
  if (deed === 'update') {
    await store.update('target' as TaskId, { addNotes: [note] }, { fence: 1 as Fence });
    await say(note);
  } else if (deed === 'add') {
    const result = await store.add(candidate(`Idea ${round}`));
    await say(`${round} ${result.status}`);
  } else if (deed === 'drain') {
    const { added } = await fileInbox({ directory, store }).drain();
    for (const task of added) await say(task.title);
  }
}
process.disconnect();
