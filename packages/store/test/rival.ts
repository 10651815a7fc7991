/** A thread that makes whole changes, one for each message, while the one that asks for them stands still. */
import { type MessagePort, workerData } from 'node:worker_threads';
import type { Fence, TaskId } from '@backlog-runner/contracts';
import { fileStore } from '../src/index.ts';
import { candidate } from './candidate.ts';

const { port, done }: { readonly port: MessagePort; readonly done: Int32Array } = workerData;

port.on('message', async ({ directory, id }: { readonly directory: string; readonly id?: TaskId }) => {
  const store = fileStore({ directory, highestFence: async () => 1 });
  const answer =
    id === undefined
      ? await store.add(candidate('Twin'))
      : await store.update(id, { addNotes: ['of the rival'] }, { fence: 1 as Fence });
  port.postMessage(answer);
  Atomics.store(done, 0, 1);
  Atomics.notify(done, 0);
});
