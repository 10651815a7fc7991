import type { Readable } from 'node:stream';
import { pause, system } from '@backlog-runner/contracts';

const ROUND_MS = 50;
const QUIET_ROUNDS = 3;
const MOST_ROUNDS = 40;

/**
 * Waits until what is left in the pipes of an ended process has been read, then closes them. Something that was not
 * ended may hold a pipe open for ever, so silence is enough, and two seconds are enough in any case. Waits in real time
 * whatever clock the caller has: what is in the pipe is there already.
 */
export async function drain(streams: readonly Readable[], received: () => number): Promise<void> {
  const open = new Set(streams.filter(({ closed }) => !closed));
  const allClosed = new AbortController();
  for (const stream of open) {
    stream.once('close', () => {
      open.delete(stream);
      if (open.size === 0) allClosed.abort();
    });
  }
  // More than one quiet round: a busy process runs the timer before it reads what has been waiting.
  let quiet = 0;
  for (let round = 0; open.size > 0 && quiet < QUIET_ROUNDS && round < MOST_ROUNDS; round += 1) {
    const before = received();
    await pause(system, ROUND_MS, allClosed.signal);
    quiet = received() === before ? quiet + 1 : 0;
  }
  for (const stream of streams) stream.destroy();
}
